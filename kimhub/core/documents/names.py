"""File names as other people will see them: readable, with their umlauts, without tricks."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

from kimhub.core.documents.limits import MAX_NAME_LENGTH

_FORBIDDEN = frozenset('<>:"|?*')
"""Not possible in file names of Windows, on which most administrations work."""


def safe_name(given: str) -> str:
    r"""Return the name under which a file is kept and offered for download.

    Only the part after the last ``/`` or ``\`` counts (some browsers send whole paths). Control and direction
    characters go (``fdp.exe`` must not read as ``exe.pdf``), umlauts stay, in Unicode NFC. The ending is kept when
    a long name is cut.
    """
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char if _harmless(char) else " " for char in last)
    name = " ".join(kept.split()).strip(" .")
    path = PurePosixPath(name or "datei")
    stem, ending = path.stem.rstrip(" ."), path.suffix
    return f"{stem[: MAX_NAME_LENGTH - len(ending)]}{ending}" if len(ending) < 10 else stem[:MAX_NAME_LENGTH]


def _harmless(char: str) -> bool:
    return unicodedata.category(char)[0] != "C" and char not in _FORBIDDEN
