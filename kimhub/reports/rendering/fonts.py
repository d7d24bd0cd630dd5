"""The one typeface of all reports: Source Sans Pro, from a pinned wheel, so that no machine's own fonts can creep in.

The wheel holds every style twice (OTF and TTF) in one directory, and Typst takes whichever the file system lists
first. So the styles that reports use are laid out in a directory of this process.
"""

from __future__ import annotations

import atexit
import os
import shutil
import struct
import tempfile
from functools import lru_cache
from pathlib import Path

import font_source_sans_pro
import typst

FAMILY = "Source Sans Pro"
_FULL_UNICODE = 12
_STYLES = ("Regular", "Semibold", "Bold")


@lru_cache(maxsize=1)
def font_directory() -> Path:
    """Return a directory with exactly the styles reports use; it lives as long as the process that made it."""
    directory = Path(tempfile.mkdtemp(prefix="kimhub-fonts-"))
    for style in _STYLES:
        name = f"SourceSansPro-{style}.ttf"
        shutil.copyfile(Path(font_source_sans_pro.font_directory) / name, directory / name)
    atexit.register(_remove, directory, os.getpid())
    return directory


@lru_cache(maxsize=1)
def typst_fonts() -> typst.Fonts:
    """Return the fonts Typst may use: these, none of the system's, none of its own."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_directory())]
    )


@lru_cache(maxsize=1)
def printable_characters() -> frozenset[str]:
    """Return the characters that every style has a glyph for: Latin, Greek, Cyrillic; no Arabic, no emoji.

    PDF/UA forbids a file that cannot show its text, so a report with any other character cannot be drawn.
    """
    styles = [
        _characters((font_directory() / f"SourceSansPro-{style}.ttf").read_bytes()) for style in _STYLES
    ]
    return frozenset.intersection(*styles)


def _characters(font: bytes) -> frozenset[str]:
    """Return the characters in a TrueType font's table ``cmap`` (OpenType 1.9, format 12: full Unicode)."""
    cmap = next(
        offset
        for tag, _, offset, _ in struct.iter_unpack(">4s3I", font[12 : 12 + 16 * _uint16(font, 4)])
        if tag == b"cmap"
    )
    for record in range(_uint16(font, cmap + 2)):
        (offset,) = struct.unpack_from(">I", font, cmap + 8 + 8 * record)
        if _uint16(font, cmap + offset) == _FULL_UNICODE:
            (groups,) = struct.unpack_from(">I", font, cmap + offset + 12)
            start = cmap + offset + 16
            return frozenset(
                chr(code)
                for first, last, _ in struct.iter_unpack(">3I", font[start : start + 12 * groups])
                for code in range(first, last + 1)
            )
    raise ValueError("the font has no full Unicode table")


def _uint16(font: bytes, offset: int) -> int:
    return int.from_bytes(font[offset : offset + 2], "big")


def _remove(directory: Path, owner: int) -> None:
    """Remove the directory, but not from a forked child that still shares it with its parent."""
    if os.getpid() == owner:
        shutil.rmtree(directory, ignore_errors=True)
