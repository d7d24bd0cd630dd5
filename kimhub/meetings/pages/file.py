"""One meeting with its agenda and the days until which papers must be out; one paper with its meetings."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, url_for
from markupsafe import Markup

from kimhub.committees.public import RuleKind
from kimhub.core import clock
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.view import Badge, Crumb, Fact, Tone
from kimhub.meetings.pages.blueprint import (
    crumbs,
    page_url,
    pages,
    paper_crumbs,
    reader_is_keeper,
    state_of,
)
from kimhub.meetings.queries import MeetingFile, PaperFile, meeting_file, paper_file
from kimhub.meetings.terms import PaperKind
from kimhub.programme.public import TimeUnit, before_meeting
from tenants import Permission, db

NOT_KNOWN = "nicht eingetragen"
_ALWAYS = (RuleKind.INVITATION, RuleKind.PAPERS)
"""Periods that a page names even where none is entered."""


@pages.get("/sitzungen/<uuid:meeting_id>")
@requires(Permission.MEETING_READ)
def show(meeting_id: UUID) -> str:
    """Show a meeting."""
    file = meeting_file(db.session(), meeting_id, keeper=reader_is_keeper())
    may_write = current_actor().may(Permission.MEETING_WRITE)
    return render_template(
        "meetings/meeting.html",
        crumbs=crumbs(Crumb(called(file))),
        title=called(file),
        file=file,
        state=state_of(file.meeting.day, file.meeting.cancelled_on),
        url=page_url,
        may_write=may_write,
        facts=_facts(file),
        periods=_periods(file),
        kind_label=lambda kind: PaperKind(kind).label,
        visible_to="Nur Ihre Kommune. Nichtöffentliche Vorlagen nennt KIMHub nur denen, die Sitzungen und Vorlagen "
        "eintragen; alle anderen lesen, dass es eine gibt.",
    )


@pages.get("/vorlagen/<uuid:paper_id>")
@requires(Permission.MEETING_READ)
def show_paper(paper_id: UUID) -> str:
    """Show a paper; one that is not public exists only for those who keep meetings."""
    file = paper_file(db.session(), paper_id, keeper=reader_is_keeper())
    paper = file.paper
    return render_template(
        "meetings/paper.html",
        crumbs=paper_crumbs(Crumb(paper.title)),
        file=file,
        kind=PaperKind(paper.kind).label,
        state=None if paper.is_public else Badge("nichtöffentlich", Tone.WARNING),
        state_of=state_of,
        url=page_url,
        may_write=current_actor().may(Permission.MEETING_WRITE),
        facts=_paper_facts(file),
        visible_to="Nur Ihre Kommune."
        if paper.is_public
        else "Nur in Ihrer Kommune, wer Sitzungen und Vorlagen einträgt. Die Vorlage ist nichtöffentlich.",
    )


def called(file: MeetingFile) -> str:
    """Return what a meeting is called."""
    return f"{file.name} am {day(file.meeting.day)}"


def linked(address: str, words: str) -> Markup:
    """Return a link out of the portal."""
    return Markup('<a class="kern-link" href="{}" rel="noopener noreferrer">{}</a>').format(address, words)


def _facts(file: MeetingFile) -> list[Fact]:
    meeting = file.meeting
    committee = url_for("committees.show", committee_id=meeting.committee_id)
    facts = [
        Fact("Gremium", Markup('<a class="kern-link" href="{}">{}</a>').format(committee, file.name)),
        Fact("Tag", day(meeting.day)),
        Fact(
            "Ratsinformationssystem",
            linked(meeting.link, "Sitzung dort öffnen") if meeting.link else NOT_KNOWN,
        ),
    ]
    if meeting.cancelled_on:
        reason = f": {meeting.cancelled_reason}" if meeting.cancelled_reason else ""
        facts.append(Fact("Abgesagt", f"am {day(meeting.cancelled_on)}{reason}"))
    return facts


def _periods(file: MeetingFile) -> list[Fact]:
    """Return until when what must be there, for a meeting that is to come, with the rule and where it stands."""
    if file.is_cancelled or file.meeting.day < clock.today():
        return []
    found = []
    for kind in RuleKind:
        rule = file.committee.rule(kind)
        if not kind.is_before_meeting or (rule is None and kind not in _ALWAYS):
            continue
        if rule is None:
            found.append(Fact(kind.label, "Für dieses Gremium ist keine Frist eingetragen."))
            continue
        unit = TimeUnit(rule.unit)
        reckoned = before_meeting(rule.amount, unit, file.meeting.day)
        said = f"bis {day(reckoned.last)}: {kind.says(rule.amount, unit)} ({rule.source}). {reckoned.caution}"
        found.append(Fact(kind.label, said.strip()))
    return found


def _paper_facts(file: PaperFile) -> list[Fact]:
    paper = file.paper
    return [
        Fact("Nummer", paper.number or NOT_KNOWN),
        Fact("Art", PaperKind(paper.kind).label),
        Fact("Datum", day(paper.dated) if paper.dated else NOT_KNOWN),
        Fact("Vorlage", linked(paper.link, "Im Ratsinformationssystem öffnen") if paper.link else NOT_KNOWN),
    ]
