"""Somebody puts a line of Heute off, changes the day, or lets it stand there again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import func, select

from kimhub.core import clock
from kimhub.core.errors import ConflictError, InvalidInputError, NotFoundError
from kimhub.core.formats import day
from kimhub.core.matters import Matter
from kimhub.core.versions import locked
from kimhub.desk.deferral_queries import get_line, source_of, standing
from kimhub.desk.models import AlreadyPutOffError, Deferral, DeferralEndedError
from kimhub.desk.public import Source, farthest_day
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Which line of Heute: what declares it, the state in which it waits, what it is about."""

    source: str
    kind: str
    subject_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOff:
    """Until when, and why."""

    until: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOffLine(PutOff):
    """The same, and which line."""

    line: Line


class MustNotWaitError(ConflictError):
    """What is owed to others stays urgent however old it is (ADR 36), and a day that is past is no later."""

    code = "must-not-wait"
    title = "Das lässt sich nicht zurückstellen"


def put_off(actor: Actor, command: PutOffLine) -> Deferral:
    """Let a line of Heute stand apart until a day, for everybody in the body.

    Raises `ForbiddenError`, `NotFoundError` for what does not stand on the actor's Heute as its own turn,
    `MustNotWaitError` for what others are owed, `InvalidInputError` for a day that is not to come or too far away,
    `AlreadyPutOffError`.
    """
    line = command.line
    source, row = waiting_line(actor, line)
    _check(source, row, command.until)
    session = db.session()
    former = standing(session, line.source, line.kind, line.subject_id)
    if former is not None:
        if former.until > clock.today():
            raise AlreadyPutOffError("Sie finden es auf „Heute“ unter „Zurückgestellt“.")
        _end(actor, locked(session, Deferral, former.id))
    return _put(actor, line, command)


def change_deferral(actor: Actor, deferral_id: UUID, command: PutOff) -> Deferral:
    """Put a line to another day or say another reason; the former day stays readable in the audit.

    Raises as `put_off` does, and `DeferralEndedError`.
    """
    found = _open(actor, deferral_id)
    line = Line(source=found.source, kind=found.kind, subject_id=found.subject_id)
    _check(*waiting_line(actor, line), command.until)
    _end(actor, found)
    db.session().flush()
    return _put(actor, line, command)


def end_deferral(actor: Actor, deferral_id: UUID) -> Deferral:
    """Let the line stand on Heute again; raises `ForbiddenError`, `NotFoundError`, `DeferralEndedError`."""
    found = _open(actor, deferral_id)
    _end(actor, found)
    return found


def waiting_line(actor: Actor, line: Line) -> tuple[Source, Matter]:
    """Return a line that the actor may put off; raises `ForbiddenError`, `NotFoundError`, `MustNotWaitError`."""
    actor.require(Permission.FOLLOW_UP_WRITE)
    source = source_of(actor, line.source)
    row = get_line(db.session(), actor, source, line.kind, line.subject_id) if source else None
    if source is None or row is None:
        raise NotFoundError
    if not source.may_be_put_off(row, clock.today()):
        raise MustNotWaitError(
            "Darauf warten andere, oder der Tag dafür ist vorbei. Es bleibt auf „Heute“, bis es getan ist."
        )
    return source, row


def _open(actor: Actor, deferral_id: UUID) -> Deferral:
    actor.require(Permission.FOLLOW_UP_WRITE)
    found = locked(db.session(), Deferral, deferral_id)
    if source_of(actor, found.source) is None:
        raise NotFoundError
    if found.ended_at is not None:
        raise DeferralEndedError("Es steht wieder auf „Heute“, oder jemand hat einen anderen Tag gewählt.")
    return found


def _end(actor: Actor, found: Deferral) -> None:
    found.ended_at = db.session().scalar(select(func.now()))
    found.ended_by = actor.label


def _put(actor: Actor, line: Line, command: PutOff) -> Deferral:
    session = db.session()
    made = Deferral(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        source=line.source,
        kind=line.kind,
        subject_id=line.subject_id,
        until=command.until,
        reason=command.reason,
        actor_label=actor.label,
    )
    session.add(made)
    session.flush()  # whoever comes second is told now
    return made


def _check(source: Source, row: Matter, until: date) -> None:
    today = clock.today()
    last = source.last_day(row)
    farthest = farthest_day(today)
    if until <= today:
        words = "Geben Sie einen Tag ab morgen an."
    elif last is not None and until > last:
        words = f"Geben Sie einen Tag bis zum {day(last)} an: Bis dahin ist es zu erledigen."
    elif until > farthest:
        words = f"Geben Sie einen Tag bis zum {day(farthest)} an, höchstens ein Jahr."
    else:
        return
    raise InvalidInputError(fields={"until": [words]})
