"""Gaps are closed in one act: a notice about what committees have not heard of, its text what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kimhub.core.errors import InvalidInputError
from kimhub.core.formats import day
from kimhub.notices.public import Notice, NoticeDetails, Topics, add_topics, create_notice
from kimhub.occurrences.public import OccurrenceKind, OccurrenceLine, own_occurrences
from tenants import Actor, Permission, Tenant, db
from tenants.naming import by


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAbout:
    """Of what is told, and whom: the own committees, all Gemeinden of the Kreis, or single ones by their slug."""

    occurrences: Sequence[UUID]
    to_own: bool = False
    to_gemeinden: bool = False
    named: Sequence[str] = ()


def begin_notice(actor: Actor, command: NoticeAbout) -> Notice:
    """Begin a notice about what happened; it waits for its author to read and send it.

    Raises `ForbiddenError`, `NotFoundError` for something that does not concern the own body, and `InvalidInputError`
    without anything, without anybody, or where others would be told of what happened in a third body.
    """
    actor.require(Permission.NOTICE_WRITE)
    if not command.occurrences:
        message = "Wählen Sie, worüber Sie unterrichten."
        raise InvalidInputError(message, fields={"occurrences": [message]})
    if not (command.to_own or command.to_gemeinden or command.named):
        message = "Sagen Sie, wer unterrichtet werden soll."
        raise InvalidInputError(message, fields={"to_own": [message]})
    session = db.session()
    sentences = _sentences(session, actor, command.occurrences)
    notice = create_notice(
        actor,
        NoticeDetails(
            subject="Unterrichtung über das Kommunale Integrationsmanagement",
            text="\n\n".join(sentences),
            to_own=command.to_own,
            to_gemeinden=command.to_gemeinden,
            named=command.named,
        ),
    )
    return add_topics(actor, notice.id, Topics(command.occurrences))


def _sentences(session: Session, actor: Actor, wanted: Sequence[UUID]) -> Sequence[str]:
    """Return what is known of each: of one's own what it was about, of another body's what and when."""
    lines = session.execute(
        select(OccurrenceLine, Tenant.official_name)
        .join(Tenant, Tenant.id == OccurrenceLine.tenant_id)
        .where(
            OccurrenceLine.shared_with == actor.tenant_id, OccurrenceLine.occurrence_id.in_(sorted({*wanted}))
        )
        .order_by(OccurrenceLine.happened_on, OccurrenceLine.occurrence_id)
    ).all()
    about = own_occurrences(session, actor.tenant_id, wanted)
    found = []
    for line, body in lines:
        kind = OccurrenceKind(line.kind).label
        known = f": {about[line.occurrence_id][0]}" if line.occurrence_id in about else f" ({by(body)})"
        revoked = f" Aufgehoben am {day(line.revoked_on)}." if line.revoked_on else ""
        found.append(f"{day(line.happened_on)}, {kind}{known}.{revoked}")
    return found
