"""The steps: check and submit, note the receipt, withdraw, correct."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.applications.checks import Level, obstacles
from kimhub.applications.errors import ApplicationFixedError, NotSubmittedError
from kimhub.applications.models import ApplicationEvent
from kimhub.applications.pages import presenting
from kimhub.applications.pages.blueprint import crumbs, page_url, pages, status_of, try_with
from kimhub.applications.queries import application_file, get_application
from kimhub.applications.review import review_application
from kimhub.applications.schemas import CheckedSubmissionSchema, HappeningSchema
from kimhub.applications.usecases.create_application import correct_application
from kimhub.applications.usecases.follow_application import (
    Happening,
    note_receipt,
    withdraw_application,
)
from kimhub.applications.usecases.submit_application import Submission, submit_application
from kimhub.core.clock import today
from kimhub.core.errors import StaleError
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.form_pages import Worded, form_page
from kimhub.core.web.forms import bind, blank
from tenants import Actor, Permission, db
from tenants.naming import only


@pages.route("/<uuid:application_id>/einreichen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def submit(application_id: UUID) -> ResponseReturnValue:
    """Check everything once more, then submit."""
    actor, session = current_actor(), db.session()
    file = application_file(session, application_id)
    if not file.application.is_draft:
        raise ApplicationFixedError
    schema, status = CheckedSubmissionSchema(), 200
    if request.method == "GET":
        form = blank(schema, {"submitted_on": today(), "version": file.application.version})
    else:
        form = bind(schema, request.form)
        if form.valid:
            command = Submission(submitted_on=form.data["submitted_on"], reference=form.data["reference"])
            try:
                done = try_with(
                    form,
                    lambda: submit_application(
                        actor, application_id, command, expected_version=form.data["version"]
                    ),
                )
            except StaleError as stale:
                form.messages.append(stale.detail)
                status, done = 409, None
            if done is not None:
                flash("Der Antrag ist eingereicht. Er wird nicht mehr geändert.", "success")
                return redirect(page_url("show", application_id=application_id), 303)
            session.expire_all()
            file = application_file(session, application_id)
            form["version"].typed = str(file.application.version)
    review = review_application(session, file, today())
    page = render_template(
        "applications/check.html",
        crumbs=crumbs("Prüfen und einreichen", application=file.application),
        form=form,
        file=file,
        application=file.application,
        review=review,
        stops=obstacles(review.findings),
        hints=[finding for finding in review.findings if finding.level is Level.WARNING],
        figures=review.basis.figures,
        sections=presenting.sections(file, review),
        visible_to=only(actor.tenant_name),
        url=page_url,
    )
    return page, status if status != 200 else status_of(form)


def _follow_view(
    heading: str,
    intro: str,
    note_label: str,
    done: str,
    use_case: Callable[[Actor, UUID, Happening], ApplicationEvent],
) -> Callable[[UUID], ResponseReturnValue]:
    """Return the view of a step after the submission."""

    def view(application_id: UUID) -> ResponseReturnValue:
        application = get_application(db.session(), application_id)
        if application.is_draft:
            raise NotSubmittedError
        return form_page(
            HappeningSchema(),
            lambda form: use_case(current_actor(), application_id, Happening(**form.data)),
            heading=heading,
            intro=intro,
            submit=heading,
            worded={"note": Worded(note_label)},
            crumbs=crumbs(heading, application=application),
            cancel_url=page_url("show", application_id=application_id),
            then=lambda _: page_url("show", application_id=application_id, _anchor="verlauf"),
            done=done,
            initial={"happened_on": today()},
        )

    return requires(Permission.FUNDING_WRITE)(view)


pages.add_url_rule(
    "/<uuid:application_id>/eingang",
    endpoint="receipt",
    methods=["GET", "POST"],
    view_func=_follow_view(
        "Eingang vermerken",
        "Halten Sie fest, wann die Bezirksregierung den Eingang bestätigt hat und unter welchem Aktenzeichen.",
        "Bemerkung",
        "Der Eingang ist vermerkt.",
        note_receipt,
    ),
)
pages.add_url_rule(
    "/<uuid:application_id>/zurueckziehen",
    endpoint="withdraw",
    methods=["GET", "POST"],
    view_func=_follow_view(
        "Antrag zurückziehen",
        "Der Antrag bleibt lesbar. Teilen Sie der Bezirksregierung die Rücknahme auf dem bisherigen Weg mit.",
        "Grund",
        "Der Antrag ist zurückgezogen.",
        withdraw_application,
    ),
)


@pages.post("/<uuid:application_id>/berichtigen")
@requires(Permission.FUNDING_WRITE)
def correct(application_id: UUID) -> ResponseReturnValue:
    """Begin a correction of a submitted application."""
    draft = correct_application(current_actor(), application_id)
    flash("Die Berichtigung ist als neuer Entwurf angelegt. Dokumente fügen Sie neu an.", "success")
    return redirect(page_url("show", application_id=draft.id), 303)
