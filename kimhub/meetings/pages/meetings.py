"""The forms of a meeting: entering and changing it, calling it off, the question before it is deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from kimhub.committees.public import COMMITTEES, CommitteeKind
from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.view import Crumb, Fact
from kimhub.meetings.pages.blueprint import crumbs, page_url, pages
from kimhub.meetings.pages.file import called
from kimhub.meetings.queries import MEETING, MeetingFile, meeting_file
from kimhub.meetings.schemas import CancelMeetingSchema, MeetingSchema, NewMeetingSchema
from kimhub.meetings.usecases.meetings import (
    MeetingDetails,
    NewMeeting,
    cancel_meeting,
    change_meeting,
    delete_meeting,
    enter_meeting,
    restore_meeting,
)
from tenants import Actor, Permission, db


@pages.route("/sitzungen/neu", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def new() -> ResponseReturnValue:
    """Enter a meeting."""
    actor = current_actor()
    options = _committees(actor)
    asked = request.args.get("gremium", "")
    return form_page(
        NewMeetingSchema(),
        lambda form: enter_meeting(
            actor, NewMeeting(**{**form.data, "committee_id": UUID(form.data["committee_id"])})
        ),
        heading="Sitzung eintragen",
        intro="Gremium und Tag genügen, auch für vergangene Sitzungen. Die Tagesordnung folgt danach.",
        crumbs=crumbs(Crumb("Sitzung eintragen")),
        cancel_url=page_url("listing"),
        then=lambda entered: page_url("show", meeting_id=entered.id),
        done="Die Sitzung ist eingetragen. Setzen Sie jetzt Vorlagen auf die Tagesordnung.",
        submit="Eintragen",
        options={"committee_id": options},
        initial={"committee_id": asked} if any(one.value == asked for one in options) else None,
    )


@pages.route("/sitzungen/<uuid:meeting_id>/bearbeiten", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def edit(meeting_id: UUID) -> ResponseReturnValue:
    """Move a meeting, or say where it is shown."""
    file, here = _file(meeting_id)
    return form_page(
        MeetingSchema(),
        lambda form: change_meeting(current_actor(), meeting_id, MeetingDetails(**form.data)),
        heading=f"{called(file)}: Angaben ändern",
        intro="Wird die Sitzung verschoben, ändern Sie den Tag; die Tagesordnung geht mit.",
        crumbs=crumbs(Crumb(called(file), here), Crumb("Angaben ändern")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Angaben sind gespeichert.",
        edits=Edits(MEETING, meeting_id, file, _values),
    )


@pages.route("/sitzungen/<uuid:meeting_id>/absagen", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def cancel(meeting_id: UUID) -> ResponseReturnValue:
    """Call a meeting off."""
    file, here = _file(meeting_id)
    return form_page(
        CancelMeetingSchema(),
        lambda form: cancel_meeting(current_actor(), meeting_id, form.data["reason"]),
        heading=f"{called(file)}: absagen",
        consequences=[
            "Die Sitzung bleibt mit ihrer Tagesordnung lesbar und gilt als nicht stattgefunden.",
            "Sie können die Absage zurücknehmen.",
        ],
        crumbs=crumbs(Crumb(called(file), here), Crumb("Absagen")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Sitzung ist abgesagt.",
        submit="Absagen",
        edits=Edits(MEETING, meeting_id, file, lambda found: {"reason": found.meeting.cancelled_reason}),
    )


@pages.route("/sitzungen/<uuid:meeting_id>/absage-zuruecknehmen", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def restore(meeting_id: UUID) -> ResponseReturnValue:
    """Ask, then undo that a meeting was called off."""
    file, here = _file(meeting_id)
    return ask_page(
        lambda: restore_meeting(current_actor(), meeting_id),
        about=Seen(MEETING, meeting_id, file),
        heading="Absage zurücknehmen?",
        facts=[
            Fact("Sitzung", called(file)),
            Fact("Grund der Absage", file.meeting.cancelled_reason or "nicht eingetragen"),
        ],
        consequences=[
            "Die Sitzung gilt wieder; Tag und Grund der Absage stehen dann nur noch im Änderungsverlauf."
        ],
        submit="Absage zurücknehmen",
        crumbs=crumbs(Crumb(called(file), here), Crumb("Absage zurücknehmen")),
        back_url=here,
        then=lambda _: here,
        done="Die Absage ist zurückgenommen.",
    )


@pages.route("/sitzungen/<uuid:meeting_id>/loeschen", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def delete(meeting_id: UUID) -> ResponseReturnValue:
    """Ask, then delete what was entered by mistake."""
    file, here = _file(meeting_id)
    return ask_page(
        lambda: delete_meeting(current_actor(), meeting_id),
        about=Seen(MEETING, meeting_id, file),
        heading="Sitzung löschen?",
        facts=[Fact("Gremium", file.name), Fact("Tag", day(file.meeting.day))],
        consequences=[
            "Löschen Sie nur, was versehentlich eingetragen ist. Fällt eine Sitzung aus, sagen Sie sie ab.",
            "Eine Sitzung mit Tagesordnung lässt sich nicht löschen.",
        ],
        submit="Sitzung löschen",
        crumbs=crumbs(Crumb(called(file), here), Crumb("Löschen")),
        back_url=here,
        then=lambda _: page_url("listing"),
        done="Die Sitzung ist gelöscht.",
    )


def _file(meeting_id: UUID) -> tuple[MeetingFile, str]:
    """Return a meeting as its keepers see it, with the address of its page; raises `NotFoundError`."""
    return meeting_file(db.session(), meeting_id, keeper=True), page_url("show", meeting_id=meeting_id)


def _committees(actor: Actor) -> list[Option]:
    rows = COMMITTEES.all(db.session(), actor.tenant_id, {"present": True})
    return [Option(str(row["id"]), row["name"]) for row in rows if CommitteeKind(row["kind"]).has_seats]


def _values(file: MeetingFile) -> dict[str, Any]:
    return {"day": file.meeting.day, "link": file.meeting.link}
