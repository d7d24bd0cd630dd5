"""The one typeface of all reports: Source Sans Pro, from a pinned wheel, so that no machine's own fonts can creep in.

The wheel holds every style twice (OTF and TTF) in one directory, and Typst takes whichever the file system lists
first. So the four styles that reports use are laid out in a directory of this process.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import lru_cache
from pathlib import Path

import font_source_sans_pro
import typst

FAMILY = "Source Sans Pro"
_STYLES = ("Regular", "It", "Semibold", "Bold")


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


def _remove(directory: Path, owner: int) -> None:
    """Remove the directory, but not from a forked child that still shares it with its parent."""
    if os.getpid() == owner:
        shutil.rmtree(directory, ignore_errors=True)
