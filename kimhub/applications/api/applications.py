"""Applications over the API: list, begin, read, replace a draft, submit, and what follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, url_for
from sqlalchemy.orm import Session

from kimhub.applications.api.outgoing import (
    ApplicationOutSchema,
    ApplicationPageSchema,
    application_body,
)
from kimhub.applications.api.paging import ETAG, IF_MATCH, KEY, PageQuerySchema, mark
from kimhub.applications.models import ApplicationEvent
from kimhub.applications.queries import (
    APPLICATION,
    APPLICATION_KEY,
    application_file,
    get_attachment,
    list_applications,
)
from kimhub.applications.schemas import (
    ContentsSchema,
    DetailsSchema,
    HappeningSchema,
    SubmissionSchema,
    details_of,
    happening_of,
    involvements_of,
    participation_of,
)
from kimhub.applications.usecases.create_application import correct_application, create_application
from kimhub.applications.usecases.follow_application import (
    Happening,
    decide_application,
    note_receipt,
    withdraw_application,
)
from kimhub.applications.usecases.replace_application import Contents, SectionText, replace_application
from kimhub.applications.usecases.submit_application import Submission, submit_application
from kimhub.core.api import PREFIX, ApiBlueprint, etag, seen
from kimhub.core.attempt import attempt
from kimhub.core.clock import today
from kimhub.core.documents import document_of, document_response
from kimhub.core.idempotency import idempotent
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import PageRequest, encode_cursor
from tenants import Actor, Permission, db

api = ApiBlueprint(
    "applications-api",
    __name__,
    url_prefix=f"{PREFIX}/applications",
    description="Förderanträge: mit Förderskizze",
)


@api.route("")
@api.arguments(PageQuerySchema, location="query", as_kwargs=True)
@api.response(200, ApplicationPageSchema)
@api.doc(summary="Förderanträge auflisten", description="Die neuesten zuerst.")
@requires(Permission.FUNDING_READ)
def list_(*, limit: int, cursor: str | None = None) -> dict[str, Any]:
    """List applications, the newest first."""
    asked = PageRequest(after=mark(cursor, APPLICATION_KEY), limit=limit)
    rows = list_applications(db.session(), current_actor(), asked)
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        following = encode_cursor((shown[-1]["created_at"], shown[-1]["id"]))
    return {"items": shown, "next_cursor": following}


@api.route("", methods=["POST"])
@idempotent
@api.arguments(DetailsSchema)
@api.response(201, ApplicationOutSchema, headers=ETAG)
@api.doc(
    summary="Förderantrag beginnen",
    description="Der Entwurf hat die Abschnitte der Vorlage und bei einem Kreis alle Gemeinden.",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def create(command: dict[str, Any]) -> Any:
    """Begin an application."""
    session = db.session()
    with attempt(session):
        created = create_application(session, current_actor(), details_of(command))
    return _made(created.id)


@api.route("/<uuid:application_id>")
@api.response(200, ApplicationOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Förderantrag lesen")
@requires(Permission.FUNDING_READ)
def read(application_id: UUID) -> Any:
    """Read an application."""
    return _answer(application_id)


@api.route("/<uuid:application_id>", methods=["PUT"])
@api.arguments(ContentsSchema)
@api.response(200, ApplicationOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.alt_response(412, "PRECONDITION_FAILED")
@api.alt_response(428, "PRECONDITION_REQUIRED")
@api.doc(
    summary="Entwurf ersetzen",
    description="`sections` und `participants` gelten als Ganzes: Was fehlt, wird entfernt. Ohne Angabe bleiben sie.",
    parameters=[IF_MATCH],
)
@requires(Permission.FUNDING_WRITE)
def replace(command: dict[str, Any], application_id: UUID) -> Any:
    """Replace a draft."""
    session, sections = db.session(), command["sections"]
    application = seen(APPLICATION, application_id).application
    people = command["participants"]
    contents = Contents(
        details=details_of(command),
        sections=None
        if sections is None
        else [SectionText(heading=s["heading"], text=s["text"] or "", id=s["id"]) for s in sections],
        participants=None if people is None else [participation_of(one) for one in people],
        gemeinden=involvements_of(command["gemeinden"]),
    )
    with attempt(session):
        replace_application(
            session, current_actor(), application_id, contents, expected_version=application.version
        )
    return _answer(application_id)


@api.route("/<uuid:application_id>/submit", methods=["POST"])
@idempotent
@api.arguments(SubmissionSchema)
@api.response(200, ApplicationOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.alt_response(412, "PRECONDITION_FAILED")
@api.alt_response(428, "PRECONDITION_REQUIRED")
@api.doc(
    summary="Förderantrag einreichen",
    description="Plan und Beträge werden festgehalten; danach ändert sich der Antrag nicht mehr.",
    parameters=[IF_MATCH, KEY],
)
@requires(Permission.FUNDING_WRITE)
def submit(command: dict[str, Any], application_id: UUID) -> Any:
    """Submit a draft on the state that the caller has seen."""
    session = db.session()
    application = seen(APPLICATION, application_id).application
    submission = Submission(submitted_on=command["submitted_on"], reference=command["reference"] or "")
    with attempt(session):
        submit_application(
            session, current_actor(), application_id, submission, expected_version=application.version
        )
    return _answer(application_id)


@api.route("/<uuid:application_id>/correction", methods=["POST"])
@idempotent
@api.response(201, ApplicationOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(
    summary="Berichtigung beginnen",
    description="Ein neuer Entwurf mit allen Angaben des eingereichten Antrags, der diesen als den früheren nennt.",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def correct(application_id: UUID) -> Any:
    """Begin a correction."""
    session = db.session()
    with attempt(session):
        created = correct_application(session, current_actor(), application_id)
    return _made(created.id)


UseCase = Callable[[Session, Actor, UUID, Happening], ApplicationEvent]


def _follow_route(action: str, summary: str, use_case: UseCase) -> None:
    """Add the route of something that happens after the submission."""

    @api.route(f"/<uuid:application_id>/{action}", methods=["POST"], endpoint=action)
    @idempotent
    @api.arguments(HappeningSchema)
    @api.response(200, ApplicationOutSchema, headers=ETAG)
    @api.alt_response(404, "NOT_FOUND")
    @api.alt_response(409, "CONFLICT")
    @api.doc(summary=summary, parameters=[KEY])
    @requires(Permission.FUNDING_WRITE)
    def follow(command: dict[str, Any], application_id: UUID) -> Any:
        """Record what happened."""
        session = db.session()
        with attempt(session):
            use_case(session, current_actor(), application_id, happening_of(command))
        return _answer(application_id)


_follow_route("receipt", "Eingangsvermerk festhalten", note_receipt)
_follow_route("withdraw", "Förderantrag zurückziehen", withdraw_application)
_follow_route("decide", "Entscheidung der Bezirksregierung festhalten", decide_application)


@api.route("/documents/<uuid:attachment_id>")
@api.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Dokument eines Förderantrags herunterladen")
@requires(Permission.FUNDING_READ, keeps_record=True)
def read_document(attachment_id: UUID) -> Response:
    """Download a file of an application."""
    session = db.session()
    attachment = get_attachment(session, attachment_id)
    return document_response(session, current_actor(), document_of(session, attachment.document_id))


def _made(application_id: UUID) -> Any:
    body, _, headers = _answer(application_id)
    return body, 201, {**headers, "Location": url_for(".read", application_id=application_id)}


def _answer(application_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    session = db.session()
    session.expire_all()
    file = application_file(session, application_id)
    return application_body(session, file, today()), 200, etag(APPLICATION, file)
