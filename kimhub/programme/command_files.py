"""Files named on the command line: read with a bound, and what is wrong with them in full."""

from __future__ import annotations

from pathlib import Path

from kimhub.core.operator_error import OperatorError
from kimhub.programme.document_parts import MAX_FILE_BYTES
from kimhub.programme.errors import DocumentInvalidError


def read_file(path: Path) -> bytes:
    """Return the content, at most one byte more than a document may have; raises `OperatorError`."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = "gibt es nicht" if isinstance(error, FileNotFoundError) else "lässt sich nicht lesen"
        raise OperatorError(f"Die Datei {path} {reason}.") from error


def problems_text(path: Path, error: DocumentInvalidError) -> str:
    """Return every problem of the document, one per line."""
    lines = [f"{path}: {error.detail}"]
    for field, messages in error.fields.items():
        lines += [f"  {field}: {message}" if field else f"  {message}" for message in messages]
    return "\n".join(lines)
