"""Characters that no text of ours may hold, wherever it comes from: forms, documents, the API, files."""

from __future__ import annotations

import re

UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"  # controls but tab and line breaks, lone surrogates
    r"\u202a-\u202e\u2066-\u2069"  # turn the direction of reading: "fdp.csv" would read as "vsc.pdf"
    r"\ufeff]"  # a byte order mark inside a text: two names look alike and are not
)
"""NUL and other controls, lone surrogates, changes of the direction of reading, byte order marks."""


def code_points(text: str) -> str:
    """Name the unwanted characters of `text` as ``U+202E``, each once; "" where there are none."""
    return ", ".join(f"U+{ord(char):04X}" for char in sorted(set(UNWANTED.findall(text))))
