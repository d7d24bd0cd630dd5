"""Read what a PDF says of itself: text per page, structure, attachment, claims."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject


def reader(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content), strict=True)


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in reader(content).pages]


def elements(content: bytes) -> list[DictionaryObject]:
    """Return the structure elements in reading order."""
    return list(_walk(reader(content).trailer["/Root"]["/StructTreeRoot"]["/K"]))


def _walk(node: Any) -> Iterator[DictionaryObject]:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from _walk(child)
    elif isinstance(node, DictionaryObject) and "/S" in node:
        yield node
        if "/K" in node:
            yield from _walk(node["/K"])


def xmp(content: bytes) -> str:
    return reader(content).trailer["/Root"]["/Metadata"].get_object().get_data().decode()
