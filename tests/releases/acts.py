"""What the people of these tests do, and what they read."""

from __future__ import annotations

from kimhub.applications.public import application_file
from kimhub.core.errors import NotFoundError
from kimhub.core.readers import Withdrawal
from kimhub.core.web.paging import PageRequest
from kimhub.releases.models import PartKind
from kimhub.releases.queries import RECIPIENTS, find_received, own_part, release_file
from kimhub.releases.usecases.give_release import PartsDetails, Readers, release_parts
from kimhub.releases.usecases.withdraw_release import withdraw_release
from tenants import transaction

BOTH = (PartKind.PARTICIPANTS, PartKind.INVOLVEMENT)
TO_ALL = Readers(to_gemeinden=True)


def released(ki, application_id, *parts, readers=TO_ALL):
    """Release parts (both unless others are named); return their ids."""
    with transaction(ki):
        return [
            one.id
            for one in release_parts(ki, application_id, PartsDetails(parts=parts or BOTH, readers=readers))
        ]


def withdrawn(ki, release_id, **more):
    with transaction(ki):
        withdraw_release(ki, release_id, Withdrawal("Falsche Angabe", **more))


def read(actor, release_id):
    """Return what somebody reads of a release, None if nothing."""
    with transaction(actor, read_only=True) as session:
        try:
            file = release_file(session, release_id)
        except NotFoundError:
            return None
        return {**file.release.content, **own_part(session, actor.tenant_id, release_id)}


def received(actor):
    """Return kind and state of all that a Gemeinde reads, the newest first."""
    with transaction(actor, read_only=True) as session:
        rows = find_received(session, actor.tenant_id, PageRequest(limit=50))
        return [(row["kind"], row["state"]) for row in rows]


def recipients(actor, release_id):
    with transaction(actor, read_only=True) as session:
        return {row["slug"] for row in RECIPIENTS.all(session, actor.tenant_id, {"release": release_id})}


def version_of(actor, application_id):
    with transaction(actor, read_only=True) as session:
        return application_file(session, application_id).application.version
