"""PDF by Typst: PDF/A-3a for the archive and PDF/UA-1 for everybody in one file, a report's JSON attached inside.

A template gets three things: ``view`` (strings ready for print), ``charts`` (SVG by name) and the JSON of the
document, if that goes along. Nothing of the machine goes in: fonts come from
:mod:`kimhub.reports.rendering.fonts`, the time from the document, packages are not loaded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import typst

from kimhub.reports.rendering.fonts import typst_fonts

STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
_ROOT = Path(str(files("kimhub")))


class TemplateError(RuntimeError):
    """A template does not compile or warns: a fault of the program, not of the input."""


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF: the source its figures come from (ISO 19005-3, AFRelationship ``Source``)."""

    name: str
    content: bytes
    description: str


def typeset(
    template: Path,
    view: Mapping[str, Any],
    *,
    moment: datetime,
    charts: Mapping[str, str] = MappingProxyType({}),
    attachment: Attachment | None = None,
) -> bytes:
    """Return the PDF that `template` (below ``kimhub``) makes of `view`.

    `moment` becomes the time of creation in the metadata. Raises :class:`TemplateError` when the template does not
    compile, falls short of a standard or warns, e.g. of a missing character.
    """
    try:
        content, warnings = typst.compile_with_warnings(
            str(template),
            root=str(_ROOT),
            font_paths=typst_fonts(),
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=[*STANDARDS],
            timestamp=moment.astimezone(UTC),
            sys_inputs={
                "view": json.dumps(view, ensure_ascii=False),
                "charts": json.dumps(dict(charts), ensure_ascii=False),
                **_attached(attachment),
            },
        )
    except typst.TypstError as error:
        raise TemplateError(f"{template.name}: {error.message} {'; '.join(error.hints)}") from error
    if warnings:
        raise TemplateError(f"{template.name}: {'; '.join(warning.message for warning in warnings)}")
    if not isinstance(content, bytes):
        raise TemplateError(f"{template.name}: Typst returned no single file")
    return content


def _attached(attachment: Attachment | None) -> dict[str, str]:
    if attachment is None:
        return {}
    return {
        "attachment": attachment.content.decode(),
        "attachment-name": attachment.name,
        "attachment-description": attachment.description,
    }
