"""Applications over the API: list, begin, read, replace a draft, submit, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import RowMapping

from kimhub.applications.api.outgoing import (
    ApplicationOutSchema,
    ApplicationSummarySchema,
    application_body,
)
from kimhub.applications.models import ApplicationEvent, GrantApplication
from kimhub.applications.queries import (
    APPLICATION,
    APPLICATIONS,
    ApplicationFile,
    get_attachment,
    list_applications,
)
from kimhub.applications.schemas import (
    ContentsSchema,
    DetailsSchema,
    HappeningSchema,
    SubmissionSchema,
    details_of,
    involvements_of,
)
from kimhub.applications.usecases.change_application import put_away_application, take_up_application
from kimhub.applications.usecases.create_application import correct_application, create_application
from kimhub.applications.usecases.follow_application import (
    Happening,
    decide_application,
    note_receipt,
    withdraw_application,
)
from kimhub.applications.usecases.name_participants import Participation
from kimhub.applications.usecases.replace_application import Contents, SectionText, replace_application
from kimhub.applications.usecases.submit_application import Submission, submit_application
from kimhub.core.api import BYTES, FILE, Operation, Resource, ShelfQuerySchema
from kimhub.core.clock import today
from kimhub.core.documents import document_of, document_response
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from tenants import Actor, Permission, db

applications = Resource(
    "applications",
    "Förderanträge: mit Förderskizze",
    thing=APPLICATION,
    shape=ApplicationOutSchema,
    body=lambda file: application_body(db.session(), file, today()),
    names="application_id",
    read=Permission.FUNDING_READ,
    write=Permission.FUNDING_WRITE,
    blueprint="applications-api",
)


@applications.list(
    ApplicationSummarySchema, "Förderanträge auflisten", "Die neuesten zuerst.",
    listed=APPLICATIONS, query=ShelfQuerySchema,
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest, *, archived: bool = False) -> Sequence[RowMapping]:
    """List applications, the newest first."""
    return list_applications(db.session(), actor, asked, archived=archived)


@applications.create(
    DetailsSchema, "Förderantrag beginnen",
    "Der Entwurf hat die Abschnitte der Vorlage und bei einem Kreis alle Gemeinden.",
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> GrantApplication:
    """Begin an application."""
    return create_application(actor, details_of(command))


applications.read("Förderantrag lesen")


@applications.change(
    ContentsSchema, "Entwurf ersetzen",
    "`sections` und `participants` gelten als Ganzes: Was fehlt, wird entfernt. Ohne Angabe bleiben sie.",
)  # fmt: skip
def replace(actor: Actor, file: ApplicationFile, command: dict[str, Any]) -> None:
    """Replace a draft."""
    sections, people = command["sections"], command["participants"]
    contents = Contents(
        details=details_of(command),
        sections=None
        if sections is None
        else [SectionText(heading=s["heading"], text=s["text"], id=s["id"]) for s in sections],
        participants=None if people is None else [Participation(**one) for one in people],
        gemeinden=involvements_of(command["gemeinden"]),
    )
    application = file.application
    replace_application(actor, application.id, contents, expected_version=application.version)


@applications.change(
    SubmissionSchema, "Förderantrag einreichen",
    "Plan und Beträge werden festgehalten; danach ändert sich der Antrag nicht mehr.",
    method="POST", path="/submit",
)  # fmt: skip
def submit(actor: Actor, file: ApplicationFile, command: dict[str, Any]) -> None:
    """Submit a draft."""
    application = file.application
    submission = Submission(submitted_on=command["submitted_on"], reference=command["reference"])
    submit_application(actor, application.id, submission, expected_version=application.version)


@applications.derive(
    None, "Berichtigung beginnen",
    "Ein neuer Entwurf mit allen Angaben des eingereichten Antrags, der diesen als den früheren nennt.",
    path="/correction",
)  # fmt: skip
def correct(actor: Actor, file: ApplicationFile) -> GrantApplication:
    """Begin a correction."""
    return correct_application(actor, file.application.id)


applications.shelf(
    "Entwurf", put_away_application, take_up_application, id_of=lambda file: file.application.id,
    description="Nur solange der Antrag nicht eingereicht ist. Er steht danach nicht mehr in der Liste.",
)  # fmt: skip

UseCase = Callable[[Actor, UUID, Happening], ApplicationEvent]


def _follow(action: str, summary: str, use_case: UseCase) -> None:
    """Add something that happens after the submission."""

    @applications.change(HappeningSchema, summary, method="POST", path=f"/{action}", endpoint=action)
    def follow(actor: Actor, file: ApplicationFile, command: dict[str, Any]) -> None:
        use_case(actor, file.application.id, Happening(**command))


_follow("receipt", "Eingangsvermerk festhalten", note_receipt)
_follow("withdraw", "Förderantrag zurückziehen", withdraw_application)
_follow("decide", "Entscheidung der Bezirksregierung festhalten", decide_application)


@applications.blueprint.operation(
    "GET", "/documents/<uuid:attachment_id>", "read_document",
    Operation(
        summary="Dokument eines Förderantrags herunterladen", permission=Permission.FUNDING_READ,
        keeps_record=True, gives=FILE, content_type=BYTES, refused=(404,),
    ),
)  # fmt: skip
def read_document(attachment_id: UUID) -> Response:
    """Download a file of an application."""
    session = db.session()
    attachment = get_attachment(session, attachment_id)
    return document_response(session, current_actor(), document_of(session, attachment.document_id))
