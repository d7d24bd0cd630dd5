"""What-if changes of a distribution: ``total=16.5``, ``parties.Bönen.waiver=kept`` and the like.

A path names a field as it stands in the document; parties are named by their Gemeindeschlüssel or name. The changed
document passes the same rules as any distribution.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kimhub.core.echo import echo
from kimhub.core.fields import typed_by_people
from kimhub.programme.distribution.documents import distribution_from_json, distribution_to_json
from kimhub.programme.distribution.inputs import Distribution
from kimhub.programme.errors import DistributionInvalidError
from kimhub.programme.what_if import Change

EXAMPLE = "Schreiben Sie zum Beispiel parties.Kamen.share=1 oder total=16,5."
NOTHING = "-"
"""The value that removes a field, e.g. a waiver."""

_FIELDS = ("title", "measure", "total", "method", "step", "minimum", "minimum_for_all")
_PARTS = {
    "money": ("purpose", "start", "end", "guideline"),
    "key_figure": ("name", "day", "source"),
    "rates": None,
}
_PARTY_FIELDS = ("key", "share", "waiver", "note")
_YES_NO = {"true": True, "ja": True, "false": False, "nein": False}


def apply_changes(distribution: Distribution, changes: Iterable[Change]) -> Distribution:
    """Return `distribution` with all `changes` made, in their order; ``-`` as the value removes a field.

    Raises `DistributionInvalidError`: under the path of a change that names nothing, or under the field that breaks
    a rule after the changes.
    """
    document = distribution_to_json(distribution)
    problems: dict[str, list[str]] = {}
    for change in changes:
        if message := _apply(document, change):
            problems.setdefault(echo(change.path, 100), []).append(message)
    if problems:
        raise DistributionInvalidError(problems)
    with typed_by_people():
        return distribution_from_json(document)


def _apply(document: dict[str, Any], change: Change) -> str | None:
    """Make one change, or return why there is nothing of this name."""
    head, _, rest = change.path.partition(".")
    if head == "parties":
        return _change_party(document, rest, change.value)
    if head in _PARTS and rest:
        known = _PARTS[head]
        if known is not None and rest not in known:
            return f"Dieses Feld gibt es hier nicht. Möglich sind: {', '.join(known)}."
        _set(document.setdefault(head, {}), rest, change.value)
        return None
    if head in _FIELDS and not rest:
        value = change.value
        _set(document, head, _YES_NO.get(value.casefold(), value) if head == "minimum_for_all" else value)
        return None
    names = ", ".join((*_FIELDS, *_PARTS, "parties"))
    return f"Diesen Pfad gibt es nicht. Möglich sind {names}. {EXAMPLE}"


def _change_party(document: dict[str, Any], path: str, value: str) -> str | None:
    """Names may hold points, so the field is what stands after the last one."""
    who, _, field = path.rpartition(".")
    for party in document["parties"]:
        if who and who.casefold() in (party["name"].casefold(), party.get("ags")):
            if field not in _PARTY_FIELDS:
                return f"Dieses Feld gibt es hier nicht. Möglich sind: {', '.join(_PARTY_FIELDS)}."
            _set(party, field, value)
            return None
    known = ", ".join(party["name"] for party in document["parties"])
    return f"Diese Beteiligte gibt es nicht. Vorhanden sind: {known}. {EXAMPLE}"


def _set(part: dict[str, Any], field: str, value: object) -> None:
    if value == NOTHING:
        part.pop(field, None)
    else:
        part[field] = value
