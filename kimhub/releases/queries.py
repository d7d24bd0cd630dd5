"""Reading releases: what a Kreis gave, what a Gemeinde reads, and what was taken from it.

Received releases are listed by their recipient rows (docs/adr/0044): the index on (reader, release) gives a page, and
each release is looked up by its key. Whether a later one of the same part has come is asked of the same rows, so that a
Gemeinde is never told of a state that it cannot read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    RowMapping,
    Text,
    Uuid,
    bindparam,
    case,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from kimhub.core.errors import NotFoundError
from kimhub.core.events.models import Event
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.releases.events import GIVEN as TOLD
from kimhub.releases.events import WITHDRAWN as REVOKED
from kimhub.releases.models import PartKind, Release, ReleasePortion, ReleaseRecipient
from tenants import Tenant
from tenants.models import RegisterEntry


class State(StrEnum):
    """Where a release stands."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Return the state in German."""
        return {"current": "gilt", "superseded": "überholt", "withdrawn": "zurückgenommen"}[self.value]


_newer = aliased(ReleaseRecipient, name="newer")
IS_SUPERSEDED: ColumnElement[bool] = (
    select(true())
    .where(
        _newer.shared_with == ReleaseRecipient.shared_with,
        _newer.subject_id == ReleaseRecipient.subject_id,
        _newer.kind == ReleaseRecipient.kind,
        _newer.released_at > ReleaseRecipient.released_at,
    )
    .order_by(_newer.released_at.desc())  # in the order of the index: else one that has none reads all rows
    .limit(1)
    .scalar_subquery()
    .is_not(None)
)
"""Whether its reader has a later release of the same part; one that was taken back does not count.

No EXISTS: the planner would hash everything that was ever shared with the reader (docs/adr/0044).
"""

_given = (
    select(
        func.count().label("recipients"),
        func.count().filter(ReleaseRecipient.withdrawn_at.is_(None)).label("reading"),
        func.count().filter(IS_SUPERSEDED).label("superseded"),
    )
    .where(ReleaseRecipient.tenant_id == Release.tenant_id, ReleaseRecipient.release_id == Release.id)
    .lateral("given")
)


def _state_of(recipients: Any, reading: Any, superseded: Any) -> ColumnElement[str]:
    return case(
        ((recipients > 0) & (reading == 0), State.WITHDRAWN.value),
        ((reading > 0) & (superseded == reading), State.SUPERSEDED.value),
        else_=State.CURRENT.value,
    )


_SHOWN = (
    Release.kind, Release.source_title, Release.source_version, Release.source_reference, Release.submitted_on,
    Release.as_of,
)  # fmt: skip
GIVEN = KeysetList(
    select(
        Release.id, *_SHOWN, Release.released_at, Release.to_gemeinden, _given.c.recipients, _given.c.reading,
        _state_of(_given.c.recipients, _given.c.reading, _given.c.superseded).label("state"),
    ).join(_given, true()),
    scope=Release.tenant_id,
    orders={"day": Order("-released_at", "-id")},
    conditions={
        "kind": Release.kind == bindparam("kind", type_=Text()),
        "words": Release.source_title.icontains(bindparam("words", type_=Text())),
    },
)  # fmt: skip
"""The releases of the own Kreis, the newest first."""

RECEIVED = KeysetList(
    select(
        ReleaseRecipient.release_id.label("id"), ReleaseRecipient.released_at, *_SHOWN,
        Tenant.official_name.label("giver"),
        case((IS_SUPERSEDED, State.SUPERSEDED.value), else_=State.CURRENT.value).label("state"),
    )
    .join(Release, (Release.tenant_id == ReleaseRecipient.tenant_id) & (Release.id == ReleaseRecipient.release_id))
    .join(Tenant, Tenant.id == ReleaseRecipient.tenant_id),
    scope=ReleaseRecipient.shared_with,
    orders={"day": Order("-released_at", "-id")},
    conditions={
        "reader": ReleaseRecipient.shared_with.is_not(None),
        "kind": ReleaseRecipient.kind == bindparam("kind", type_=Text()),
        "words": Release.source_title.icontains(bindparam("words", type_=Text())),
    },
)  # fmt: skip
"""What the own Gemeinde reads, the newest first."""

_FEW = "a release goes to the Gemeinden of a Kreis, thirty at most"
RECIPIENTS = KeysetList(
    select(
        ReleaseRecipient.recipient_id.label("id"), Tenant.official_name.label("body"), Tenant.slug,
        Tenant.sort_key, ReleaseRecipient.created_at, ReleaseRecipient.withdrawn_at,
        ReleaseRecipient.withdrawal, IS_SUPERSEDED.label("superseded"),
    ).join(Tenant, Tenant.id == ReleaseRecipient.recipient_id),
    scope=ReleaseRecipient.tenant_id,
    orders={"body": Order("sort_key", "id", few_rows=_FEW)},
    conditions={"release": ReleaseRecipient.release_id == bindparam("release", type_=Uuid())},
    within="release",
)  # fmt: skip
"""Which Gemeinden read a release of the own Kreis, and from which it was taken back."""


def find_given(
    session: Session, me: int, asked: PageRequest, narrowed: Mapping[str, object] | None = None
) -> Sequence[RowMapping]:
    """Return releases of the own Kreis."""
    return GIVEN.fetch(session, me, asked, narrowed)


def find_received(
    session: Session, me: int, asked: PageRequest, narrowed: Mapping[str, object] | None = None
) -> Sequence[RowMapping]:
    """Return releases that the own Gemeinde reads."""
    return RECEIVED.fetch(session, me, asked, {"reader": True, **(narrowed or {})})


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """A release as its page shows it to whoever may see it."""

    release: Release
    giver: Tenant
    recipients: int
    reading: int
    """Of the recipients, those from whom it was not taken back; both are 1 for a reader, who knows of no other."""
    superseded: int
    """Of those who read it, the ones that have a later state."""

    @property
    def kind(self) -> PartKind:
        """What was released."""
        return PartKind(self.release.kind)

    @property
    def state(self) -> State:
        """Where it stands; for its giver it is superseded where all who read it have a later state."""
        if self.recipients and not self.reading:
            return State.WITHDRAWN
        return State.SUPERSEDED if self.reading and self.superseded == self.reading else State.CURRENT


_FILE = (
    select(Release, Tenant, _given.c.recipients, _given.c.reading, _given.c.superseded)
    .join(Tenant, Tenant.id == Release.tenant_id)
    .join(_given, true())
    .where(Release.id == bindparam("id", type_=Uuid()))
)


def release_file(session: Session, release_id: UUID) -> ReleaseFile:
    """Return a release that the actor's body gave or reads; raises `NotFoundError`."""
    row = session.execute(_FILE, {"id": release_id}).one_or_none()
    if row is None:
        raise NotFoundError
    return ReleaseFile(row.Release, row.Tenant, row.recipients, row.reading, row.superseded)


RELEASE = Versioned(
    Release,
    release_file,
    parts=lambda file: (file.release, file.recipients, file.reading),
    state=lambda file: {"state": file.state.value},
)
"""How a release is held and marked while it is taken back."""


def own_part(session: Session, me: int, release_id: UUID) -> Mapping[str, Any]:
    """Return what of a release concerns the own Gemeinde alone; empty where all read the same."""
    found = session.scalar(
        select(ReleaseRecipient.content).where(
            ReleaseRecipient.shared_with == me, ReleaseRecipient.release_id == release_id
        )
    )
    return found or {}


def newer_than(session: Session, me: int, release: Release) -> UUID | None:
    """Return the latest release of the same part that the own Gemeinde reads, None if it is this one."""
    return session.scalar(
        select(ReleaseRecipient.release_id)
        .where(
            ReleaseRecipient.shared_with == me,
            ReleaseRecipient.subject_id == release.subject_id,
            ReleaseRecipient.kind == release.kind,
            ReleaseRecipient.released_at > release.released_at,
        )
        .order_by(ReleaseRecipient.released_at.desc(), ReleaseRecipient.release_id)
        .limit(1)
    )


_PORTIONS = (
    select(RegisterEntry.name, ReleasePortion.ags, ReleasePortion.content)
    .join(RegisterEntry, RegisterEntry.ags == ReleasePortion.ags)
    .where(
        ReleasePortion.tenant_id == bindparam("me", type_=Integer),
        ReleasePortion.release_id == bindparam("release", type_=Uuid()),
    )
    .order_by(RegisterEntry.sort_key, ReleasePortion.ags)
)


def portions_of(session: Session, me: int, release_id: UUID) -> Sequence[RowMapping]:
    """Return what of an own release concerns single Gemeinden, by name."""
    return session.execute(_PORTIONS, {"me": me, "release": release_id}).mappings().all()


def recipients_of_release(session: Session, release: Release) -> Sequence[RowMapping]:
    """Return all recipients of a release of the own Kreis."""
    return [*RECIPIENTS.all(session, release.tenant_id, {"release": release.id})]


MOST_TAKEN = 20
_told = aliased(Event, name="told")
_TAKEN = (
    select(
        Event.subject_id.label("id"), Event.about, Event.created_at.label("withdrawn_at"),
        Tenant.official_name.label("giver"), func.min(_told.created_at).label("given_at"),
    )
    .join(Tenant, Tenant.id == Event.tenant_id)
    .join(
        _told,
        (_told.shared_with == Event.shared_with)
        & (_told.subject_id == Event.subject_id)
        & (_told.kind == TOLD.code),
    )
    .where(Event.shared_with == bindparam("me", type_=Integer), Event.revokes, Event.kind == REVOKED.code)
    .group_by(Event.tenant_id, Event.id, Event.subject_id, Event.about, Event.created_at, Tenant.official_name)
)  # fmt: skip
_TAKEN_LATELY = _TAKEN.order_by(Event.created_at.desc(), Event.id).limit(MOST_TAKEN)
_TAKEN_ONE = _TAKEN.where(Event.subject_id == bindparam("release", type_=Uuid())).limit(1)


def withdrawn_lately(session: Session, me: int) -> Sequence[RowMapping]:
    """Return the latest releases that were taken back from the own Gemeinde: what, by whom, from when until when."""
    return session.execute(_TAKEN_LATELY, {"me": me}).mappings().all()


def withdrawn_from(session: Session, me: int, release_id: UUID) -> RowMapping | None:
    """Return the same of one release, None if the Gemeinde never could read it or still can."""
    return session.execute(_TAKEN_ONE, {"me": me, "release": release_id}).mappings().one_or_none()


def kreis_of(session: Session, me: int) -> str:
    """Return the official name of the Kreis of the own Gemeinde."""
    kreis, gemeinde = aliased(Tenant), aliased(Tenant)
    return (
        session.scalar(
            select(kreis.official_name)
            .join(gemeinde, gemeinde.parent_id == kreis.id)
            .where(gemeinde.id == me)
        )
        or ""
    )
