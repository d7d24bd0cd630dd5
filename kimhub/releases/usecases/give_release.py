"""A Kreis releases parts to its Gemeinden: frozen as they are now, each reader with what concerns it alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kimhub.applications.public import APPLICATION, ApplicationFile, get_application
from kimhub.core.errors import InvalidInputError
from kimhub.core.events.telling import tell
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.readers import gemeinden_called, gemeinden_of, hold_readers, lacking
from kimhub.core.versions import mark, require_version
from kimhub.planning.public import PLAN
from kimhub.releases.bodies import GIVERS
from kimhub.releases.content import (
    NOT_SAID,
    Frozen,
    figures_of_plan,
    part_of_application,
    parts_of_group,
    said_of_group,
)
from kimhub.releases.events import GIVEN
from kimhub.releases.models import (
    OF_APPLICATION,
    OF_GROUP,
    PartKind,
    Release,
    ReleasePortion,
    ReleaseRecipient,
)
from kimhub.releases.wording import title_of
from tenants import Actor, Permission, Tenant, db

JOIN = "releases.join"
"""The kind of job that gives new Gemeinden what is released to all."""
RELEASES = "releases"
"""What is held while somebody says who reads releases of a Kreis."""
_LACKING = lacking(Release, ReleaseRecipient)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Which Gemeinden read it: all of the Kreis, now and later, or single ones by their slug."""

    to_gemeinden: bool = False
    named: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsDetails:
    """Which parts of an application are released, and to whom."""

    parts: Sequence[PartKind]
    readers: Readers


def release_parts(
    actor: Actor, application_id: UUID, command: PartsDetails, *, expected_version: int | None = None
) -> list[Release]:
    """Release parts of an application, each as a release of its own.

    Raises `ForbiddenError`, `WrongBodyError`, `NotFoundError`, `StaleError` if another state was read,
    `NothingToReleaseError`, and `InvalidInputError` without a part or a reader.
    """
    _require(actor, Permission.FUNDING_READ)
    if not command.parts or set(command.parts) - set(OF_APPLICATION):
        message = "Wählen Sie, was Sie aus dem Förderantrag freigeben."
        raise InvalidInputError(message, fields={"parts": [message]})
    file = APPLICATION.held(application_id)
    if expected_version is not None:
        require_version(file.application.version, expected_version)
    subject_id, act_id = _first_of_chain(db.session(), file), uuid4()
    frozen = [part_of_application(kind, file) for kind in dict.fromkeys(command.parts)]
    return [_release(actor, part, subject_id, command.readers, act_id) for part in frozen]


def release_plan(
    actor: Actor, plan_id: UUID, command: Readers, *, expected_version: int | None = None
) -> Release:
    """Release the figures of a plan; raises like `release_parts`."""
    _require(actor, Permission.PLAN_READ)
    stored = PLAN.held(plan_id)
    if expected_version is not None:
        require_version(stored.version, expected_version)
    return _release(actor, figures_of_plan(stored), stored.id, command, uuid4())


def release_of_group(
    actor: Actor, committee_id: UUID, command: PartsDetails, *, expected: str | None = None
) -> list[Release]:
    """Release who sits in a Lenkungsgruppe or Projektgruppe of the own Kreis and what it decided, as of today.

    `expected` is the mark of the words that were shown; what is stored is read once and compared with it. Raises like
    `release_parts`, `NotFoundError` for a committee that another body leads.
    """
    _require(actor, Permission.COMMITTEE_READ)
    if not command.parts or set(command.parts) - set(OF_GROUP):
        message = "Wählen Sie, was Sie von dem Gremium freigeben."
        raise InvalidInputError(message, fields={"parts": [message]})
    session = db.session()
    parts = parts_of_group(session, actor.tenant_id, committee_id, command.parts)
    if expected is not None:
        require_version(mark(*said_of_group(parts)), expected)
    act_id = uuid4()
    return [_release(actor, part, committee_id, command.readers, act_id) for part in parts]


def give_to_new_gemeinden(actor: Actor) -> int:
    """Give whatever is released to all Gemeinden to those that do not have it yet; return how many rows that made."""
    session = db.session()
    hold_readers(session, RELEASES)
    rows = session.execute(_LACKING, {"me": actor.tenant_id}).all()
    wanted = sorted({row.id for row in rows})
    found = session.scalars(
        select(Release).where(Release.id.in_(wanted)).order_by(Release.released_at, Release.id)
    )
    for release in found:
        new = {row.recipient_id for row in rows if row.id == release.id}
        _add(session, actor, release, new, uuid4())
    return len(rows)


def readers_of(actor: Actor, command: Readers) -> list[int]:
    """Return the ids of those who would read it now; raises `InvalidInputError` where it is nobody, now or later."""
    session = db.session()
    if command.to_gemeinden:
        return [row["id"] for row in gemeinden_of(session, actor.tenant_id)]
    found = gemeinden_called(session, actor.tenant_id, command.named)
    if not found:
        message = "Sagen Sie, welche Gemeinden es lesen sollen."
        raise InvalidInputError(message, fields={"to_gemeinden": [message]})
    return found


def _require(actor: Actor, reads: Permission) -> None:
    actor.require(Permission.RELEASE_WRITE)
    actor.require(reads)
    actor.require_body(GIVERS)


def _first_of_chain(session: Session, file: ApplicationFile) -> UUID:
    """Return the application that this one corrects, of several the first: a correction is a newer state of it."""
    first = file.application
    while first.supersedes_id is not None:
        first = get_application(session, first.supersedes_id)
    return first.id


def _release(actor: Actor, part: Frozen, subject_id: UUID, readers: Readers, act_id: UUID) -> Release:
    session = db.session()
    hold_readers(session, RELEASES)
    reading, source = readers_of(actor, readers), part.source
    release = Release(
        tenant_id=actor.tenant_id,
        kind=part.kind.value,
        subject_id=subject_id,
        application_id=source.application_id,
        plan_id=source.plan_id,
        committee_id=source.committee_id,
        source_title=source.source_title,
        source_version=source.source_version,
        source_reference=source.source_reference,
        submitted_on=source.submitted_on,
        as_of=source.as_of,
        content=dict(part.content),
        to_gemeinden=readers.to_gemeinden,
        released_at=session.scalar(select(func.now())),
        actor_label=actor.label,
    )
    session.add(release)
    session.flush()  # portions and recipients refer to it
    read_by = {row["ags"] for row in gemeinden_of(session, actor.tenant_id) if row["id"] in reading}
    session.add_all(
        ReleasePortion(tenant_id=actor.tenant_id, release_id=release.id, ags=ags, content=dict(content))
        for ags, content in part.portions.items()
        if readers.to_gemeinden or ags in read_by  # what nobody is to read is not kept
    )
    session.flush()  # constraints speak now
    _add(session, actor, release, reading, act_id)
    if readers.to_gemeinden:
        after_commit(session, actor, JOIN, {}, dedup_key=str(release.id))
    return release


def _add(session: Session, actor: Actor, release: Release, readers: Iterable[int], act_id: UUID) -> None:
    """Let these Gemeinden read it, each with its own portion, and tell them."""
    ids = sorted(readers)
    own = _portions(session, release, ids) if release.kind == PartKind.INVOLVEMENT else {}
    for recipient_id in ids:
        session.add(
            ReleaseRecipient(
                tenant_id=release.tenant_id,
                release_id=release.id,
                recipient_id=recipient_id,
                released_at=release.released_at,
                kind=release.kind,
                subject_id=release.subject_id,
                content=dict(own.get(recipient_id, NOT_SAID)) if release.kind == PartKind.INVOLVEMENT else {},
            )
        )
        tell(session, actor, GIVEN, release.id, about=title_of(release), concerns=recipient_id, act_id=act_id)
    session.flush()


def _portions(
    session: Session, release: Release, readers: Sequence[int]
) -> Mapping[int, Mapping[str, object]]:
    """Return of each of these Gemeinden what concerns it alone: the portion of its own Ags and no other."""
    rows = session.execute(
        select(Tenant.id, ReleasePortion.content)
        .join(ReleasePortion, ReleasePortion.ags == Tenant.ags)
        .where(
            ReleasePortion.tenant_id == release.tenant_id,
            ReleasePortion.release_id == release.id,
            Tenant.id.in_(readers),
        )
    )
    return {row.id: row.content for row in rows}
