"""German alphabetical order as a stored key: DIN 5007-1 (ä as a, ß as ss), the same on every server.

The embedded PostgreSQL has no ICU and servers differ in their locales, so the order is data, not collation.
"""

from __future__ import annotations

import unicodedata


def sort_key(name: str) -> str:
    """Return the key under which `name` sorts with plain byte comparison."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in kept).split())


def slugify(name: str) -> str:
    """Return an ASCII slug for URLs: ``Städteregion Aachen`` becomes ``staedteregion-aachen``."""
    spelled = name.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return sort_key(spelled).replace(" ", "-")
