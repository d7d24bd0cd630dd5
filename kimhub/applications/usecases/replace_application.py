"""Replace a whole draft at once, as the API sends it: details, sections, participants, Gemeinden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.orm import Session

from kimhub.applications.models import FoerderskizzeParticipant, FoerderskizzeSection, GrantApplication
from kimhub.applications.queries import participants_of, sections_of
from kimhub.applications.usecases.change_application import change_application
from kimhub.applications.usecases.create_application import ApplicationDetails
from kimhub.applications.usecases.involve_gemeinden import Involvement, involve_gemeinden
from kimhub.applications.usecases.loading import load_draft
from kimhub.applications.usecases.name_participants import Participation
from kimhub.core.errors import InvalidInputError
from kimhub.core.versions import require_version
from tenants import Actor, db


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionText:
    """A section in its place; `id` names one that is kept, None makes a new one."""

    heading: str
    text: str = ""
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A draft as it shall be; a part that is None stays as it is."""

    details: ApplicationDetails
    sections: Sequence[SectionText] | None = None
    participants: Sequence[Participation] | None = None
    gemeinden: Mapping[str, Involvement] = field(default_factory=dict)


def replace_application(
    actor: Actor, application_id: UUID, contents: Contents, *, expected_version: int
) -> GrantApplication:
    """Bring a draft to `contents`; sections and participants that are not named any more are removed.

    Raises `StaleError` when it has changed since `expected_version`, and as the single changes do.
    """
    session = db.session()
    application = load_draft(session, actor, application_id)
    require_version(
        application.version,
        expected_version,
        "Rufen Sie den Antrag neu ab und ändern Sie den jetzigen Stand.",
    )
    change_application(actor, application_id, contents.details)
    if contents.sections is not None:
        _replace_sections(session, application, contents.sections)
    if contents.participants is not None:
        _replace_participants(session, application, contents.participants)
    if contents.gemeinden:
        involve_gemeinden(actor, application_id, contents.gemeinden)
    session.flush()  # constraints speak now, while the caller can still answer
    return application


def _replace_sections(session: Session, application: GrantApplication, wanted: Sequence[SectionText]) -> None:
    left = {section.id: section for section in sections_of(session, application)}
    for place, given in enumerate(wanted, start=1):
        if given.id is None:
            session.add(
                FoerderskizzeSection(
                    tenant_id=application.tenant_id,
                    id=uuid4(),
                    application_id=application.id,
                    place=place,
                    heading=given.heading,
                    text=given.text,
                )
            )
            continue
        section = left.pop(given.id, None)
        if section is None:
            message = "Dieser Abschnitt gehört nicht zu diesem Antrag oder steht schon weiter oben."
            raise InvalidInputError(fields={f"sections[{place - 1}].id": [message]})
        if (section.heading, section.text) != (given.heading, given.text):
            section.heading, section.text = given.heading, given.text
            section.version += 1
            section.changed_at = func.now()
        section.place = place
    for section in left.values():
        session.delete(section)


def _replace_participants(
    session: Session, application: GrantApplication, wanted: Sequence[Participation]
) -> None:
    left = list(participants_of(session, application))
    for given in wanted:
        known = next(
            (row for row in left if (row.name, row.inside) == (given.name, given.inside)),
            None,
        )
        if known is not None:
            known.contribution = given.contribution
            left.remove(known)
            continue
        session.add(
            FoerderskizzeParticipant(
                tenant_id=application.tenant_id,
                id=uuid4(),
                application_id=application.id,
                name=given.name,
                inside=given.inside,
                contribution=given.contribution,
            )
        )
    for row in left:
        session.delete(row)
