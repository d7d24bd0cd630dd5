"""Write the sections of a Förderskizze: change, add, move, remove."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import func
from sqlalchemy.orm import Session

from kimhub.applications.errors import SectionStaleError
from kimhub.applications.models import FoerderskizzeSection, GrantApplication
from kimhub.applications.queries import get_section, sections_of
from kimhub.applications.usecases.loading import load_draft
from kimhub.core.errors import InvalidInputError
from tenants import Actor, Permission, db

MAX_SECTIONS = 50


def write_section(
    actor: Actor, section_id: UUID, *, heading: str, text: str, expected_version: int
) -> FoerderskizzeSection:
    """Replace heading and text of a section.

    Raises `SectionStaleError` when somebody has changed it since the actor saw `expected_version`.
    """
    session = db.session()
    section, application = _section_of_draft(session, actor, section_id)
    if section.version != expected_version:
        raise SectionStaleError
    section.heading, section.text = heading, text
    section.version += 1
    section.changed_at = func.now()
    application.touch()
    session.flush()  # constraints speak now, while the caller can still answer
    return section


def add_section(actor: Actor, application_id: UUID, *, heading: str, text: str) -> FoerderskizzeSection:
    """Add a section of one's own at the end."""
    session = db.session()
    application = load_draft(session, actor, application_id)
    sections = sections_of(session, application)
    if len(sections) >= MAX_SECTIONS:
        raise InvalidInputError(f"Eine Förderskizze hat höchstens {MAX_SECTIONS} Abschnitte.")
    section = FoerderskizzeSection(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        application_id=application.id,
        place=len(sections) + 1,
        heading=heading,
        text=text,
    )
    session.add(section)
    application.touch()
    session.flush()  # constraints speak now, while the caller can still answer
    return section


def move_section(actor: Actor, section_id: UUID, *, down: bool) -> GrantApplication:
    """Let a section change places with the one above or below it; at the edge nothing happens."""
    session = db.session()
    section, application = _section_of_draft(session, actor, section_id)
    order = list(sections_of(session, application))
    here = order.index(section)
    there = here + (1 if down else -1)
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
        _number(order)
        application.touch()
    return application


def remove_section(actor: Actor, section_id: UUID) -> GrantApplication:
    """Take a section out of the draft; what it said stays in the audit trail."""
    session = db.session()
    section, application = _section_of_draft(session, actor, section_id)
    rest = [other for other in sections_of(session, application) if other is not section]
    session.delete(section)
    _number(rest)
    application.touch()
    return application


def _section_of_draft(
    session: Session, actor: Actor, section_id: UUID
) -> tuple[FoerderskizzeSection, GrantApplication]:
    actor.require(Permission.FUNDING_WRITE)
    section = get_section(session, section_id)
    application = load_draft(session, actor, section.application_id)
    session.refresh(section)  # as it is now that the draft is held
    return section, application


def _number(sections: list[FoerderskizzeSection]) -> None:
    for place, section in enumerate(sections, start=1):
        section.place = place
