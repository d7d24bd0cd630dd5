"""A release is taken back: nobody reads it any more; what was quoted before stays right with its date."""

from __future__ import annotations

from uuid import UUID, uuid4

from kimhub.core.errors import ForbiddenError
from kimhub.core.events.telling import tell
from kimhub.core.readers import Withdrawal, hold_readers, take_back
from kimhub.core.versions import locked
from kimhub.releases.events import WITHDRAWN
from kimhub.releases.models import Release, ReleaseRecipient, ReleaseWithdrawnError
from kimhub.releases.usecases.give_release import RELEASES
from kimhub.releases.wording import title_of
from tenants import Actor, Permission, db


def withdraw_release(actor: Actor, release_id: UUID, command: Withdrawal) -> Release:
    """Take a release back from all or from one Gemeinde, and tell those who could read it.

    Raises `ForbiddenError`, `NotFoundError`, `InvalidInputError` without a reason, and `ReleaseWithdrawnError` where
    nobody reads it (any more).
    """
    actor.require(Permission.RELEASE_WRITE)
    session = db.session()
    hold_readers(session, RELEASES)
    release = locked(session, Release, release_id)
    if release.tenant_id != actor.tenant_id:
        raise ForbiddenError("Zurücknehmen kann eine Freigabe nur der Kreis, der sie erteilt hat.")
    readers = take_back(session, ReleaseRecipient, actor.tenant_id, release_id, command)
    if not readers:
        raise ReleaseWithdrawnError("Niemand dort liest diese Freigabe. Es gibt nichts zurückzunehmen.")
    act_id = uuid4()
    for recipient_id in readers:
        tell(
            session, actor, WITHDRAWN, release_id,
            about=title_of(release), concerns=recipient_id, act_id=act_id,
        )  # fmt: skip
    session.flush()
    return release
