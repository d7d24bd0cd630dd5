"""The file of one application: everything that it says, on one page that prints well."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from kimhub.applications.models import EventKind
from kimhub.applications.pages import presenting
from kimhub.applications.pages.blueprint import crumbs, page_url, pages
from kimhub.applications.queries import ApplicationFile, ApplicationState, application_file
from kimhub.applications.review import review_application
from kimhub.applications.template import template_of
from kimhub.core.clock import today
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.view import Column
from tenants import Actor, Permission, db


@pages.get("/<uuid:application_id>")
@requires(Permission.FUNDING_READ)
def show(application_id: UUID) -> ResponseReturnValue:
    """Show the file of one application."""
    actor, session = current_actor(), db.session()
    file = application_file(session, application_id)
    application = file.application
    review = review_application(session, file, application.submitted_on or today())
    may_edit = application.is_draft and actor.may(Permission.FUNDING_WRITE)
    return render_template(
        "applications/show.html",
        crumbs=crumbs(application.title),
        file=file,
        application=application,
        state=presenting.state_badge(file.state),
        visible_to=presenting.visible_to(application, actor.tenant_name),
        facts=presenting.facts(file, review),
        review=review,
        figures=review.basis.figures,
        templates={section.id: template_of(section.key) for section in file.sections},
        documents=presenting.documents(list(file.documents)),
        history=presenting.history(file, actor.tenant_name),
        participant_columns=[
            Column("Stelle oder Organisation"),
            Column("Verwaltung"),
            Column("Art der Beteiligung"),
            *([Column("Schritte", hidden_label=True)] if may_edit else []),
        ],
        gemeinde_columns=[Column("Gemeinde"), Column("Eingebunden"), Column("Wie, oder warum nicht")],
        may_edit=may_edit,
        may_correct=not application.is_draft and actor.may(Permission.FUNDING_WRITE),
        steps=_steps(file, actor),
        release_url=url_for("releases.of_application", application_id=application.id)
        if admitted("releases.of_application", actor)
        else None,
        url=page_url,
        tenant_name=actor.tenant_name,
    )


def _steps(file: ApplicationFile, actor: Actor) -> list[tuple[str, str, str]]:
    """Return label, address and weight of what can be done with a submitted application."""
    if file.application.is_draft or not actor.may(Permission.FUNDING_WRITE):
        return []
    found = []
    if file.event(EventKind.RECEIVED) is None and file.state is not ApplicationState.WITHDRAWN:
        found.append(
            ("Eingang vermerken", page_url("receipt", application_id=file.application.id), "primary")
        )
    if file.state is ApplicationState.SUBMITTED:
        found.append(
            ("Antrag zurückziehen", page_url("withdraw", application_id=file.application.id), "secondary")
        )
    return found
