"""The forms of a paper: entering and changing it, and the question before it is deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.view import Crumb, Fact
from kimhub.meetings.pages.blueprint import page_url, pages, paper_crumbs
from kimhub.meetings.queries import PAPER, PaperFile, paper_file
from kimhub.meetings.schemas import PaperSchema
from kimhub.meetings.terms import PaperKind
from kimhub.meetings.usecases.papers import PaperDetails, change_paper, delete_paper, enter_paper
from tenants import Permission, db


@pages.route("/vorlagen/neu", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def new_paper() -> ResponseReturnValue:
    """Enter a paper."""
    return form_page(
        PaperSchema(),
        lambda form: enter_paper(current_actor(), PaperDetails(**form.data)),
        heading="Vorlage eintragen",
        intro="Nur der Verweis: Betreff, Art und Nummer. Die Vorlage selbst bleibt im Ratsinformationssystem.",
        crumbs=paper_crumbs(Crumb("Vorlage eintragen")),
        cancel_url=page_url("papers"),
        then=lambda entered: page_url("show_paper", paper_id=entered.id),
        done="Die Vorlage ist eingetragen.",
        submit="Eintragen",
        initial={"is_public": True},
    )


@pages.route("/vorlagen/<uuid:paper_id>/bearbeiten", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def edit_paper(paper_id: UUID) -> ResponseReturnValue:
    """Change what is said of a paper."""
    file, here = _file(paper_id)
    return form_page(
        PaperSchema(),
        lambda form: change_paper(current_actor(), paper_id, PaperDetails(**form.data)),
        heading="Vorlage: Angaben ändern",
        crumbs=paper_crumbs(Crumb(file.paper.title, here), Crumb("Angaben ändern")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Angaben sind gespeichert.",
        edits=Edits(PAPER, paper_id, file, _values),
    )


@pages.route("/vorlagen/<uuid:paper_id>/loeschen", methods=["GET", "POST"])
@requires(Permission.MEETING_WRITE)
def remove_paper(paper_id: UUID) -> ResponseReturnValue:
    """Ask, then delete what was entered by mistake."""
    file, here = _file(paper_id)
    return ask_page(
        lambda: delete_paper(current_actor(), paper_id),
        about=Seen(PAPER, paper_id, file),
        heading="Vorlage löschen?",
        facts=[Fact("Betreff", file.paper.title), Fact("Art", PaperKind(file.paper.kind).label)],
        consequences=[
            "Löschen Sie nur, was versehentlich eingetragen ist.",
            "Eine Vorlage, die auf einer Tagesordnung steht, lässt sich nicht löschen.",
        ],
        submit="Vorlage löschen",
        crumbs=paper_crumbs(Crumb(file.paper.title, here), Crumb("Löschen")),
        back_url=here,
        then=lambda _: page_url("papers"),
        done="Die Vorlage ist gelöscht.",
    )


def _file(paper_id: UUID) -> tuple[PaperFile, str]:
    """Return a paper as its keepers see it, with the address of its page; raises `NotFoundError`."""
    return paper_file(db.session(), paper_id, keeper=True), page_url("show_paper", paper_id=paper_id)


def _values(file: PaperFile) -> dict[str, Any]:
    names = ("title", "kind", "number", "is_public", "dated", "link")
    return {name: getattr(file.paper, name) for name in names}
