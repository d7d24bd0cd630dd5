"""The forms of the Förderskizze: its sections and who took part."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.applications.errors import SectionStaleError
from kimhub.applications.models import FoerderskizzeParticipant, FoerderskizzeSection, GrantApplication
from kimhub.applications.pages.blueprint import crumbs, page_url, pages, status_of, try_with
from kimhub.applications.pages.editing import editable
from kimhub.applications.queries import (
    APPLICATION,
    application_file,
    get_participant,
    get_section,
    sections_of,
)
from kimhub.applications.schemas import (
    ChangedSectionSchema,
    ParticipantSchema,
    SectionSchema,
)
from kimhub.applications.template import template_of
from kimhub.applications.usecases.name_participants import (
    Participation,
    add_participant,
    change_participant,
    remove_participant,
)
from kimhub.applications.usecases.write_foerderskizze import (
    add_section,
    move_section,
    remove_section,
    write_section,
)
from kimhub.core import clock
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.forms import Form, bind, blank
from tenants import Permission, db


def _shown(application_id: UUID, anchor: str) -> str:
    return page_url("show", application_id=application_id, _anchor=anchor)


def _show(application_id: UUID, anchor: str) -> ResponseReturnValue:
    return redirect(_shown(application_id, anchor), 303)


@pages.route("/abschnitte/<uuid:section_id>", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def section(section_id: UUID) -> ResponseReturnValue:
    """Write a section; what somebody else has written meanwhile is shown beside what was typed."""
    session, actor = db.session(), current_actor()
    found = get_section(session, section_id)
    application = editable(found.application_id)
    schema = ChangedSectionSchema()
    if request.method == "GET":
        form = blank(schema, {"heading": found.heading, "text": found.text, "version": found.version})
        return _section_page(application, found, form, None), 200
    form = bind(schema, request.form)
    if form.valid:
        try:
            saved = try_with(
                form,
                lambda: write_section(
                    actor, section_id,
                    heading=form.data["heading"], text=form.data["text"],
                    expected_version=form.data["version"],
                ),
            )  # fmt: skip
        except SectionStaleError as stale:
            session.refresh(found)
            form.messages.append(stale.detail)
            form["version"].typed = str(found.version)
            return _section_page(application, found, form, found.text), 409
        if saved is not None:
            flash(f"Der Abschnitt „{saved.heading}“ ist gespeichert.", "success")
            following = _following(application, saved) if request.form.get("weiter") else None
            if following is not None:
                return redirect(page_url("section", section_id=following.id), 303)
            return _show(application.id, "foerderskizze")
    return _section_page(application, found, form, None), status_of(form)


@pages.post("/abschnitte/<uuid:section_id>/zwischenspeichern")
@requires(Permission.FUNDING_WRITE)
def autosave_section(section_id: UUID) -> ResponseReturnValue:
    """Keep a section while it is being written; answers with a line and the version that counts from now on.

    What cannot be kept is said and stays typed: the page's own button then shows why.
    """
    session, actor = db.session(), current_actor()
    found = get_section(session, section_id)
    form = bind(ChangedSectionSchema(), request.form)
    saved = None
    if form.valid:
        try:
            saved = try_with(
                form,
                lambda: write_section(
                    actor, section_id,
                    heading=form.data["heading"], text=form.data["text"],
                    expected_version=form.data["version"],
                ),
            )  # fmt: skip
        except SectionStaleError:
            session.refresh(found)
    version = saved.version if saved else form["version"].typed
    return render_template("applications/_autosaved.html", saved=saved, version=version, now=clock.now())


def _following(application: GrantApplication, section: FoerderskizzeSection) -> FoerderskizzeSection | None:
    later = [other for other in sections_of(db.session(), application) if other.place > section.place]
    return later[0] if later else None


def _section_page(
    application: GrantApplication, section: FoerderskizzeSection, form: Form, others_text: str | None
) -> str:
    return render_template(
        "applications/section.html",
        crumbs=crumbs(section.heading, application=application),
        form=form,
        heading=section.heading,
        template=template_of(section.key),
        others_text=others_text,
        has_following=_following(application, section) is not None,
        cancel_url=page_url("show", application_id=application.id, _anchor="foerderskizze"),
        section_id=section.id,
        url=page_url,
    )


@pages.route("/<uuid:application_id>/abschnitte/neu", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def new_section(application_id: UUID) -> ResponseReturnValue:
    """Add a section of one's own."""
    application = editable(application_id)
    return form_page(
        SectionSchema(),
        lambda form: add_section(
            current_actor(), application_id,
            heading=form.data["heading"], text=form.data["text"],
        ),
        heading="Abschnitt hinzufügen",
        submit="Hinzufügen",
        crumbs=crumbs("Neuer Abschnitt", application=application),
        cancel_url=_shown(application_id, "foerderskizze"),
        then=lambda _: _shown(application_id, "foerderskizze"),
    )  # fmt: skip


@pages.post("/abschnitte/<uuid:section_id>/verschieben")
@requires(Permission.FUNDING_WRITE)
def shift_section(section_id: UUID) -> ResponseReturnValue:
    """Move a section up or down."""
    down = request.form.get("richtung") == "unten"
    application = move_section(current_actor(), section_id, down=down)
    return _show(application.id, "foerderskizze")


@pages.route("/abschnitte/<uuid:section_id>/entfernen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def drop_section(section_id: UUID) -> ResponseReturnValue:
    """Show the text that would be lost, then take the section out."""
    found = get_section(db.session(), section_id)
    application = editable(found.application_id)
    here = _shown(application.id, "foerderskizze")
    return ask_page(
        lambda: remove_section(current_actor(), section_id),
        about=Seen(APPLICATION, application.id, application_file(db.session(), application.id)),
        heading=f"Abschnitt „{found.heading}“ entfernen?",
        text=found.text,
        consequences=[
            "Der Abschnitt verschwindet mit seinem Text aus der Förderskizze. Das lässt sich nicht rückgängig machen."
            if found.text
            else "Der Abschnitt verschwindet aus der Förderskizze. Er hat noch keinen Text.",
            "Was in den anderen Abschnitten steht, bleibt.",
        ],
        submit="Abschnitt entfernen",
        crumbs=crumbs("Abschnitt entfernen", application=application),
        back_url=here,
        back="Zurück zum Antrag",
        then=lambda _: here,
        done=f"Der Abschnitt „{found.heading}“ ist entfernt.",
    )


@pages.route("/<uuid:application_id>/beteiligte/neu", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def new_participant(application_id: UUID) -> ResponseReturnValue:
    """Add who took part."""
    application = editable(application_id)
    return form_page(
        ParticipantSchema(),
        lambda form: add_participant(current_actor(), application_id, Participation(**form.data)),
        heading="Beteiligte Stelle eintragen",
        crumbs=crumbs("Beteiligte Stelle eintragen", application=application),
        cancel_url=_shown(application_id, "beteiligte"),
        then=lambda _: _shown(application_id, "beteiligte"),
        done=lambda added: f"„{added.name}“ ist eingetragen.",
    )


@pages.route("/beteiligte/<uuid:participant_id>", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def participant(participant_id: UUID) -> ResponseReturnValue:
    """Change what is said about a participant."""
    found = get_participant(db.session(), participant_id)
    application = editable(found.application_id)
    return form_page(
        ParticipantSchema(),
        lambda form: change_participant(current_actor(), participant_id, Participation(**form.data)),
        heading=found.name,
        crumbs=crumbs(found.name, application=application),
        cancel_url=_shown(application.id, "beteiligte"),
        then=lambda _: _shown(application.id, "beteiligte"),
        done=lambda saved: f"„{saved.name}“ ist gespeichert.",
        edits=Edits(
            APPLICATION,
            application.id,
            application_file(db.session(), application.id),
            lambda _: _participation(get_participant(db.session(), participant_id)),
        ),
    )


def _participation(found: FoerderskizzeParticipant) -> dict[str, object]:
    return {"name": found.name, "inside": found.inside, "contribution": found.contribution}


@pages.route("/beteiligte/<uuid:participant_id>/entfernen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def drop_participant(participant_id: UUID) -> ResponseReturnValue:
    """Show what was said about a participant, then take it out."""
    found = get_participant(db.session(), participant_id)
    application = editable(found.application_id)
    here = _shown(application.id, "beteiligte")
    return ask_page(
        lambda: remove_participant(current_actor(), participant_id),
        about=Seen(APPLICATION, application.id, application_file(db.session(), application.id)),
        heading=f"„{found.name}“ entfernen?",
        text=found.contribution,
        consequences=["Die Stelle steht nicht mehr unter den Beteiligten. Sie können sie neu eintragen."],
        submit="Entfernen",
        crumbs=crumbs("Beteiligte Stelle entfernen", application=application),
        back_url=here,
        back="Zurück zum Antrag",
        then=lambda _: here,
        done=f"„{found.name}“ ist entfernt.",
    )
