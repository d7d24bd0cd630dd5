"""The words of a release: its source, and the sentences by which a Gemeinde quotes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from kimhub.committees.public import SeatRole, Sector
from kimhub.core.formats import day, euro
from kimhub.measures.public import MeasureState
from kimhub.programme.public import Baustein
from kimhub.releases.models import OF_APPLICATION, OF_GROUP, PartKind
from tenants.naming import genitive


class Sourced(Protocol):
    """What a release, and what would become one, says of where it was taken from."""

    @property
    def kind(self) -> str:
        """A `PartKind`."""

    @property
    def source_title(self) -> str:
        """What application or plan is called."""

    @property
    def source_version(self) -> int | None:
        """Its state as a number; None for a committee."""

    @property
    def source_reference(self) -> str:
        """The Kreis's Aktenzeichen."""

    @property
    def submitted_on(self) -> date | None:
        """When it went to the Bezirksregierung."""

    @property
    def as_of(self) -> date:
        """The day whose state it is."""


def source_of(release: Sourced) -> str:
    """Return where it was taken from, with state and day."""
    skizze = "Förderskizze zum " if release.kind in OF_APPLICATION else ""
    return f"{skizze}{_paper_of(release)}"


def _paper_of(release: Sourced) -> str:
    if release.kind == PartKind.PLAN:
        return (
            f"Finanzierungsplan „{release.source_title}“, Fassung {release.source_version}, "
            f"Stand {day(release.as_of)}"
        )
    if release.kind in OF_GROUP:
        return f"{release.source_title}, Stand {day(release.as_of)}"
    state = (
        f"eingereicht am {day(release.submitted_on)}"
        if release.submitted_on
        else f"Entwurf, Fassung {release.source_version}, Stand {day(release.as_of)}"
    )
    reference = f", Aktenzeichen {release.source_reference}" if release.source_reference else ""
    return f"Förderantrag „{release.source_title}“, {state}{reference}"


def title_of(release: Sourced) -> str:
    """Return what is released and of what, as lists and messages say it."""
    return f"{PartKind(release.kind).label}: {_paper_of(release)}"


def involvement_of(content: Mapping[str, Any]) -> str:
    """Return whether a Gemeinde is involved, as the Förderskizze says it."""
    return {True: "eingebunden", False: "nicht eingebunden", None: "keine Aussage"}[content["involved"]]


def quotation(release: Sourced, content: Mapping[str, Any], giver: str, released_at: datetime) -> str:
    """Return the whole answer with date and source, ready to be put into a letter or a Vorlage."""
    said = _SAID[PartKind(release.kind)](content)
    return f"{said} (Auskunft {genitive(giver)} vom {day(released_at)}, Quelle: {source_of(release)}.)"


def _participants(content: Mapping[str, Any]) -> str:
    parts = [
        f"{where} {_enumerated(those)}"
        for where, inside in (
            ("innerhalb der Kreisverwaltung:", True),
            ("außerhalb der Kreisverwaltung:", False),
        )
        if (those := [one for one in content["participants"] if one["inside"] is inside])
    ]
    return f"An der Förderskizze haben mitgewirkt, {'; '.join(parts)}."


def _enumerated(those: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(
        f"{one['name']} ({_phrase(one['contribution'])})" if one["contribution"] else one["name"]
        for one in those
    )


def _phrase(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _involvement(content: Mapping[str, Any]) -> str:
    how = f": {_phrase(content['how'])}" if content["how"] else ""
    return {
        True: f"Die Gemeinde ist nach der Förderskizze eingebunden{how}.",
        False: f"Die Gemeinde ist nach der Förderskizze nicht eingebunden{how}.",
        None: f"Die Förderskizze sagt noch nichts dazu, ob die Gemeinde eingebunden ist{how}.",
    }[content["involved"]]


def _plan(content: Mapping[str, Any]) -> str:
    lines = [
        f"{row['label']} "
        + ", ".join(
            f"{year} {euro(Decimal(row['amounts'].get(str(year), '0')))}" for year in content["years"]
        )
        for row in content["rows"]
    ]
    unverified = f" Ungeprüfte Werte: {', '.join(content['unverified'])}." if content["unverified"] else ""
    return f"Der Kreis plant: {'; '.join(lines)}.{unverified}"


def member_of(one: Mapping[str, Any]) -> str:
    """Return for whom a seat stands, and what that one is there."""
    return ", ".join(part for part in (one["organization"], one["function"]) if part)


def until(written: str | None) -> str:
    """Return the day until which a measure is to be done."""
    return day(date.fromisoformat(written)) if written else "kein Tag bestimmt"


def worded(kind: PartKind, content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is frozen as pages draw it: of seats and measures with the words that stand for their values."""
    if kind is PartKind.MEMBERS:
        return {
            "members": [
                {
                    "who": member_of(one),
                    "as_what": SeatRole(one["role"]).label,
                    "stands_for": Sector(one["sector"]).label if one["sector"] else "–",
                }
                for one in content["members"]
            ]
        }
    if kind is PartKind.MEASURES:
        return {
            "measures": [
                {
                    "title": one["title"],
                    "responsible": one["responsible"],
                    "until": until(one["due"]),
                    "baustein": one["baustein"],
                    "decided": until(one["decided_on"]),
                    "standing": MeasureState(one["state"]).label,
                }
                for one in content["measures"]
            ]
        }
    return content


def _members(content: Mapping[str, Any]) -> str:
    those = [f"{member_of(one)} ({SeatRole(one['role']).label})" for one in content["members"]]
    return f"Dem Gremium gehören an: {'; '.join(those)}."


def _measures(content: Mapping[str, Any]) -> str:
    those = [
        f"{_phrase(one['title'])} (zuständig: {one['responsible']}, "
        + (f"bis {until(one['due'])}, " if one["due"] else "")
        + (f"{Baustein(one['baustein']).label}, " if one["baustein"] else "")
        + f"beschlossen am {until(one['decided_on'])}, Stand: {MeasureState(one['state']).label})"
        for one in content["measures"]
    ]
    return f"Das Gremium hat beschlossen: {'; '.join(those)}."


_SAID = {
    PartKind.PARTICIPANTS: _participants,
    PartKind.INVOLVEMENT: _involvement,
    PartKind.PLAN: _plan,
    PartKind.MEMBERS: _members,
    PartKind.MEASURES: _measures,
}
