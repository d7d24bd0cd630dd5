"""Putting a line of Heute off, and what becomes of it."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from kimhub.core import clock
from kimhub.core.errors import NotFoundError
from kimhub.core.formats import day, moment
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.view import Badge, Crumb, Fact, Todo
from kimhub.desk.deferral_queries import DEFERRAL, get_deferral, get_line, source_of
from kimhub.desk.models import Deferral
from kimhub.desk.schemas import DeferralSchema
from kimhub.desk.usecases.put_off import (
    Line,
    PutOff,
    PutOffLine,
    change_deferral,
    end_deferral,
    put_off,
    waiting_line,
)
from tenants import Permission, db
from tenants.naming import only

_WHAT_IT_IS = (
    "Bis zu diesem Tag steht es bei allen in Ihrer Kommune, die es auf „Heute“ sehen, unter „Zurückgestellt“. Danach "
    "steht es wieder, wo es war. Ist es vorher getan, verschwindet es von selbst."
)
_GONE = "Das steht nicht mehr auf „Heute“"


@requires(Permission.FOLLOW_UP_WRITE)
def put_off_line(source: str, kind: str, subject_id: UUID) -> ResponseReturnValue:
    """Ask until when, then put a line off."""
    actor, line = current_actor(), Line(source=source, kind=kind, subject_id=subject_id)
    declared, row = waiting_line(actor, line)
    todo = declared.draw(row)
    return form_page(
        DeferralSchema(),
        lambda form: put_off(actor, PutOffLine(line=line, **form.data)),
        heading="Zurückstellen",
        intro=_WHAT_IT_IS,
        facts=_facts(todo),
        crumbs=_crumbs("Zurückstellen"),
        cancel_url=url_for("desk.today"),
        then=lambda _: url_for("desk.today"),
        done=lambda made: f"„{todo.title}“ steht am {day(made.until)} wieder auf „Heute“.",
        submit="Zurückstellen",
    )


@requires(Permission.FOLLOW_UP_WRITE)
def show_deferral(deferral_id: UUID) -> str:
    """Show what is put off, until when, by whom and why."""
    found = _readable(deferral_id)
    todo = _todo(found)
    return render_template(
        "desk/deferral.html",
        crumbs=_crumbs("Zurückgestellt"),
        found=found,
        title=todo.title if todo else _GONE,
        state=Badge("beendet") if found.ended_at else Badge("zurückgestellt"),
        running=found.ended_at is None and found.until > clock.today() and todo is not None,
        url=todo.url if todo else None,
        facts=[*(_facts(todo)[1:] if todo else []), *_said(found)],
        visible_to=only(current_actor().tenant_name),
    )


@requires(Permission.FOLLOW_UP_WRITE)
def edit_deferral(deferral_id: UUID) -> ResponseReturnValue:
    """Choose another day or say another reason."""
    found = _readable(deferral_id)
    todo = _todo(found)
    here = url_for("desk.show_deferral", deferral_id=deferral_id)
    return form_page(
        DeferralSchema(),
        lambda form: change_deferral(current_actor(), deferral_id, PutOff(**form.data)),
        heading="Anderer Tag",
        intro=_WHAT_IT_IS,
        facts=_facts(todo) if todo else (),
        crumbs=_crumbs("Ändern"),
        cancel_url=here,
        then=lambda made: url_for("desk.show_deferral", deferral_id=made.id),
        done=lambda made: f"Es steht am {day(made.until)} wieder auf „Heute“.",
        edits=Edits(DEFERRAL, deferral_id, found, lambda seen: {"until": seen.until, "reason": seen.reason}),
    )


@requires(Permission.FOLLOW_UP_WRITE)
def take_back(deferral_id: UUID) -> ResponseReturnValue:
    """Ask, then let the line stand on Heute again."""
    found = _readable(deferral_id)
    todo = _todo(found)
    return ask_page(
        lambda: end_deferral(current_actor(), deferral_id),
        about=Seen(DEFERRAL, deferral_id, found),
        heading="Jetzt wieder vorlegen?",
        facts=[*(_facts(todo) if todo else []), *_said(found)],
        consequences=["Es steht sofort wieder auf „Heute“, bei allen, die es dort sehen."],
        submit="Wieder vorlegen",
        crumbs=_crumbs("Wieder vorlegen"),
        back_url=url_for("desk.show_deferral", deferral_id=deferral_id),
        then=lambda _: url_for("desk.today"),
        done="Es steht wieder auf „Heute“.",
    )


def _readable(deferral_id: UUID) -> Deferral:
    """Return what puts off a line of the actor's Heute; raises `NotFoundError`."""
    found = get_deferral(db.session(), deferral_id)
    if source_of(current_actor(), found.source) is None:
        raise NotFoundError
    return found


def _todo(found: Deferral) -> Todo | None:
    """Return the line as it stands on Heute, None where it waits no longer."""
    actor = current_actor()
    source = source_of(actor, found.source)
    row = get_line(db.session(), actor, source, found.kind, found.subject_id) if source else None
    return source.draw(row) if source and row else None


def _facts(todo: Todo) -> list[Fact]:
    known = (
        ("Was", todo.title),
        ("Wen es betrifft", todo.whom),
        ("Worum es geht", todo.detail),
        ("Zu erledigen bis", day(todo.due) if todo.due else None),
    )
    return [Fact(label, value) for label, value in known if value]


def _said(found: Deferral) -> list[Fact]:
    facts = [
        Fact("Wiedervorlage am", day(found.until)),
        Fact("Grund", found.reason),
        Fact("Zurückgestellt", f"{moment(found.created_at)}, {found.actor_label}"),
    ]
    if found.ended_at:
        facts.append(Fact("Beendet", f"{moment(found.ended_at)}, {found.ended_by}"))
    return [fact for fact in facts if fact.value]


def _crumbs(last: str) -> list[Crumb]:
    return [Crumb("Heute", url_for("desk.today")), Crumb(last)]
