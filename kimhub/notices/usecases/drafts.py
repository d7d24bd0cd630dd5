"""Writing a notice before anybody else sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kimhub.core.errors import ForbiddenError, InvalidInputError
from kimhub.core.readers import gemeinden_called
from kimhub.core.versions import locked
from kimhub.notices.bodies import WITH_GEMEINDEN
from kimhub.notices.models import Notice, NoticeSentError
from tenants import Actor, Permission, db

NOTICES = "notices"
"""What is held while somebody says who receives notices of a body, or of what they tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDetails:
    """What is told, and to whom: the own committees, all Gemeinden of the Kreis, or single ones by their slug."""

    subject: str
    text: str = ""
    to_own: bool = False
    to_gemeinden: bool = False
    named: Sequence[str] = ()
    committees: Sequence[str] = ()
    """The kinds of committees whose members are to take note; none: all members."""
    figures: bool = False
    """Whether each Gemeinde reads with it what it receives from the Kreis."""


def create_notice(actor: Actor, details: NoticeDetails) -> Notice:
    """Begin a notice; raises `ForbiddenError`, and `InvalidInputError` for a Gemeinde that is not of the own Kreis."""
    actor.require(Permission.NOTICE_WRITE)
    notice = Notice(tenant_id=actor.tenant_id)
    _fill(actor, notice, details)
    session = db.session()
    session.add(notice)
    session.flush()  # constraints speak now
    return notice


def change_notice(actor: Actor, notice_id: UUID, details: NoticeDetails) -> Notice:
    """Change a draft; raises `ForbiddenError`, `NotFoundError`, `NoticeSentError`, `InvalidInputError`."""
    notice = own_draft(actor, notice_id)
    _fill(actor, notice, details)
    db.session().flush()  # constraints speak now
    return notice


def delete_notice(actor: Actor, notice_id: UUID) -> None:
    """Delete a draft; what it said stays in the audit trail. Raises like `change_notice`."""
    session = db.session()
    session.delete(own_draft(actor, notice_id))
    session.flush()


def own_notice(actor: Actor, notice_id: UUID) -> Notice:
    """Return a notice of the own body, held until the transaction ends; raises `ForbiddenError`, `NotFoundError`."""
    actor.require(Permission.NOTICE_WRITE)
    notice = locked(db.session(), Notice, notice_id)
    if notice.tenant_id != actor.tenant_id:
        raise ForbiddenError("Ändern kann eine Unterrichtung nur, wer sie gegeben hat.")
    return notice


def own_draft(actor: Actor, notice_id: UUID) -> Notice:
    """Return a notice that is not sent yet; raises also `NoticeSentError`."""
    notice = own_notice(actor, notice_id)
    if notice.released_at is not None:
        raise NoticeSentError(
            "Was versendet ist, ändert sich nicht mehr. Nehmen Sie die Unterrichtung zurück, wenn sie falsch ist, und "
            "versenden Sie eine neue."
        )
    return notice


def _fill(actor: Actor, notice: Notice, details: NoticeDetails) -> None:
    if (details.to_gemeinden or details.named) and not actor.is_of(WITH_GEMEINDEN):
        raise InvalidInputError(
            WITH_GEMEINDEN.refusal,
            fields={
                name: [WITH_GEMEINDEN.refusal] for name in ("to_gemeinden", "named") if getattr(details, name)
            },
        )
    notice.subject, notice.text = details.subject, details.text
    notice.to_own, notice.to_gemeinden = details.to_own, details.to_gemeinden
    notice.named = gemeinden_called(db.session(), actor.tenant_id, details.named)
    notice.committees, notice.figures = sorted(details.committees), details.figures
