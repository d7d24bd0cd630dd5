"""A request in the words and shapes of the pages: badges, facts, criteria, timeline, who can see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kimhub.core.documents.kinds import label_of
from kimhub.core.formats import day, full_time_equivalents, moment
from kimhub.core.web.view import Badge, Contact, Document, Fact, TimelineEntry, Tone
from kimhub.offices.public import contact_at
from kimhub.positions.criteria import Criterion
from kimhub.positions.pages.blueprint import page_url
from kimhub.positions.queries import CriterionLine, RequestFile
from kimhub.positions.workflow import EDITABLE, WORKFLOW, State
from tenants import Actor, Permission
from tenants.naming import at, by, nominative, to_begin
from tenants.proceedings import Side, TimelineItem

_TONES = {
    State.QUESTION: Tone.WARNING,
    State.ENDORSED: Tone.SUCCESS,
    State.REJECTED: Tone.DANGER,
}
MET = Badge("erfüllt", Tone.SUCCESS)
NOT_MET = Badge("nicht erfüllt", Tone.WARNING)


def state_badge(state: str) -> Badge:
    """Return the state in its German word."""
    return Badge(WORKFLOW.states[state], _TONES.get(State(state), Tone.INFO))


def spoken_names(file: RequestFile) -> dict[str, str]:
    """Return how sentences name both sides; with a capital letter where one begins with the name."""
    gemeinde, kreis = nominative(file.gemeinde.official_name), nominative(file.kreis.official_name)
    return {
        "gemeinde": gemeinde,
        "Gemeinde": to_begin(gemeinde),
        "kreis": kreis,
        "Kreis": to_begin(kreis),
        "at_kreis": at(file.kreis.official_name),
        "kreis_name": file.kreis.official_name,
    }


def waiting_for(file: RequestFile, actor: Actor) -> str | None:
    """Return whose turn it is, as the page's head says it; None when it is over."""
    side = WORKFLOW.waiting.get(file.state)
    if side is None:
        return None
    if side is file.proceeding.side_of(actor.tenant_id):
        return "Der nächste Schritt liegt bei Ihnen."
    other = file.gemeinde if side is Side.INITIATOR else file.kreis
    return f"Der nächste Schritt liegt {at(other.official_name)}."


def visible_to(file: RequestFile) -> str:
    """Return who can see the request, in one sentence for the page."""
    if file.request.released_at is None:
        kreis = to_begin(nominative(file.kreis.official_name))
        return f"Nur {nominative(file.gemeinde.official_name)}. {kreis} sieht den Antrag, sobald Sie ihn einreichen."
    gemeinde = to_begin(nominative(file.gemeinde.official_name))
    return (
        f"{gemeinde} und {nominative(file.kreis.official_name)}, sonst niemand. "
        "Interne Notizen sieht nur die Seite, die sie geschrieben hat."
    )


def contact(file: RequestFile, actor: Actor, session: Session) -> Contact | None:
    """Return whom to turn to at the other side, None where it has not said so."""
    if file.proceeding.side_of(actor.tenant_id) is Side.INITIATOR:
        return contact_at(session, file.kreis, Permission.REQUEST_DECIDE)
    return contact_at(session, file.gemeinde, Permission.REQUEST_WRITE)


def facts(file: RequestFile) -> list[Fact]:
    """Return what is asked for."""
    request = file.request
    found = [
        Fact("Antragstellerin", file.gemeinde.official_name),
        Fact("Gerichtet an", file.kreis.official_name),
        Fact("Bezeichnung der Stelle", request.function),
        Fact("Stellenanteil", full_time_equivalents(request.fte)),
        Fact("Beginn", day(request.starts_on)),
        Fact("Begründung", request.justification or "noch nicht angegeben"),
    ]
    if request.released_at:
        found.append(Fact("Eingereicht", moment(request.released_at)))
    return found


@dataclass(frozen=True, slots=True)
class ShownCriterion:
    """A criterion on the page: its state, what speaks for it, and what stands in the way."""

    label: str
    badge: Badge
    evidence: str
    documents: Sequence[Document]
    obstacle: str | None
    deviation: str | None
    change_url: str | None


def criteria(
    file: RequestFile, lines: list[CriterionLine], *, editable: bool, obstacles: bool = True
) -> list[ShownCriterion]:
    """Return the criteria; obstacles are named as long as the request is a draft, unless the page does so above."""
    return [
        ShownCriterion(
            label=line.criterion.label,
            badge=MET if line.met else NOT_MET,
            evidence=line.evidence or "noch nicht angegeben",
            documents=[_document(file, line)] if line.document else [],
            obstacle=line.criterion.obstacle
            if obstacles and not line.met and file.state is State.DRAFT
            else None,
            deviation=_deviation(file, line),
            change_url=page_url("criterion", request_id=file.request.id, criterion=line.criterion.value)
            if editable
            else None,
        )
        for line in lines
    ]


def _deviation(file: RequestFile, line: CriterionLine) -> str | None:
    known = file.facts[Criterion(line.criterion)].met
    if known is line.met:
        return None
    return f"Weicht von den Stammdaten ab: Dort ist die Voraussetzung {'' if known else 'nicht '}erfüllt."


def _document(file: RequestFile, line: CriterionLine) -> Document:
    document = line.document
    assert document is not None  # noqa: S101 - the caller has looked
    kreis = by(file.kreis.official_name)
    read = f"{kreis} zuerst geöffnet am {moment(line.read_at)}" if line.read_at else None
    return Document(
        name=document.name,
        url=page_url("document", document_id=document.id),
        kind=label_of(document.media_type),
        size=document.size,
        added=document.created_at,
        note=read,
    )


def timeline(file: RequestFile, items: Sequence[TimelineItem], actor: Actor) -> list[TimelineEntry]:
    """Return the run of both sides, the newest first, one's own internal notes among it."""
    names = {body.id: to_begin(nominative(body.official_name)) for body in (file.gemeinde, file.kreis)}
    return [
        TimelineEntry(
            title=item.text if item.internal else f"{names[item.tenant_id]} {item.text}",
            by=item.actor_label,
            at=item.at,
            own=item.tenant_id == actor.tenant_id,
            note=item.note or None,
            internal=item.internal,
            state=None if item.internal else state_badge(item.to_state),
        )
        for item in reversed(items)
    ]


def is_editable(file: RequestFile, actor: Actor) -> bool:
    """Tell whether the actor's side may change the request now (its permission is another matter)."""
    return file.state in EDITABLE and file.proceeding.side_of(actor.tenant_id) is Side.INITIATOR
