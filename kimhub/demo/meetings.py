"""Meetings and papers of the demo. Köln: the Beratungsfolge of the paper of 2021 on taking part in the KIM, as it says.

Under which items the paper stood there is not said, so the items say that. Bornheim's meetings and papers are assumed
and say „Beispiel“; they lie around the day of loading, so that two are over and one is to come. Nobody is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from kimhub.committees.public import COMMITTEES
from kimhub.core import clock
from kimhub.meetings.public import (
    AgendaEntry,
    NewMeeting,
    PaperDetails,
    PaperKind,
    enter_meeting,
    enter_paper,
    has_meetings,
    put_on_agenda,
)
from tenants import Actor, transaction

_NOT_SAID = "nicht genannt"
_KOELN = PaperDetails(
    title="Teilnahme am Landesprogramm „Kommunales Integrationsmanagement“, "
    "hier: Umsetzung der Förderbausteine 1 und 2",
    kind=PaperKind.DECISION,
)
_KOELN_DAYS = {
    "Integrationsrat": date(2021, 4, 13),
    "Ausschuss Soziales und Senioren": date(2021, 4, 15),
    "Stadtarbeitsgemeinschaft Lesben, Schwule und Transgender": date(2021, 4, 21),
    "Stadtarbeitsgemeinschaft Behindertenpolitik": date(2021, 4, 23),
    "Ausschuss Allgemeine Verwaltung und Rechtsfragen / Vergabe / Internationales": date(2021, 4, 26),
    "Jugendhilfeausschuss": date(2021, 4, 27),
    "Finanzausschuss": date(2021, 5, 3),
    "Rat": date(2021, 5, 6),
}
_BORNHEIM_COMMITTEE = "Ausschuss für Chancengerechtigkeit und Integration"


@dataclass(frozen=True, slots=True)
class _Meeting:
    """How many weeks from now a committee meets, and what is on its agenda, by item."""

    weeks: int
    agenda: Mapping[str, PaperDetails]


_BORNHEIM: Sequence[_Meeting] = (
    _Meeting(
        -16,
        {
            "4": PaperDetails(
                title="Beispiel: Sachstand der Sprachkurse der Volkshochschule", number="Muster 12",
                kind=PaperKind.PROGRESS,
            )
        },
    ),
    _Meeting(
        -5,
        {
            "5": PaperDetails(
                title="Beispiel: Große Anfrage zum Thema „Kommunales Integrationsmanagement“", number="Muster 31",
                kind=PaperKind.LARGE_INQUIRY,
            )
        },
    ),
    _Meeting(
        5,
        {
            "3": PaperDetails(
                title="Beispiel: Beantwortung der Großen Anfrage", number="Muster 44", kind=PaperKind.ANSWER
            ),
            "N 1": PaperDetails(
                title="Beispiel: Vergabe der Sprachmittlung", number="Muster 45", kind=PaperKind.DECISION,
                is_public=False,
            ),
        },
    ),
)  # fmt: skip


def load_meetings(actors: Mapping[str, Actor]) -> int:
    """Enter the meetings of Köln and Bornheim, unless there are some, and return how many the demo has."""
    for slug, load in (("koeln", _load_koeln), ("bornheim", _load_bornheim)):
        with transaction(actors[slug]) as session:
            if not has_meetings(session, actors[slug].tenant_id):
                named = {row["name"]: row["id"] for row in COMMITTEES.all(session, actors[slug].tenant_id)}
                load(actors[slug], named)
    return len(_KOELN_DAYS) + len(_BORNHEIM)


def _load_koeln(actor: Actor, committees: Mapping[str, UUID]) -> None:
    paper_id = enter_paper(actor, _KOELN).id
    for name, day in _KOELN_DAYS.items():
        meeting = enter_meeting(actor, NewMeeting(committee_id=committees[name], day=day))
        put_on_agenda(actor, meeting.id, AgendaEntry(item=_NOT_SAID, paper_id=paper_id))


def _load_bornheim(actor: Actor, committees: Mapping[str, UUID]) -> None:
    for entry in _BORNHEIM:
        meeting = enter_meeting(
            actor, NewMeeting(committee_id=committees[_BORNHEIM_COMMITTEE], day=_tuesday_in(entry.weeks))
        )
        for item, paper in entry.agenda.items():
            put_on_agenda(actor, meeting.id, AgendaEntry(item=item, new=paper))


def _tuesday_in(weeks: int) -> date:
    day = clock.today() + timedelta(weeks=weeks)
    return day - timedelta(days=day.weekday() - 1)
