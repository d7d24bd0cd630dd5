"""A Weiterleitung in the words and shapes of the pages: sides, badges, facts, versions, timeline, who can see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.core.formats import day, euro, full_time_equivalents, moment, period
from kimhub.core.web.view import Badge, Column, Contact, Crumb, Fact, TimelineEntry, Tone
from kimhub.funding.models import AllocationVersion
from kimhub.funding.pages.blueprint import crumbs, page_url
from kimhub.funding.queries import AllocationFile
from kimhub.funding.terms import CellAmount
from kimhub.funding.workflow import WORKFLOW, State
from kimhub.offices.public import contact_at
from kimhub.programme.public import Cell
from tenants import Actor, Permission, Tenant
from tenants.naming import accusative, at, nominative, to_begin
from tenants.proceedings import Side, TimelineItem

ZERO = Decimal("0.00")
_TONES = {
    State.CONFIRMED: Tone.SUCCESS,
    State.OBJECTED: Tone.WARNING,
    State.WAIVED: Tone.WARNING,
}


class Stand(StrEnum):
    """On which side of an allocation the reader stands."""

    GIVER = "giver"
    RECIPIENT = "recipient"
    ABOVE = "above"
    """Gave the money to the giver."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of an allocation by their official names, and where the reader stands."""

    giver: str
    recipient: str
    is_tenant: bool
    """Whether the recipient takes part in the portal."""
    stand: Stand

    @property
    def to_recipient(self) -> str:
        """To whom, with the article that a body's name needs; an entry of the address book stands as it was written."""
        return f"an {accusative(self.recipient) if self.is_tenant else self.recipient}"

    @property
    def names(self) -> dict[str, str]:
        """How sentences name the sides; with a capital letter where one begins with the name."""
        giver, recipient = nominative(self.giver), nominative(self.recipient)
        return {
            "giver": giver, "Giver": to_begin(giver), "recipient": recipient, "Recipient": to_begin(recipient),
            "at_giver": at(self.giver), "at_recipient": at(self.recipient),
        }  # fmt: skip


def sides_of(session: Session, file: AllocationFile, actor: Actor) -> Sides:
    """Return the sides of an allocation as `actor` sees it."""
    allocation = file.allocation
    stand = Stand.ABOVE
    if allocation.tenant_id == actor.tenant_id:
        stand = Stand.GIVER
    elif allocation.recipient_id == actor.tenant_id:
        stand = Stand.RECIPIENT
    recipient = session.get(Tenant, allocation.recipient_id) if allocation.recipient_id else None
    return Sides(
        giver=session.get_one(Tenant, allocation.tenant_id).official_name,
        recipient=recipient.official_name if recipient else allocation.organization_name,
        is_tenant=recipient is not None,
        stand=stand,
    )


def contact(session: Session, file: AllocationFile, sides: Sides) -> Contact | None:
    """Return whom to turn to at the other side; None for a recipient of the address book, who stands there."""
    giver_asks = sides.stand is Stand.GIVER
    other_id = file.allocation.recipient_id if giver_asks else file.allocation.tenant_id
    if other_id is None:
        return None
    return contact_at(session, session.get_one(Tenant, other_id), Permission.FUNDING_WRITE)


def side_of(stand: Stand) -> Side | None:
    """Return the side of the proceeding, None for whoever only watches."""
    return {Stand.GIVER: Side.INITIATOR, Stand.RECIPIENT: Side.COUNTERPART}.get(stand)


def state_badge(state: State) -> Badge:
    """Return the state in its German word."""
    return Badge(WORKFLOW.states[state], _TONES.get(state, Tone.INFO))


def allocation_crumbs(*last: str, file: AllocationFile | None = None) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below an allocation if there is one."""
    way = [Crumb("Weiterleitungen", page_url("allocation_list") if last else None)]
    if file is not None:
        way.append(
            Crumb(file.allocation.title, page_url("show_allocation", allocation_id=file.allocation.id))
        )
    return crumbs(*way, *(Crumb(label) for label in last))


def waiting_for(file: AllocationFile, sides: Sides) -> str | None:
    """Return whose turn it is, as the page's head says it; None when nobody's."""
    waits = WORKFLOW.waiting.get(file.state)
    if waits is None or sides.stand is Stand.ABOVE or (not sides.is_tenant and file.state is not State.DRAFT):
        return None
    if waits is side_of(sides.stand):
        return "Der nächste Schritt liegt bei Ihnen."
    other = sides.giver if waits is Side.INITIATOR else sides.recipient
    return f"Der nächste Schritt liegt {at(other)}."


def visible_to(file: AllocationFile, sides: Sides) -> str:
    """Return who can see the allocation, in sentences for the page."""
    names = sides.names
    above = file.allocation.upstream_id is not None
    if file.state is State.DRAFT:
        if not sides.is_tenant:
            return f"Nur {names['giver']}."
        return f"Nur {names['giver']}. {names['Recipient']} sieht die Weiterleitung, sobald Sie sie erteilen."
    seen = [names["giver"], *([names["recipient"]] if sides.is_tenant else [])]
    if above:
        seen.append("die Stelle, von der die Mittel kamen (nur Weiterleitung und Beträge, nicht den Verlauf)")
    *first, last = seen
    sentence = to_begin(f"{', '.join(first)} und {last}, sonst niemand." if first else f"nur {last}.")
    return (
        f"{sentence} Interne Notizen sieht nur die Seite, die sie geschrieben hat."
        if sides.is_tenant
        else sentence
    )


def allocation_facts(file: AllocationFile, sides: Sides, fund_title: str | None) -> list[Fact]:
    """Return what the version in force says; where the money comes from is the giver's affair."""
    version = file.current
    found = [
        Fact("Von", sides.giver),
        Fact("An", sides.recipient),
        Fact("Zeitraum", period(version.period_from, version.period_to)),
        Fact("Datum", day(version.issued_on)),
    ]
    if fund_title is not None:
        found.append(Fact("Aus", fund_title))
    found.append(Fact("Bedingungen", version.conditions or "keine"))
    found.append(consent_fact(version))
    if file.allocation.issued_at is not None:
        found.append(Fact("Erteilt", moment(file.allocation.issued_at)))
    if file.allocation.ended_at is not None:
        found.append(Fact("Beendet", moment(file.allocation.ended_at)))
    return found


def consent_fact(version: AllocationVersion) -> Fact:
    """Return the consent of the Bezirksregierung, „ungeprüft“ as the rule itself is."""
    label = "Zustimmung der Bezirksregierung"
    if version.consent_on is None:
        return Fact(label, "nicht angegeben", unverified=True)
    reference = f", {version.consent_reference}" if version.consent_reference else ""
    return Fact(label, f"{day(version.consent_on)}{reference}", unverified=True)


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A cell in every version, the first one first."""

    cell: Cell
    amounts: tuple[CellAmount | None, ...]

    def difference(self, place: int) -> Decimal:
        """Return how much more the version at `place` gives than the one before, in euro."""
        return _money(self.amounts[place]) - _money(self.amounts[place - 1]) if place else ZERO


@dataclass(frozen=True, slots=True)
class VersionTable:
    """All versions side by side, with their sums in euro."""

    columns: tuple[Column, ...]
    rows: tuple[VersionRow, ...]
    sums: tuple[Decimal, ...]


def version_table(
    versions: Sequence[AllocationVersion], items: Mapping[UUID, Sequence[CellAmount]]
) -> VersionTable:
    """Return the table of `versions` (newest first, as a file holds them)."""
    ordered = list(reversed(versions))
    named = [{item.cell: item for item in items[version.id]} for version in ordered]
    cells = sorted({cell for version in named for cell in version})
    return VersionTable(
        columns=(
            Column("Haushaltsjahr und Zweck"),
            *(Column(f"{version.number}. Fassung vom {day(version.issued_on)}", numeric=True) for version in ordered),
        ),
        rows=tuple(VersionRow(cell, tuple(version.get(cell) for version in named)) for cell in cells),
        sums=tuple(sum((item.amount for item in version.values()), ZERO) for version in named),
    )  # fmt: skip


def share_and_money(item: CellAmount | None) -> str:
    """Return money and shares of positions of a cell, e.g. „57.000,00 €, 1 VZÄ“."""
    if item is None:
        return "–"
    share = f", {full_time_equivalents(item.fte)}" if item.fte is not None else ""
    return f"{euro(item.amount)}{share}"


def signed(amount: Decimal) -> str:
    """Return a difference with its sign, e.g. „+ 1.000,00 €“."""
    return f"{'+' if amount > 0 else '−'}\N{NO-BREAK SPACE}{euro(abs(amount))}"


def timeline_entries(
    items: Sequence[TimelineItem], file: AllocationFile, sides: Sides, actor: Actor
) -> list[TimelineEntry]:
    """Return the run of both sides, the newest first, one's own internal notes among it."""
    names = sides.names
    giver_id = file.allocation.tenant_id
    return [
        TimelineEntry(
            title=item.text
            if item.internal
            else f"{names['Giver'] if item.tenant_id == giver_id else names['Recipient']} {item.text}",
            by=item.actor_label,
            at=item.at,
            own=item.tenant_id == actor.tenant_id,
            note=item.note or None,
            internal=item.internal,
            state=None if item.internal else state_badge(State(item.to_state)),
        )
        for item in reversed(items)
    ]


def _money(item: CellAmount | None) -> Decimal:
    return item.amount if item else ZERO
