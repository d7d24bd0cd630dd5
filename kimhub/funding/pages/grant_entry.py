"""Entering a Bescheid: what kind it is, then what it says; and changing the draft until it is recorded."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from kimhub.core.errors import NotFoundError
from kimhub.core.formats import number
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.editing import VERSION, versioned
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.view import Crumb
from kimhub.funding.models import Grant, GrantKind, GrantVersion
from kimhub.funding.pages.amounts import amount_name, share_name
from kimhub.funding.pages.bescheid_form import (
    AmendmentSchema,
    Entry,
    FirstBescheidSchema,
    open_entry,
    read_entry,
)
from kimhub.funding.pages.blueprint import page_url, pages, status_of
from kimhub.funding.pages.grant_texts import bescheid_title, grant_crumbs
from kimhub.funding.pages.sources import fitting, proposal, source_options, undivided_note
from kimhub.funding.queries import GRANT, GrantFile, grant_file, grant_items
from kimhub.funding.schemas import BeginGrantSchema, GrantDetailsSchema, details_of, id_of
from kimhub.funding.usecases.attach_document import attach_document
from kimhub.funding.usecases.change_grant import change_grant
from kimhub.funding.usecases.enter_grant import (
    EnterGrant,
    change_draft,
    discard_draft,
    enter_amendment,
    enter_grant,
)
from kimhub.programme.public import Cell
from tenants import PAID_BY_THE_LAND, Permission, db

AUTHORITY = "Bezirksregierung Arnsberg"
"""Who grants KIM money (Kompetenzzentrum für Integration); it may be overwritten."""
NOTHING_PROPOSED = (
    "Ihre Vorlage nennt für diesen Zeitraum keine Beträge. Tragen Sie sie nach dem Bescheid ein."
)
_ADDRESS = {
    "kind": "art",
    "period_from": "von",
    "period_to": "bis",
    "plan_id": "plan",
    "application_id": "antrag",
}
"""How the choices of the first page stand in the address of the second."""


@pages.route("/zuwendungen/neu", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def begin_grant() -> ResponseReturnValue:
    """Ask for kind and period, which decide the amounts to be asked for."""
    schema, options = BeginGrantSchema(), source_options()
    if request.method == "POST":
        form = bind(schema, request.form, options=options)
        if form.valid:
            chosen = {short: request.form.get(name, "").strip() for name, short in _ADDRESS.items()}
            return redirect(page_url("new_grant", **{k: v for k, v in chosen.items() if v}), 303)
    else:
        form = blank(schema, _known_source(), options=options)
    page = render_template(
        "funding/begin_grant.html",
        crumbs=grant_crumbs(Crumb("Zuwendung erfassen")),
        form=form,
        action=page_url("begin_grant"),
        cancel_url=page_url("grant_list"),
    )
    return page, status_of(form)


def _known_source() -> dict[str, Any]:
    """Return the plan that the address names (a plan's page leads here)."""
    plan_id = request.args.get("plan", type=UUID)
    return {"plan_id": str(plan_id)} if plan_id else {}


@pages.route("/zuwendungen/neu/bescheid", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def new_grant() -> ResponseReturnValue:
    """Ask for the Bescheid and keep it as a draft."""
    options = source_options()
    chosen = MultiDict({name: request.args.get(short, "") for name, short in _ADDRESS.items()})
    begun = bind(BeginGrantSchema(), chosen, options=options)
    if not begun.valid:
        return redirect(page_url("begin_grant"), 303)
    kind: GrantKind = begun.data["kind"]
    note, prefilled = None, False
    if request.method == "POST":
        entry = read_entry(FirstBescheidSchema, kind, options)
        if entry.form.valid:
            grant = entry.try_with(lambda: _entered(entry, kind))
            if grant is not None:
                return redirect(page_url("check_draft", grant_id=grant.id), 303)
    else:
        proposed = proposal(id_of(begun.data, "plan_id"), id_of(begun.data, "application_id"))
        years = range(begun.data["period_from"].year, begun.data["period_to"].year + 1)
        known = {name: begun.data[name] for name in ("period_from", "period_to", "plan_id", "application_id")}
        fit = fitting(proposed, kind, years)
        entry = open_entry(
            FirstBescheidSchema,
            kind,
            {**known, "granted_by": AUTHORITY, "title": _title(years)},
            fit,
            options,
        )
        prefilled = bool(fit)
        note = undivided_note(proposed, years)
        if note is None and not fit and (known["plan_id"] or known["application_id"]):
            note = NOTHING_PROPOSED
    return _form_page(
        entry,
        heading="Zuwendungsbescheid erfassen" if kind is GrantKind.BESCHEID else "Pauschale erfassen",
        crumbs=grant_crumbs(Crumb("Zuwendung erfassen")),
        action=request.full_path.removesuffix("?"),
        cancel_url=page_url("grant_list"),
        note=note,
        prefilled=prefilled,
    )


def _title(years: range) -> str:
    """Return a title to begin with, e.g. „KIM 2021/2022“."""
    first, last = years[0], years[-1]
    return f"KIM {first}" if first == last else f"KIM {first}/{last}"


def _entered(entry: Entry, kind: GrantKind) -> Grant:
    actor, details = current_actor(), details_of(entry.form.data)
    grant = enter_grant(
        actor,
        EnterGrant(
            title=details.title,
            kind=kind,
            granted_by=details.granted_by,
            plan_id=details.plan_id,
            application_id=details.application_id,
            bescheid=entry.bescheid(),
        ),
    )
    draft = grant_file(db.session(), grant.id).draft
    if draft is None:
        raise NotFoundError
    _keep_file(entry, draft)
    return grant


def _keep_file(entry: Entry, version: GrantVersion) -> None:
    upload = entry.upload()
    if upload is not None:
        attach_document(current_actor(), version.id, upload)


@pages.route("/zuwendungen/<uuid:grant_id>/entwurf", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def edit_draft(grant_id: UUID) -> ResponseReturnValue:
    """Change what a draft says."""
    file = grant_file(db.session(), grant_id)
    draft = draft_of(file)
    kind, first = GrantKind(file.grant.kind), draft.number == 1
    schema = FirstBescheidSchema if first else AmendmentSchema
    options = source_options(file.grant.plan_id, file.grant.application_id) if first else None

    def stored(held: GrantFile) -> Entry:
        """Open the form with what the draft says now."""
        present = draft_of(held)
        items = grant_items(db.session(), [present])[present.id]
        return open_entry(schema, kind, _known(held.grant, present), items, options)

    if request.method == "POST":
        entry = read_entry(schema, kind, options)
        if entry.form.valid:
            entry.try_edit(grant_id, lambda held: stored(held).form, lambda: _changed(entry, grant_id))
        else:
            entry.form.version = request.form.get(VERSION, "")
        if entry.form.valid and not entry.form.overtaken:
            return redirect(page_url("check_draft", grant_id=grant_id), 303)
    else:
        entry = stored(file)
        versioned(entry.form)
    return _form_page(
        entry,
        heading=f"{bescheid_title(kind, draft.number)} bearbeiten",
        crumbs=grant_crumbs(Crumb("Entwurf bearbeiten"), grant=file.grant),
        action=page_url("edit_draft", grant_id=grant_id),
        cancel_url=page_url("show_grant", grant_id=grant_id),
    )


def draft_of(file: GrantFile) -> GrantVersion:
    """Return the version that is being entered, else `NotFoundError`."""
    if file.draft is None:
        raise NotFoundError
    return file.draft


def _changed(entry: Entry, grant_id: UUID) -> GrantVersion:
    actor, draft = current_actor(), draft_of(grant_file(db.session(), grant_id))
    if draft.number == 1:
        change_grant(actor, grant_id, details_of(entry.form.data))
    version = change_draft(actor, draft.id, entry.bescheid())
    _keep_file(entry, version)
    return version


@pages.route("/zuwendungen/<uuid:grant_id>/aenderungsbescheid", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def new_amendment(grant_id: UUID) -> ResponseReturnValue:
    """Ask for an Änderungsbescheid, beginning with what is in force."""
    file = grant_file(db.session(), grant_id)
    current = file.current
    if file.draft is not None or current is None:
        return redirect(page_url("edit_draft", grant_id=grant_id), 303)
    kind = GrantKind(file.grant.kind)
    if request.method == "POST":
        entry = read_entry(AmendmentSchema, kind)
        if entry.form.valid and entry.try_with(lambda: _amended(entry, grant_id)) is not None:
            return redirect(page_url("check_draft", grant_id=grant_id), 303)
    else:
        known = {name: getattr(current, name) for name in ("period_from", "period_to", "conditions")}
        entry = open_entry(AmendmentSchema, kind, known, grant_items(db.session(), [current])[current.id])
    return _form_page(
        entry,
        heading=f"{bescheid_title(kind, number=2)} erfassen",
        crumbs=grant_crumbs(Crumb("Änderungsbescheid"), grant=file.grant),
        action=page_url("new_amendment", grant_id=grant_id),
        cancel_url=page_url("show_grant", grant_id=grant_id),
        amended=f"Tragen Sie ein, was nach der Änderung insgesamt gilt. Vorgegeben ist die geltende "
        f"{number(current.number)}. Fassung.",
    )


def _amended(entry: Entry, grant_id: UUID) -> GrantVersion:
    version = enter_amendment(current_actor(), grant_id, entry.bescheid())
    _keep_file(entry, version)
    return version


@pages.route("/zuwendungen/<uuid:grant_id>/entwurf/verwerfen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def discard(grant_id: UUID) -> ResponseReturnValue:
    """Ask once more, then drop the draft; with the first Bescheid the grant goes too."""
    file = grant_file(db.session(), grant_id)
    draft, here = draft_of(file), page_url("show_grant", grant_id=grant_id)
    first = draft.number == 1
    return ask_page(
        lambda: discard_draft(current_actor(), draft.id),
        about=Seen(GRANT, grant_id, file),
        heading="Entwurf verwerfen?",
        consequences=[
            f"Die Zuwendung „{file.grant.title}“ verschwindet mit ihrem Entwurf aus der Liste."
            if first
            else "Der Entwurf des Änderungsbescheids verschwindet. Was bisher gilt, gilt weiter.",
            "Das lässt sich nicht rückgängig machen.",
            "Dass er verworfen wurde, hält der Änderungsverlauf fest.",
        ],
        submit="Entwurf verwerfen",
        crumbs=grant_crumbs(Crumb("Entwurf verwerfen"), grant=file.grant),
        back_url=here,
        back="Zurück zur Zuwendung",
        then=lambda _: page_url("grant_list") if first else here,
        done="Der Entwurf ist verworfen.",
    )


@pages.route("/zuwendungen/<uuid:grant_id>/angaben", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def edit_details(grant_id: UUID) -> ResponseReturnValue:
    """Change title, authority, plan and application of a grant."""
    file = grant_file(db.session(), grant_id)
    here = page_url("show_grant", grant_id=grant_id)
    return form_page(
        GrantDetailsSchema(),
        lambda form: change_grant(current_actor(), grant_id, details_of(form.data)),
        heading="Angaben ändern",
        intro="Was bewilligt ist, ändert nur ein Änderungsbescheid.",
        crumbs=grant_crumbs(Crumb("Angaben ändern"), grant=file.grant),
        cancel_url=here,
        then=lambda _: here,
        done="Die Angaben sind gespeichert.",
        options=source_options(file.grant.plan_id, file.grant.application_id),
        edits=Edits(GRANT, grant_id, file, lambda held: _details(held.grant)),
    )


def _details(grant: Grant) -> dict[str, Any]:
    return {name: getattr(grant, name) for name in ("title", "granted_by", "plan_id", "application_id")}


def _known(grant: Grant, draft: GrantVersion) -> dict[str, Any]:
    facts = ("aktenzeichen", "issued_on", "received_on", "period_from", "period_to", "conditions", "reason")
    return {**_details(grant), **{name: getattr(draft, name) for name in facts}}


def _form_page(
    entry: Entry,
    *,
    heading: str,
    crumbs: list[Crumb],
    action: str,
    cancel_url: str,
    note: str | None = None,
    amended: str | None = None,
    prefilled: bool = False,
) -> ResponseReturnValue:
    form: Form = entry.form
    page = render_template(
        "funding/bescheid_form.html",
        crumbs=crumbs,
        form=form,
        grid=entry.grid,
        amount_name=amount_name,
        share_name=share_name,
        cell_of=Cell.of,
        heading=heading,
        action=action,
        cancel_url=cancel_url,
        note=note,
        amended=amended,
        prefilled=prefilled,
    )
    return page, status_of(form)
