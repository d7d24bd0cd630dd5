"""Repeating foreign input in messages: bounded, on one line, and always encodable."""

from __future__ import annotations

import unicodedata


def echo(text: str, limit: int = 40) -> str:
    """Return `text` fit for a message: at most `limit` characters, whitespace folded, the unprintable as ``?``.

    Control characters would disturb a terminal, lone surrogates break every JSON answer.
    """
    folded = " ".join(text[: 4 * limit].split())
    cut = folded if len(folded) <= limit else folded[: limit - 1] + "…"
    return "".join("?" if unicodedata.category(char) in ("Cc", "Cs", "Cf") else char for char in cut)
