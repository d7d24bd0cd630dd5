"""What a body is called: „Stadt Köln“, „Gemeinde Swisttal“, „Kreis Unna“, and how a sentence names it.

Lists show and sort the bare name (`Tenant.name`); letterheads, headings and sentences say `Tenant.official_name`.
In a sentence the name takes its article: „die Stadt Köln“, „dem Oberbergischen Kreis“, „bei der Städteregion Aachen“.
A name that does not say what the body is (a test's „Troisdorf“) stands without an article, which is never wrong.
"""

from __future__ import annotations

import re

from tenants.access import TenantKind

_FEMININE = ("Stadt", "Gemeinde", "Städteregion", "Bezirksregierung")
_ADJECTIVE = re.compile(r"(\S+isch)er (?=Kreis\b)")
_KREIS = re.compile(r"(kreis)\b", re.IGNORECASE)


def designation(kind: TenantKind, name: str, status: str) -> str:
    """Return what stands before the name of a registered body, „“ if the name says it already (Rhein-Sieg-Kreis).

    `status` is that of the register: only a Gemeinde without the right to be called Stadt (§ 13 GO NRW) has
    ``gemeinde`` there.
    """
    if kind is TenantKind.KREIS:
        return "" if "kreis" in name.casefold() or name.startswith("Städteregion") else "Kreis"
    return "Gemeinde" if status == "gemeinde" else "Stadt"


def nominative(name: str) -> str:
    """Return „die Stadt Köln“, „der Kreis Unna“, „der Märkische Kreis“."""
    if _is_feminine(name):
        return f"die {name}"
    return "der " + _ADJECTIVE.sub(r"\1e ", name) if _is_masculine(name) else name


def only(name: str) -> str:
    """Return who alone can see something, as a sentence: „Nur die Stadt Köln.“."""
    return f"Nur {nominative(name)}."


def accusative(name: str) -> str:
    """Return „die Stadt Köln“, „den Kreis Unna“, „den Märkischen Kreis“."""
    if _is_feminine(name):
        return f"die {name}"
    return f"den {_weak(name)}" if _is_masculine(name) else name


def dative(name: str) -> str:
    """Return „der Stadt Köln“, „dem Kreis Unna“, „dem Märkischen Kreis“."""
    if _is_feminine(name):
        return f"der {name}"
    return f"dem {_weak(name)}" if _is_masculine(name) else name


def genitive(name: str) -> str:
    """Return „der Stadt Köln“, „des Kreises Unna“, „des Märkischen Kreises“."""
    if _is_feminine(name):
        return f"der {name}"
    return "des " + _KREIS.sub(r"\1es", _weak(name)) if _is_masculine(name) else name


def at(name: str) -> str:
    """Return „bei der Stadt Köln“, „beim Kreis Unna“."""
    return f"beim {_weak(name)}" if _is_masculine(name) else f"bei {dative(name)}"


def by(name: str) -> str:
    """Return „von der Stadt Köln“, „vom Kreis Unna“."""
    return f"vom {_weak(name)}" if _is_masculine(name) else f"von {dative(name)}"


def to_begin(phrase: str) -> str:
    """Return `phrase` as a sentence begins with it."""
    return phrase[:1].upper() + phrase[1:]


def _weak(name: str) -> str:
    return _ADJECTIVE.sub(r"\1en ", name)


def _is_feminine(name: str) -> bool:
    return name.split(" ", 1)[0] in _FEMININE


def _is_masculine(name: str) -> bool:
    return not _is_feminine(name) and re.search(r"kreis\b", name, re.IGNORECASE) is not None
