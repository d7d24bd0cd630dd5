"""The kinds of Vorgänge: what they are called, whom they concern beside their own body, and where one reads more.

Which there are: docs/fachlichkeit.md §6. A report submitted follows when reports are submitted here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tenants import Permission


class OccurrenceKind(StrEnum):
    """What happened."""

    APPLICATION = "application"
    GRANT = "grant"
    AMENDMENT = "amendment"
    ALLOCATION = "allocation"
    CONTRACT = "contract"
    ALLOCATION_CHANGE = "allocation_change"
    ALLOCATION_END = "allocation_end"
    POSITION_REQUEST = "position_request"
    POSITION_DECISION = "position_decision"
    MEASURE = "measure"

    @property
    def label(self) -> str:
        """Return the German name."""
        return _KINDS[self].label

    @property
    def reads(self) -> Permission:
        """Return what somebody may do who may read more than kind and day."""
        return _KINDS[self].reads

    @property
    def place(self) -> Place:
        """Return where one reads more of it."""
        return _KINDS[self].place

    @property
    def is_principle(self) -> bool:
        """Whether it is a Grundsatzentscheidung, of which committees should hear before: it can still be changed."""
        return _KINDS[self].is_principle

    @property
    def reaches_gemeinden(self) -> bool:
        """Whether a Kreis shows it to all its Gemeinden as long as it has not said otherwise."""
        return _KINDS[self].reaches_gemeinden

    @property
    def may_reach_gemeinden(self) -> bool:
        """Whether it can concern all Gemeinden of a Kreis; what is done for one concerns that one alone."""
        return self in _OF_KREIS


@dataclass(frozen=True, slots=True)
class Place:
    """The page of the thing: its endpoint, and the variable of its id there."""

    endpoint: str
    names: str


@dataclass(frozen=True, slots=True)
class _About:
    label: str
    reads: Permission
    place: Place
    is_principle: bool = False
    reaches_gemeinden: bool = False


_GRANT = Place("funding.show_grant", "grant_id")
_ALLOCATION = Place("funding.show_allocation", "allocation_id")
_REQUEST = Place("positions.show", "request_id")
_KINDS = {
    OccurrenceKind.APPLICATION: _About(
        "Förderantrag eingereicht", Permission.FUNDING_READ, Place("applications.show", "application_id"),
        is_principle=True, reaches_gemeinden=True,
    ),
    OccurrenceKind.GRANT: _About(
        "Zuwendung oder Pauschale des Landes", Permission.FUNDING_READ, _GRANT, reaches_gemeinden=True
    ),
    OccurrenceKind.AMENDMENT: _About(
        "Änderung einer Zuwendung oder Pauschale", Permission.FUNDING_READ, _GRANT, reaches_gemeinden=True
    ),
    OccurrenceKind.ALLOCATION: _About("Weiterleitung an eine Kommune", Permission.FUNDING_READ, _ALLOCATION),
    OccurrenceKind.CONTRACT: _About(
        "Weiterleitung an einen Träger oder eine eigene Stelle", Permission.FUNDING_READ, _ALLOCATION
    ),
    OccurrenceKind.ALLOCATION_CHANGE: _About("Weiterleitung geändert", Permission.FUNDING_READ, _ALLOCATION),
    OccurrenceKind.ALLOCATION_END: _About("Weiterleitung beendet", Permission.FUNDING_READ, _ALLOCATION),
    OccurrenceKind.POSITION_REQUEST: _About(
        "Antrag auf eine zusätzliche Koordinierungsstelle", Permission.REQUEST_READ, _REQUEST, is_principle=True
    ),
    OccurrenceKind.POSITION_DECISION: _About(
        "Entscheidung über eine zusätzliche Koordinierungsstelle", Permission.REQUEST_READ, _REQUEST
    ),
    OccurrenceKind.MEASURE: _About(
        "Beschluss der Lenkungsgruppe über eine Maßnahme", Permission.COMMITTEE_READ,
        Place("measures.show", "measure_id"), is_principle=True, reaches_gemeinden=True,
    ),
}  # fmt: skip
_OF_KREIS = frozenset(
    {OccurrenceKind.APPLICATION, OccurrenceKind.GRANT, OccurrenceKind.AMENDMENT, OccurrenceKind.MEASURE}
)
