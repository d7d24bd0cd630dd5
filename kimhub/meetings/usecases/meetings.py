"""A body records when its committees meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kimhub.committees.public import CommitteeFile, carried_committee
from kimhub.core import clock
from kimhub.core.errors import ConflictError, InvalidInputError, NotFoundError
from kimhub.core.formats import day as said_day
from kimhub.core.versions import locked
from kimhub.meetings.models import Meeting
from tenants import Actor, Permission, db

_WHICH = "Wählen Sie ein Gremium, in dem Ihre Kommune Sitze besetzt und das Sitzungen hat."


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingDetails:
    """On which day a committee meets, and where the council information system shows it."""

    day: date
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeeting(MeetingDetails):
    """A meeting with its committee."""

    committee_id: UUID


def enter_meeting(actor: Actor, command: NewMeeting) -> Meeting:
    """Enter a meeting, past or to come.

    Raises `ForbiddenError`, `InvalidInputError` for a committee in which the body has no part, for a Fallkonferenz (its
    work on cases is not recorded) and for a day after its last one, `ConflictError` for the same day again.
    """
    actor.require(Permission.MEETING_WRITE)
    session = db.session()
    try:
        file = carried_committee(session, actor.tenant_id, command.committee_id)
    except NotFoundError:
        raise InvalidInputError(_WHICH, fields={"committee_id": [_WHICH]}) from None
    if not file.kind.has_seats:
        raise InvalidInputError(_WHICH, fields={"committee_id": [_WHICH]})
    meeting = Meeting(
        tenant_id=actor.tenant_id, owner_id=file.committee.tenant_id, committee_id=command.committee_id,
        cancelled_reason="",
    )  # fmt: skip
    _fill(meeting, command, file)
    session.add(meeting)
    session.flush()  # the constraints speak now
    return meeting


def change_meeting(actor: Actor, meeting_id: UUID, details: MeetingDetails) -> Meeting:
    """Move a meeting to another day, or say where it is shown; its agenda goes with it.

    Raises `ForbiddenError`, `NotFoundError`, `InvalidInputError` and `ConflictError` as `enter_meeting`.
    """
    meeting = own_meeting(actor, meeting_id)
    session = db.session()
    _fill(meeting, details, carried_committee(session, actor.tenant_id, meeting.committee_id))
    session.flush()  # the constraints speak now
    return meeting


def cancel_meeting(actor: Actor, meeting_id: UUID, reason: str = "") -> Meeting:
    """Call a meeting off: it stays, with its agenda, and counts as not held. Raises `ConflictError` if it is off."""
    meeting = own_meeting(actor, meeting_id)
    if meeting.cancelled_on is not None:
        raise ConflictError("Die Sitzung ist schon abgesagt.")
    meeting.cancelled_on, meeting.cancelled_reason = clock.today(), reason
    return meeting


def restore_meeting(actor: Actor, meeting_id: UUID) -> Meeting:
    """Undo that a meeting was called off; raises `ConflictError` if it was not."""
    meeting = own_meeting(actor, meeting_id)
    if meeting.cancelled_on is None:
        raise ConflictError("Die Sitzung ist nicht abgesagt.")
    meeting.cancelled_on, meeting.cancelled_reason = None, ""
    return meeting


def delete_meeting(actor: Actor, meeting_id: UUID) -> None:
    """Delete what was entered by mistake; raises `MeetingInUseError` where there is an agenda."""
    meeting = own_meeting(actor, meeting_id)
    session = db.session()
    session.delete(meeting)
    session.flush()


def own_meeting(actor: Actor, meeting_id: UUID) -> Meeting:
    """Return a meeting, held until the transaction ends; raises `ForbiddenError`, `NotFoundError`."""
    actor.require(Permission.MEETING_WRITE)
    return locked(db.session(), Meeting, meeting_id)


def _fill(meeting: Meeting, details: MeetingDetails, file: CommitteeFile) -> None:
    last = file.committee.dissolved_on
    if last is not None and details.day > last:
        message = f"Das Gremium ist zum {said_day(last)} aufgelöst. Wählen Sie einen früheren Tag."
        raise InvalidInputError(message, fields={"day": [message]})
    meeting.day, meeting.link = details.day, details.link
