"""Reads: the list of a tenant's applications, one file with its parts, the decisions about Bausteine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import RowMapping, Select, Text, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from kimhub.applications.models import (
    ApplicationDocument,
    ApplicationEvent,
    EventKind,
    FoerderskizzeParticipant,
    FoerderskizzeSection,
    GemeindeInvolvement,
    GrantApplication,
)
from kimhub.core.documents.models import Document
from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order, alphabetical
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.planning.public import get_plan
from tenants import Actor, db
from tenants.models import RegisterEntry

_Part = TypeVar("_Part", FoerderskizzeSection, FoerderskizzeParticipant, ApplicationDocument)


class ApplicationState(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"

    @property
    def label(self) -> str:
        """The word people read."""
        return _STATES[self]


_STATES = {
    ApplicationState.DRAFT: "Entwurf",
    ApplicationState.SUBMITTED: "eingereicht",
    ApplicationState.WITHDRAWN: "zurückgezogen",
    ApplicationState.DECIDED: "entschieden",
}

STATE = case(
    (GrantApplication.submitted_at.is_(None), ApplicationState.DRAFT.value),
    else_=func.coalesce(ApplicationEvent.kind, ApplicationState.SUBMITTED.value),
)
ENDING = and_(
    ApplicationEvent.tenant_id == GrantApplication.tenant_id,
    ApplicationEvent.application_id == GrantApplication.id,
    or_(ApplicationEvent.kind == EventKind.WITHDRAWN, ApplicationEvent.kind == EventKind.DECIDED),
)
_ROWS: Select[*tuple[Any, ...]] = (
    select(
        GrantApplication.id, GrantApplication.title, alphabetical(GrantApplication.title).label("title_key"),
        GrantApplication.starts_on, GrantApplication.ends_on,
        GrantApplication.created_at, GrantApplication.submitted_on, GrantApplication.reference,
        GrantApplication.version, GrantApplication.archived_at, STATE.label("state"),
    )
    .join(ApplicationEvent, ENDING, isouter=True)
)  # fmt: skip
_FEW = "a Kommune applies once in one or two years"
APPLICATIONS = KeysetList(
    _ROWS,
    scope=GrantApplication.tenant_id,
    orders={
        "created": Order("-created_at", "-id"),
        "title": Order("title_key", "-id", few_rows=_FEW),
        "period": Order("-starts_on", "-ends_on", "-created_at", "-id", few_rows=_FEW),
    },
    conditions={
        "kept": GrantApplication.archived_at.is_(None),
        "state": bindparam("state", type_=Text()) == STATE,
    },
)
_OWN = _ROWS.where(GrantApplication.tenant_id == bindparam("tenant"), GrantApplication.archived_at.is_(None))
_SUBMITTED = (
    _OWN.where(GrantApplication.submitted_at.is_not(None))
    .order_by(GrantApplication.starts_on.desc(), GrantApplication.created_at.desc(), GrantApplication.id)
    .limit(200)
)


def list_applications(
    session: Session, actor: Actor, asked: PageRequest, *, archived: bool = False
) -> Sequence[RowMapping]:
    """Return the tenant's applications, the newest first; with `archived` also drafts that were put away."""
    return APPLICATIONS.fetch(session, actor.tenant_id, asked, {} if archived else {"kept": True})


def list_submitted(session: Session, actor: Actor) -> Sequence[RowMapping]:
    """Return up to 200 submitted applications, the latest Bewilligungszeitraum first."""
    return session.execute(_SUBMITTED, {"tenant": actor.tenant_id}).mappings().all()


def get_application(session: Session, application_id: UUID) -> GrantApplication:
    """Return an application of the acting tenant, else `NotFoundError`."""
    found = session.scalars(
        select(GrantApplication).where(GrantApplication.id == application_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


@dataclass(frozen=True, slots=True)
class Gemeinde:
    """How one Gemeinde is involved; `involved` None: not said yet."""

    ags: str
    name: str
    involved: bool | None
    how: str


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of the application; `id` is that of the attachment, not of the document."""

    id: UUID
    document: Document


@dataclass(frozen=True, slots=True)
class ApplicationFile:
    """An application with all its parts."""

    application: GrantApplication
    state: ApplicationState
    sections: Sequence[FoerderskizzeSection]
    participants: Sequence[FoerderskizzeParticipant]
    gemeinden: Sequence[Gemeinde]
    documents: Sequence[AttachedFile]
    events: Sequence[ApplicationEvent]
    supersedes: GrantApplication | None
    correction: GrantApplication | None
    """The application that corrects this one."""

    def event(self, kind: EventKind) -> ApplicationEvent | None:
        """Return what happened of this kind."""
        return next((event for event in self.events if event.kind == kind), None)


def application_file(session: Session, application_id: UUID) -> ApplicationFile:
    """Return one application as its page shows it; raises `NotFoundError`."""
    application = get_application(session, application_id)
    events = session.scalars(
        select(ApplicationEvent)
        .where(
            ApplicationEvent.tenant_id == application.tenant_id,
            ApplicationEvent.application_id == application.id,
        )
        .order_by(ApplicationEvent.happened_on, ApplicationEvent.created_at, ApplicationEvent.id)
    ).all()
    ended = next((e.kind for e in events if e.kind in {EventKind.WITHDRAWN, EventKind.DECIDED}), None)
    state = ApplicationState.DRAFT if application.is_draft else ApplicationState(ended or "submitted")
    return ApplicationFile(
        application=application,
        state=state,
        sections=sections_of(session, application),
        participants=participants_of(session, application),
        gemeinden=gemeinden_of(session, application),
        documents=documents_of(session, application),
        events=events,
        supersedes=_one(session, application, GrantApplication.id == application.supersedes_id),
        correction=_one(
            session,
            application,
            GrantApplication.supersedes_id == application.id,
            GrantApplication.archived_at.is_(None),
        ),
    )


def _one(session: Session, application: GrantApplication, *conditions: Any) -> GrantApplication | None:
    return session.scalars(
        select(GrantApplication).where(GrantApplication.tenant_id == application.tenant_id, *conditions)
    ).one_or_none()


def sections_of(session: Session, application: GrantApplication) -> Sequence[FoerderskizzeSection]:
    """Return the sections of the Förderskizze in their order."""
    return session.scalars(
        select(FoerderskizzeSection)
        .where(
            FoerderskizzeSection.tenant_id == application.tenant_id,
            FoerderskizzeSection.application_id == application.id,
        )
        .order_by(FoerderskizzeSection.place, FoerderskizzeSection.id)
    ).all()


def participants_of(session: Session, application: GrantApplication) -> Sequence[FoerderskizzeParticipant]:
    """Return who took part: inside the administration first, then by name."""
    return session.scalars(
        select(FoerderskizzeParticipant)
        .where(
            FoerderskizzeParticipant.tenant_id == application.tenant_id,
            FoerderskizzeParticipant.application_id == application.id,
        )
        .order_by(
            FoerderskizzeParticipant.inside.desc(),
            FoerderskizzeParticipant.name,
            FoerderskizzeParticipant.id,
        )
    ).all()


_GEMEINDEN = (
    select(GemeindeInvolvement.ags, RegisterEntry.name, GemeindeInvolvement.involved, GemeindeInvolvement.how)
    .join(RegisterEntry, RegisterEntry.ags == GemeindeInvolvement.ags)
    .where(
        GemeindeInvolvement.tenant_id == bindparam("tenant"),
        GemeindeInvolvement.application_id == bindparam("application"),
    )
    .order_by(RegisterEntry.sort_key, GemeindeInvolvement.ags)
)


def gemeinden_of(session: Session, application: GrantApplication) -> list[Gemeinde]:
    """Return the Gemeinden of the Kreis with what was said about each, by name."""
    rows = session.execute(
        _GEMEINDEN, {"tenant": application.tenant_id, "application": application.id}
    ).mappings()
    return [Gemeinde(**row) for row in rows]


def documents_of(session: Session, application: GrantApplication) -> list[AttachedFile]:
    """Return the files of the application in the order in which they came."""
    rows = session.execute(
        select(ApplicationDocument.id, Document)
        .join(
            Document,
            and_(
                Document.tenant_id == ApplicationDocument.tenant_id,
                Document.id == ApplicationDocument.document_id,
            ),
        )
        .where(
            ApplicationDocument.tenant_id == application.tenant_id,
            ApplicationDocument.application_id == application.id,
        )
        .order_by(ApplicationDocument.created_at, ApplicationDocument.id)
    )
    return [AttachedFile(row.id, row.Document) for row in rows]


def _parts(file: ApplicationFile) -> Iterator[object]:
    """Yield what an application says; a draft rests on its plan, and what is submitted is that plan as it is then."""
    application = file.application
    yield application.id, application.version
    if application.is_draft and application.plan_id is not None:
        yield get_plan(db.session(), application.plan_id).version
    yield from (event.id for event in file.events)
    yield file.correction and file.correction.id


APPLICATION = Versioned(
    GrantApplication,
    application_file,
    parts=_parts,
    state=lambda file: {"state": file.state.value, "version": file.application.version},
)
"""How an application with all its parts is held and marked while it is changed."""


def get_section(session: Session, section_id: UUID) -> FoerderskizzeSection:
    """Return a section, else `NotFoundError`."""
    return _part(session, FoerderskizzeSection, section_id)


def get_participant(session: Session, participant_id: UUID) -> FoerderskizzeParticipant:
    """Return a participant, else `NotFoundError`."""
    return _part(session, FoerderskizzeParticipant, participant_id)


def get_attachment(session: Session, attachment_id: UUID) -> ApplicationDocument:
    """Return an attachment, else `NotFoundError`."""
    return _part(session, ApplicationDocument, attachment_id)


def _part(session: Session, model: type[_Part], part_id: UUID) -> _Part:
    found = session.scalars(select(model).where(model.id == part_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found
