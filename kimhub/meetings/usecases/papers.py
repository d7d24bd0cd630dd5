"""A body keeps references to papers: what they are called, and where they can be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kimhub.core.versions import locked
from kimhub.meetings.models import Paper
from kimhub.meetings.terms import PaperKind
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDetails:
    """What a paper is called and is, whether it is public, and where it can be read."""

    title: str
    kind: PaperKind
    number: str = ""
    is_public: bool = True
    link: str = ""
    dated: date | None = None


def enter_paper(actor: Actor, details: PaperDetails) -> Paper:
    """Enter a paper; raises `ForbiddenError`."""
    actor.require(Permission.MEETING_WRITE)
    paper = Paper(tenant_id=actor.tenant_id)
    _fill(paper, details)
    session = db.session()
    session.add(paper)
    session.flush()
    return paper


def change_paper(actor: Actor, paper_id: UUID, details: PaperDetails) -> Paper:
    """Change what is said of a paper; raises `ForbiddenError`, `NotFoundError`."""
    paper = own_paper(actor, paper_id)
    _fill(paper, details)
    return paper


def delete_paper(actor: Actor, paper_id: UUID) -> None:
    """Delete what was entered by mistake; raises `PaperInUseError` where it is on an agenda."""
    paper = own_paper(actor, paper_id)
    session = db.session()
    session.delete(paper)
    session.flush()


def own_paper(actor: Actor, paper_id: UUID) -> Paper:
    """Return a paper, held until the transaction ends; raises `ForbiddenError`, `NotFoundError`."""
    actor.require(Permission.MEETING_WRITE)
    return locked(db.session(), Paper, paper_id)


def _fill(paper: Paper, details: PaperDetails) -> None:
    paper.number, paper.title, paper.kind = details.number, details.title, details.kind.value
    paper.is_public, paper.link, paper.dated = details.is_public, details.link, details.dated
