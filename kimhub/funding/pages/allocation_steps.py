"""The pages on which a step is taken: their words, and how a Weiterleitung stands for the reader's side."""

from __future__ import annotations

from kimhub.core.routing import current_actor
from kimhub.core.web.step_pages import Called, ProceedingView, Quoted, StepPage, StepPages
from kimhub.core.web.view import Fact, Tone
from kimhub.funding.pages import allocation_presenting as presenting
from kimhub.funding.pages.allocation_presenting import Sides, Stand
from kimhub.funding.pages.blueprint import page_url, pages
from kimhub.funding.queries import AllocationFile, allocation_file, allocation_items
from kimhub.funding.usecases.answer_allocation import (
    confirm_allocation,
    object_to_allocation,
    uphold_allocation,
    waive_allocation,
)
from kimhub.funding.workflow import WORKFLOW, State
from tenants import db
from tenants.proceedings import Proceeding, TimelineItem, timeline

_WITHOUT_ANSWER = ("amend", "end")
"""What a giver can do with an allocation to a body of the address book."""


def view_of(file: AllocationFile, sides: Sides | None = None) -> ProceedingView:
    """Return the allocation as the reader's side finds it now."""
    actor, allocation = current_actor(), file.allocation
    known = sides or presenting.sides_of(db.session(), file, actor)
    return ProceedingView(
        id=allocation.id,
        side=presenting.side_of(known.stand),
        state=file.state,
        seq=file.seq,
        badge=presenting.state_badge(file.state),
        names={**known.names, "recipient_name": known.recipient},
        lead=f"{allocation.title}: {known.giver} an {known.recipient}",
        url=page_url("show_allocation", allocation_id=allocation.id),
        crumbs=lambda last: presenting.allocation_crumbs(last, file=file),
        run=lambda: run_of(file, known),
        told=lambda items: presenting.timeline_entries(items, file, known, actor),
        facts=lambda: _amounts(file),
        labels={"end": "Mittel zurücknehmen"} if file.state is State.WAIVED else {},
        only=None if known.is_tenant else _WITHOUT_ANSWER,
    )


def _amounts(file: AllocationFile) -> list[Fact]:
    items = allocation_items(db.session(), [file.current])[file.current.id]
    return [Fact(item.cell.label, presenting.share_and_money(item)) for item in items if item.amount]


def run_of(file: AllocationFile, sides: Sides) -> list[TimelineItem]:
    """Return the run of both sides; whoever gave the money first is not told of it."""
    if not sides.is_tenant or sides.stand is Stand.ABOVE:
        return []
    session, its_key = db.session(), (file.allocation.tenant_id, file.allocation.id)
    return timeline(session, WORKFLOW, session.get_one(Proceeding, its_key, populate_existing=True))


STEPS = StepPages(
    pages,
    WORKFLOW,
    Called("Die Weiterleitung", "der Weiterleitung", "Weiterleitung"),
    where="/weiterleitungen/<uuid:allocation_id>",
    key="allocation_id",
    view=lambda allocation_id: view_of(allocation_file(db.session(), allocation_id)),
    paths={
        "confirm": "bestaetigen",
        "uphold": "antwort",
        "amend": "aendern",
        "end": "beenden",
        "object": "einwand",
        "waive": "verzicht",
    },
    usual={State.ISSUED: "confirm", State.AMENDED: "confirm", State.OBJECTED: "uphold", State.WAIVED: "end"},
    endpoint="{action}_allocation",
)

STEPS.add(
    StepPage(
        action="confirm",
        use_case=confirm_allocation,
        note_label="Bemerkung",
        note_hint="Was {giver} dazu wissen soll.",
        consequences=(
            "{Giver} sieht sofort, dass Sie die Mittel angenommen haben.",
            "Die Mittel stehen in Ihrer Mittelübersicht, und Sie können daraus weiterleiten.",
            "Verzichten können Sie auch danach noch, solange nichts weitergeleitet ist.",
        ),
        done="Sie haben den Erhalt bestätigt.",
    ),
    StepPage(
        action="object",
        use_case=object_to_allocation,
        note_label="Ihr Einwand",
        note_hint="Schreiben Sie, was nicht stimmt oder was Sie vorschlagen. {Giver} liest diesen Text.",
        consequences=(
            "{Giver} sieht Ihren Einwand sofort und kann antworten, die Weiterleitung ändern oder beenden.",
            "Die Mittel bleiben bis dahin für Sie vorgesehen.",
        ),
        done="Ihr Einwand ist erhoben.",
    ),
    StepPage(
        action="waive",
        use_case=waive_allocation,
        note_label="Grund",
        note_hint="{Giver} liest diesen Grund.",
        consequences=(
            "{Giver} sieht den Verzicht sofort, nimmt die Mittel zurück und kann sie neu verteilen.",
            "Sie können aus diesen Mitteln nichts mehr weiterleiten.",
            "Einen Verzicht können Sie nicht selbst zurücknehmen.",
        ),
        done="Sie haben auf die Mittel verzichtet.",
    ),
    StepPage(
        action="uphold",
        use_case=uphold_allocation,
        note_label="Ihre Antwort",
        note_hint="{Recipient} liest diesen Text.",
        consequences=(
            "{Recipient} sieht Ihre Antwort sofort. Die Weiterleitung gilt unverändert.",
            "{Recipient} kann sie dann bestätigen, noch einmal einwenden oder verzichten.",
        ),
        done="Der Einwand ist beantwortet.",
        answers=Quoted("object", "Einwand: {recipient_name}", Tone.WARNING),
    ),
)
