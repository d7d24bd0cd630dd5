"""One notice: as its giver sees it, and as those read it who are to take note."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from kimhub.core.errors import NotFoundError
from kimhub.core.formats import day, moment
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.tables import DAY, WORD, ListColumn
from kimhub.core.web.view import Crumb, Empty, Fact
from kimhub.notices.pages.addressing import committee_facts, kinds_in_words, passage_facts
from kimhub.notices.pages.blueprint import crumbs, page_url, pages
from kimhub.notices.pages.listing import STATES
from kimhub.notices.queries import (
    RECIPIENTS,
    NoticeFile,
    State,
    is_for_reader,
    is_told,
    noted_at,
    notice_file,
    passage_for,
    people_of_notice,
    recipients_now,
    withdrawn_from,
)
from kimhub.notices.usecases.acknowledge_notice import acknowledge_notice
from tenants import Actor, Permission, Role, db
from tenants.naming import nominative, only, to_begin

_READERS = (
    "Ihre Verwaltung und die Kommunen, die unten stehen. Keine erfährt, wer die Unterrichtung noch hat."
)


def _noted(row: RowMapping) -> str:
    if row["acknowledged"] is None:
        return "noch niemand"
    return f"{row['acknowledged']} von {row['told']}"


def _added_or_withdrawn(row: RowMapping) -> str:
    if row["withdrawn_at"]:
        return f"zurückgenommen am {day(row['withdrawn_at'])}: {row['withdrawal']}"
    return str(row["passage"])


def _by_committee(row: RowMapping) -> str | None:
    return (
        "; ".join(f"{one['name']}: {one['acknowledged']} von {one['told']}" for one in row["committees"])
        or None
    )


LIST = ListPage(
    RECIPIENTS,
    caption="Empfänger",
    columns=(
        ListColumn(
            "Kommune", "body",
            note=_added_or_withdrawn,
            sort="body",
        ),
        ListColumn("Zugegangen", "created_at", DAY),
        ListColumn("Zur Kenntnis genommen", _noted, WORD, note=_by_committee),
    ),
    one="Kommune",
    many="Kommunen",
    empty=Empty("Noch keine Empfänger", "Es nimmt noch keine Gemeinde des Kreises teil."),
    download_endpoint="notices.download_recipients",
)  # fmt: skip


@pages.get("/unterrichtungen/<uuid:notice_id>")
@requires(Permission.NOTICE_READ)
def show(notice_id: UUID) -> ResponseReturnValue:
    """Show a notice to those who received it; who gave it, and not to its own committees, sees what became of it."""
    actor, session = current_actor(), db.session()
    try:
        file = _readable(notice_id)
    except NotFoundError:
        taken = withdrawn_from(session, actor.tenant_id, notice_id)
        if taken is None:
            raise
        return _withdrawn(taken)
    own = file.notice.tenant_id == actor.tenant_id
    if own and actor.may(Permission.NOTICE_WRITE) and not is_told(session, actor.tenant_id, notice_id):
        return redirect(page_url("show_own", notice_id=notice_id), 303)
    return _received(actor, file)


@pages.get("/eigene-unterrichtungen/<uuid:notice_id>")
@requires(Permission.NOTICE_WRITE)
def show_own(notice_id: UUID) -> str:
    """Show a notice to the offices of its giver: as a draft, or with what became of it."""
    file = _readable(notice_id)
    if file.notice.tenant_id != current_actor().tenant_id:
        raise NotFoundError
    return _given(file)


@pages.post("/unterrichtungen/<uuid:notice_id>/kenntnisnahme")
@requires(Permission.NOTICE_ACKNOWLEDGE)
def acknowledge(notice_id: UUID) -> ResponseReturnValue:
    """Note that the person has taken note; what was taken back meanwhile says so on its page."""
    try:
        acknowledge_notice(current_actor(), notice_id)
    except NotFoundError:
        if withdrawn_from(db.session(), current_actor().tenant_id, notice_id) is None:
            raise
    else:
        flash("Ihre Kenntnisnahme ist festgehalten.", "success")
    return redirect(page_url("show", notice_id=notice_id), 303)


@pages.get("/eigene-unterrichtungen/<uuid:notice_id>/empfaenger.<table_format>")
@requires(Permission.NOTICE_WRITE)
def download_recipients(notice_id: UUID, table_format: str) -> Response:
    """Send the recipients of an own notice as XLSX or CSV."""
    if _readable(notice_id).notice.tenant_id != current_actor().tenant_id:
        raise NotFoundError
    return LIST.download(table_format, arguments={"notice": notice_id})


def _given(file: NoticeFile) -> str:
    actor, notice, session = current_actor(), file.notice, db.session()
    draft = file.state is State.DRAFT
    recipients = recipients_now(session, file) if draft else []
    facts = (
        committee_facts(file, recipients) if draft else [Fact("Gremien", kinds_in_words(notice.committees))]
    )
    return render_template(
        "notices/given.html",
        crumbs=crumbs(Crumb(notice.subject), own=True),
        file=file,
        state=STATES[file.state],
        draft=draft,
        missing=[words for said in notice.missing(recipients).values() for words in said] if draft else [],
        url=page_url,
        recipients=[one.body for one in recipients],
        facts=facts,
        passages=passage_facts(recipients),
        shown=None
        if draft
        else LIST.shown(arguments={"notice": notice.id}, variables={"notice_id": notice.id}),
        **_taking_note(actor, file),
        visible_to=_READERS if file.state is State.SENT else only(actor.tenant_name),
    )


def _withdrawn(taken: RowMapping) -> ResponseReturnValue:
    """Say of what was taken back who did it, and when."""
    page = render_template(
        "notices/withdrawn.html",
        crumbs=crumbs(Crumb(taken["about"]), own=False),
        subject=taken["about"],
        giver=to_begin(nominative(taken["giver"])),
        day=day(taken["created_at"]),
        state=STATES[State.WITHDRAWN],
    )
    return page, 410


def _received(actor: Actor, file: NoticeFile) -> str:
    assert file.notice.released_at is not None  # noqa: S101 - nobody else reads a draft
    return render_template(
        "notices/received.html",
        crumbs=crumbs(Crumb(file.notice.subject), own=False),
        file=file,
        facts=[
            Fact("Von", f"{file.giver.official_name}, {file.notice.actor_label}"),
            Fact("Versendet", moment(file.notice.released_at)),
            Fact("Für", kinds_in_words(file.notice.committees)),
        ],
        passage=passage_for(db.session(), actor.tenant_id, file.notice.id),
        url=page_url,
        **_taking_note(actor, file),
    )


def _taking_note(actor: Actor, file: NoticeFile) -> dict[str, object]:
    """Return what concerns the reader's own note, and for the committees' office alone whose are there."""
    session, notice_id = db.session(), file.notice.id
    told = file.notice.released_at is not None and is_told(session, actor.tenant_id, notice_id)
    people = (
        people_of_notice(session, actor.tenant_id, notice_id)
        if told and Role.COMMITTEE_OFFICE in actor.roles
        else []
    )
    return {
        "may_note": told
        and actor.may(Permission.NOTICE_ACKNOWLEDGE)
        and is_for_reader(session, actor, notice_id),
        "noted_at": noted_at(session, actor, notice_id) if told else None,
        "notes": [
            Fact(row["name"], moment(row["noted_at"]) if row["noted_at"] else "noch nicht") for row in people
        ],
    }


def _readable(notice_id: UUID) -> NoticeFile:
    """Return what the actor may read; raises `NotFoundError`."""
    actor, file = current_actor(), notice_file(db.session(), notice_id)
    own = file.notice.tenant_id == actor.tenant_id
    if own and not actor.may(Permission.NOTICE_WRITE) and file.state is not State.SENT:
        raise NotFoundError
    return file
