"""What happens in a Kreis, and what its committees and those of a Gemeinde hear of it; each in its own transaction."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from kimhub.committees.public import CommitteeKind, NewCommittee, create_committee
from kimhub.core import clock
from kimhub.core.readers import Withdrawal
from kimhub.core.web.paging import PageRequest
from kimhub.coverage.queries import COVERAGE, ELSEWHERE, coverage_file
from kimhub.coverage.usecases.papers import NewPaperTopic, relate_paper
from kimhub.coverage.usecases.waivers import NewWaiver, waive_telling
from kimhub.meetings.public import (
    AgendaEntry,
    NewMeeting,
    PaperDetails,
    PaperKind,
    cancel_meeting,
    enter_meeting,
    put_on_agenda,
)
from kimhub.notices.public import NoticeDetails, Topics, add_topics, create_notice, send_notice
from kimhub.notices.usecases.withdraw_notice import withdraw_notice
from kimhub.occurrences.public import Happened, OccurrenceKind, Source, record, revoke
from tenants import Actor, transaction

BEGAN = date(2020, 11, 1)
SINCE_1990 = date(1990, 1, 1)


def in_days(days: int) -> date:
    """Return the day that many days from today on."""
    return clock.today() + timedelta(days=days)


def entered(
    actor: Actor,
    kind: CommitteeKind = CommitteeKind.INTEGRATIONSAUSSCHUSS,
    name: str = "Ausschuss",
    since: date = BEGAN,
) -> UUID:
    """Enter a committee."""
    with transaction(actor):
        return create_committee(actor, NewCommittee(kind=kind, name=name, since=since)).id


def happened(
    actor: Actor,
    on: date,
    kind: OccurrenceKind = OccurrenceKind.GRANT,
    *,
    source: UUID | None = None,
    other: int | None = None,
) -> UUID:
    """Let something happen; return the occurrence."""
    thing = source or uuid4()
    with transaction(actor):
        found = record(
            actor,
            Happened(kind=kind, source_id=thing, subject_id=thing, about="Pauschale 2026", on=on, other_side=other),
        )  # fmt: skip
    assert found is not None
    return found


def taken_back(actor: Actor, kind: OccurrenceKind, source: UUID) -> None:
    """Take back what was recorded with this source."""
    with transaction(actor):
        revoke(actor, Source(kind, source))


def told(actor: Actor, occurrence_id: UUID, *, draft: bool = False, **whom: object) -> UUID:
    """Send a notice about it, or begin one."""
    with transaction(actor):
        details = NoticeDetails(subject="Pauschale", text="Sie ist da.", **whom)
        notice_id = create_notice(actor, details).id
        add_topics(actor, notice_id, Topics([occurrence_id]))
        if not draft:
            send_notice(actor, notice_id)
    return notice_id


def withdrawn(actor: Actor, notice_id: UUID) -> None:
    """Take a notice back from everybody."""
    with transaction(actor):
        withdraw_notice(actor, notice_id, Withdrawal("Falscher Betrag"))


def consulted(
    actor: Actor, committee_id: UUID, day: date, occurrence_id: UUID | None, *, cancelled: bool = False
) -> UUID:
    """Put a paper about it on the agenda of a meeting on that day; return the paper."""
    with transaction(actor):
        meeting = enter_meeting(actor, NewMeeting(committee_id=committee_id, day=day))
        paper = PaperDetails(title="Sachstand", kind=PaperKind.INFORMATION)
        entry = put_on_agenda(actor, meeting.id, AgendaEntry(item="1", new=paper))
        paper_id = entry.paper_id
        if occurrence_id is not None:
            relate_paper(actor, NewPaperTopic(occurrence_id=occurrence_id, paper_id=paper_id))
        if cancelled:
            cancel_meeting(actor, meeting.id, "Mangels Themen")
    return paper_id


def waived(actor: Actor, committee_id: UUID, occurrence_id: UUID) -> UUID:
    """Keep on record that the committee need not be told."""
    with transaction(actor):
        command = NewWaiver(occurrence_id=occurrence_id, committee_id=committee_id, reason="Schon behandelt")
        return waive_telling(actor, command).id


def state_of(actor: Actor, occurrence_id: UUID) -> dict[str, str]:
    """Return what each committee of the actor's body heard, by its name."""
    with transaction(actor, read_only=True) as session:
        file = coverage_file(session, actor.tenant_id, occurrence_id)
        return {cell["name"]: cell["state"] for cell in file.cells}


def listed(actor: Actor, **narrowed: object) -> dict[UUID, list[str]]:
    """Return the whole list: states by occurrence."""
    with transaction(actor, read_only=True) as session:
        rows = COVERAGE.fetch(session, actor.tenant_id, PageRequest(limit=200), narrowed)
        return {row["id"]: [one["state"] for one in row["committees"]] for row in rows}


def elsewhere(actor: Actor, **narrowed: object) -> dict[tuple[UUID, str], date | None]:
    """Return when each other body that something concerns was told from here, by occurrence and body."""
    with transaction(actor, read_only=True) as session:
        rows = ELSEWHERE.fetch(
            session, actor.tenant_id, PageRequest(limit=200), {"elsewhere": True, **narrowed}
        )
        return {(row["id"], row["body"]): row["told_on"] for row in rows}
