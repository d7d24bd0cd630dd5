"""The one typeface of all reports: Source Sans Pro, from a pinned wheel, so that no machine's own fonts can creep in.

The wheel holds every style twice (OTF and TTF) in one directory, and Typst takes whichever the file system lists
first. So the styles that reports use are laid out alone, read, and removed again: a worker that is forked for one job
and ends without clean-up leaves nothing behind.
"""

from __future__ import annotations

import shutil
import struct
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import font_source_sans_pro
import typst

FAMILY = "Source Sans Pro"
_FULL_UNICODE = 12
_STYLES = {"Regular": 400, "Semibold": 600, "Bold": 700}


@lru_cache(maxsize=1)
def typst_fonts() -> typst.Fonts:
    """Return the fonts Typst may use: these, none of the system's, none of its own."""
    with TemporaryDirectory(prefix="kimhub-fonts-") as directory:
        for style in _STYLES:
            shutil.copy(_file_of(style), directory)
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[directory])
        # Typst reads a font when it is first used: use each now, while its file is there.
        words = "".join(f"#text(weight: {weight})[A]" for weight in _STYLES.values())
        typst.compile(f'#set text(font: "{FAMILY}")\n{words}'.encode(), font_paths=fonts, format="pdf")
    return fonts


@lru_cache(maxsize=1)
def printable_characters() -> frozenset[str]:
    """Return the characters that every style has a glyph for: Latin, Greek, Cyrillic; no Arabic, no emoji.

    PDF/UA forbids a file that cannot show its text, so a report with any other character cannot be drawn.
    """
    return frozenset.intersection(*(_characters(_file_of(style).read_bytes()) for style in _STYLES))


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


def _file_of(style: str) -> Path:
    return Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{style}.ttf"
