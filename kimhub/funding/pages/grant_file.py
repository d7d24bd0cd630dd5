"""The file of a grant: what it gives, what is left, its Bescheide side by side, their documents and their finality."""

from __future__ import annotations

from uuid import UUID

from flask import Response, redirect, render_template
from flask.typing import ResponseReturnValue

from kimhub.applications.public import get_application
from kimhub.core.documents import UploadedFile, document_response
from kimhub.core.errors import NotFoundError
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.forms import Form
from kimhub.core.web.view import Column, Crumb
from kimhub.funding.finality import SOURCE, suggested_finality
from kimhub.funding.grant_queries import balances_of, drawn_from, get_grant_document, grant_documents
from kimhub.funding.models import Grant, GrantKind, GrantVersion
from kimhub.funding.pages import grant_texts
from kimhub.funding.pages.bescheid_form import FileSchema
from kimhub.funding.pages.blueprint import page_url, pages
from kimhub.funding.pages.grant_history import grant_history
from kimhub.funding.pages.grant_tables import (
    allocations_of,
    balance_groups,
    tiles_of,
    version_table,
    with_share,
)
from kimhub.funding.queries import GRANT, GrantFile, grant_file, grant_items
from kimhub.funding.schemas import FinalitySchema
from kimhub.funding.usecases.attach_document import attach_document, remove_document
from kimhub.funding.usecases.record_bescheid import note_finality
from kimhub.planning.public import get_plan
from tenants import PAID_BY_THE_LAND, Permission, db
from tenants.naming import only

BALANCE_COLUMNS = (
    Column("Zweck"), Column("Bewilligt", numeric=True), Column("Weitergeleitet", numeric=True),
    Column("Noch verfügbar", numeric=True),
)  # fmt: skip
ALLOCATION_COLUMNS = (Column("Empfänger"), Column("Weiterleitung"), Column("Betrag", numeric=True))


@pages.get("/zuwendungen/<uuid:grant_id>")
@requires(Permission.FUNDING_READ, bodies=PAID_BY_THE_LAND)
def show_grant(grant_id: UUID) -> str:
    """Show the file of one grant."""
    actor, session = current_actor(), db.session()
    file = grant_file(session, grant_id)
    grant, kind = file.grant, GrantKind(file.grant.kind)
    items, files = grant_items(session, file.versions), grant_documents(session, file.versions)
    balances = balances_of(session, actor.tenant_id, grant_id)
    recorded = [version for version in file.versions if version.recorded_at is not None]
    return render_template(
        "funding/grant.html",
        crumbs=grant_texts.grant_crumbs(Crumb(grant.title)),
        grant=grant,
        kind=kind,
        state=grant_texts.state_of(file),
        file=file,
        facts=grant_texts.grant_facts(grant, _plan_title(grant), _application_title(grant)),
        bescheide=[
            (
                version,
                f"{grant_texts.bescheid_title(kind, version.number)} vom {day(version.issued_on)}",
                grant_texts.bescheid_facts(version),
                grant_texts.documents(files[version.id]),
                files[version.id],
            )
            for version in file.versions
        ],
        balances=balances,
        groups=balance_groups(balances, items[file.draft.id] if file.draft and not file.current else []),
        balance_columns=BALANCE_COLUMNS,
        versions=version_table(kind, recorded, items) if len(recorded) > 1 else None,
        allocations=allocations_of(drawn_from(session, actor.tenant_id, grant_id)),
        allocation_columns=ALLOCATION_COLUMNS,
        has_money_left=any(line.left for line in balances),
        tiles=tiles_of(balances),
        with_share=with_share,
        history=grant_history(session, actor, file) if actor.may(Permission.AUDIT_READ) else None,
        may_write=actor.may(Permission.FUNDING_WRITE),
        awaits_finality=_awaits_finality(file),
        visible_to=f"{only(actor.tenant_name)} Wer Mittel erhält, sieht nur die eigene Weiterleitung.",
        url=page_url,
    )


def _awaits_finality(file: GrantFile) -> bool:
    current = file.current
    return current is not None and current.waived_on is None and current.final_on is None


def _plan_title(grant: Grant) -> str | None:
    return get_plan(db.session(), grant.plan_id).title if grant.plan_id else None


def _application_title(grant: Grant) -> str | None:
    return get_application(db.session(), grant.application_id).title if grant.application_id else None


@pages.route("/zuwendungen/<uuid:grant_id>/fassungen/<int:number>/bestandskraft", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def finality(grant_id: UUID, number: int) -> ResponseReturnValue:
    """Ask for the day of the Rechtsbehelfsverzicht or the first day of Bestandskraft."""
    file, version = _version(grant_id, number)
    if version.recorded_at is None:
        return redirect(page_url("check_draft", grant_id=grant_id), 303)
    expected = suggested_finality(version.issued_on, version.received_on)
    here = page_url("show_grant", grant_id=grant_id)

    def known(held: GrantFile) -> dict[str, object]:
        present = next(one for one in held.versions if one.number == number)
        suggested = None if present.waived_on else expected.final_from
        return {"waived_on": present.waived_on, "final_on": present.final_on or suggested}

    return form_page(
        FinalitySchema(),
        lambda form: note_finality(current_actor(), version.id, **form.data),
        heading="Bestandskraft eintragen",
        crumbs=grant_texts.grant_crumbs(Crumb("Bestandskraft"), grant=file.grant),
        cancel_url=here,
        then=lambda _: here,
        done="Die Angaben zur Bestandskraft sind gespeichert.",
        edits=Edits(GRANT, grant_id, file, known),
        template="funding/finality.html",
        version=version,
        expected=expected,
        source=SOURCE,
    )


@pages.route("/zuwendungen/<uuid:grant_id>/fassungen/<int:number>/dokumente/neu", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def new_grant_document(grant_id: UUID, number: int) -> ResponseReturnValue:
    """Add a file to a Bescheid."""
    file, version = _version(grant_id, number)
    here = page_url("show_grant", grant_id=grant_id)

    def attached(form: Form) -> object:
        upload = form.data["file"]
        return attach_document(current_actor(), version.id, UploadedFile.read(upload.filename, upload.stream))

    return form_page(
        FileSchema(),
        attached,
        heading="Datei hinzufügen",
        intro=f"Die Datei gehört zum Bescheid mit dem Aktenzeichen {version.aktenzeichen}. Ist der Bescheid erfasst, "
        "bleibt sie dauerhaft bei der Akte.",
        crumbs=grant_texts.grant_crumbs(Crumb("Datei hinzufügen"), grant=file.grant),
        cancel_url=here,
        then=lambda _: page_url("show_grant", grant_id=grant_id, _anchor="bescheide"),
        done="Die Datei ist gespeichert.",
    )


@pages.get("/zuwendungen/dokumente/<uuid:grant_document_id>")
@requires(Permission.FUNDING_READ, keeps_record=True, bodies=PAID_BY_THE_LAND)
def grant_document(grant_document_id: UUID) -> Response:
    """Download a file of a Bescheid."""
    session = db.session()
    return document_response(session, current_actor(), get_grant_document(session, grant_document_id))


@pages.route(
    "/zuwendungen/<uuid:grant_id>/dokumente/<uuid:grant_document_id>/entfernen", methods=["GET", "POST"]
)
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def drop_grant_document(grant_id: UUID, grant_document_id: UUID) -> ResponseReturnValue:
    """Ask, then remove a file from a draft."""
    file = grant_file(db.session(), grant_id)
    name = get_grant_document(db.session(), grant_document_id).name
    here = page_url("show_grant", grant_id=grant_id, _anchor="bescheide")
    return ask_page(
        lambda: remove_document(current_actor(), grant_document_id),
        about=Seen(GRANT, grant_id, file),
        heading=f"Datei „{name}“ entfernen?",
        consequences=[
            "Die Datei wird gelöscht. Brauchen Sie sie noch, laden Sie sie vorher herunter.",
            "Name und Prüfsumme hält der Änderungsverlauf fest.",
        ],
        submit="Datei entfernen",
        crumbs=grant_texts.grant_crumbs(Crumb("Datei entfernen"), grant=file.grant),
        back_url=here,
        back="Zurück zur Zuwendung",
        then=lambda _: here,
        done=f"Die Datei „{name}“ ist entfernt.",
    )


def _version(grant_id: UUID, number: int) -> tuple[GrantFile, GrantVersion]:
    """Return a grant and one of its versions; raises `NotFoundError`."""
    file = grant_file(db.session(), grant_id)
    for version in file.versions:
        if version.number == number:
            return file, version
    raise NotFoundError
