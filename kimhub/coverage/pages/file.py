"""Something that happened: what each committee heard of it, by what, and what is to be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from sqlalchemy import RowMapping

from kimhub.core.formats import day
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.view import Crumb, Fact
from kimhub.coverage.pages.blueprint import crumbs, page_url, pages
from kimhub.coverage.pages.listing import STATES
from kimhub.coverage.queries import CoverageFile, coverage_file, notices_about, papers_about
from kimhub.coverage.terms import Told
from kimhub.coverage.wording import heard
from kimhub.meetings.public import is_keeper
from kimhub.occurrences.public import OccurrenceKind, own_occurrences
from tenants import Actor, Permission, db
from tenants.naming import only


@pages.get("/<uuid:occurrence_id>")
@requires(Permission.NOTICE_READ)
def show(occurrence_id: UUID) -> str:
    """Show something that happened and concerns the body."""
    actor, session = current_actor(), db.session()
    file = coverage_file(session, actor.tenant_id, occurrence_id)
    kind = OccurrenceKind(file.line.kind)
    names = {cell["committee_id"]: cell["name"] for cell in file.cells}
    return render_template(
        "coverage/occurrence.html",
        crumbs=crumbs(Crumb(kind.label)),
        file=file,
        kind=kind,
        facts=_facts(actor, file, kind),
        thing=thing_url(actor, file, kind),
        cells=[(cell, STATES[Told(cell["state"])], _said(cell), Told(cell["state"])) for cell in file.cells],
        notices=notices_about(session, actor.tenant_id, occurrence_id),
        papers=[
            (paper, _meeting(paper, names))
            for paper in papers_about(session, actor.tenant_id, occurrence_id, keeper=is_keeper(actor))
        ],
        may_write=actor.may(Permission.NOTICE_WRITE),
        url=page_url,
        visible_to=only(actor.tenant_name),
        is_gap=any(Told(cell["state"]).is_gap for cell in file.cells),
    )


def _said(cell: RowMapping) -> str:
    state = Told(cell["state"])
    if state is Told.WAIVED:
        return f"Grund: {cell['reason']}"
    if state is Told.REVOCATION:
        return f"Zuletzt unterrichtet am {day(cell['last'])}, vor der Aufhebung."
    return "" if state.is_gap else heard(state, cell["first"], cell["planned"])


def _meeting(paper: RowMapping, names: dict[UUID, str]) -> str:
    """Return on which agenda a paper stands."""
    if paper["day"] is None:
        return "steht auf keiner Tagesordnung"
    where = names.get(paper["committee_id"], "anderes Gremium")
    off = ", abgesagt" if paper["cancelled_on"] else ""
    return f"{where}, Sitzung am {day(paper['day'])}, TOP {paper['item']}{off}"


def _facts(actor: Actor, file: CoverageFile, kind: OccurrenceKind) -> list[Fact]:
    line = file.line
    facts = [Fact("Tag", day(line.happened_on)), Fact("Wo", file.body.official_name)]
    if line.revoked_on:
        facts.append(Fact("Aufgehoben am", day(line.revoked_on)))
    if file.is_own and actor.may(kind.reads):
        about, _ = own_occurrences(db.session(), actor.tenant_id, [line.occurrence_id])[line.occurrence_id]
        facts.append(Fact("Worum es geht", about))
    elif not file.is_own:
        facts.append(Fact("Worum es geht", "Den Inhalt zeigt KIMHub hier nicht, nur Art und Tag."))
    if kind.is_principle:
        facts.append(Fact("Ziel", "Grundsatzentscheidung: Gremien erfahren davon möglichst vorher."))
    return facts


def thing_url(actor: Actor, file: CoverageFile, kind: OccurrenceKind) -> str | None:
    """Return the address of the thing itself, for whoever may open it."""
    thing = file.line.subject_id
    if file.is_own:
        _, thing = own_occurrences(db.session(), actor.tenant_id, [file.line.occurrence_id])[
            file.line.occurrence_id
        ]
    if thing is None or not actor.may(kind.reads) or not admitted(kind.place.endpoint, actor):
        return None
    named: dict[str, Any] = {kind.place.names: thing}
    return url_for(kind.place.endpoint, **named)
