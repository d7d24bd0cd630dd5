"""Pauschalen and address books of the demo. Rates are those of the guideline; numbers and dates are assumptions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kimhub.core.web.paging import PageRequest
from kimhub.funding.public import (
    Bescheid,
    CellAmount,
    EnterGrant,
    GrantKind,
    OrganizationDetails,
    OrganizationKind,
    add_organization,
    enter_grant,
    find_organizations,
    grant_file,
    list_grants,
    note_finality,
    record_bescheid,
)
from kimhub.programme.public import Cell, GrantPurpose, ValueKey, load_foerderrichtlinien
from tenants import Actor, Role, transaction


@dataclass(frozen=True, slots=True)
class Pauschale:
    """A yearly flat sum for case management: so many full-time positions at the rate of the year."""

    year: int
    positions: int

    def bescheid(self) -> Bescheid:
        """Return what its Bescheid says."""
        rate = load_foerderrichtlinien().on(date(self.year, 1, 1)).values[ValueKey.CASE_MANAGEMENT]
        amount = (self.positions * rate.amount).quantize(Decimal("0.01"))
        return Bescheid(
            aktenzeichen=f"Muster-B2-{self.year}",
            issued_on=date(self.year, 1, 26),
            received_on=date(self.year, 1, 29),
            period_from=date(self.year, 1, 1),
            period_to=date(self.year, 12, 31),
            items=[
                CellAmount(Cell.of(self.year, GrantPurpose.CASE_MANAGEMENT), amount, Decimal(self.positions))
            ],
            conditions="Muster: Die Mittel sind für Stellen im Case Management bestimmt. Nicht verwendete Mittel sind "
            "zurückzuzahlen.",
        )


RHEIN_SIEG = (Pauschale(2025, 20), Pauschale(2026, 20))
"""20 positions: 17 for the Gemeinden (council papers of the Rhein-Sieg-Kreis), 3 stay at the Kreis."""
UNNA = (Pauschale(2026, 8),)
"""The 8 positions that the Kreis Unna distributes (Kamen 141/2021)."""

ADDRESS_BOOK = (
    OrganizationDetails(
        name="Kommunales Integrationszentrum", kind=OrganizationKind.KI, contact="Leitung Kommunales "
        "Integrationsmanagement",
    ),
    OrganizationDetails(
        name="Ausländerbehörde", kind=OrganizationKind.AUSLAENDERBEHOERDE, contact="Sachgebietsleitung"
    ),
    OrganizationDetails(
        name="Träger der Migrationsberatung", kind=OrganizationKind.TRAEGER, contact="Geschäftsführung",
        email="geschaeftsstelle@migrationsberatung.example",
    ),
    OrganizationDetails(
        name="Träger des Jugendmigrationsdienstes", kind=OrganizationKind.TRAEGER, contact="Fachbereichsleitung",
        email="fachbereich@jugendmigrationsdienst.example",
    ),
)  # fmt: skip
"""Bodies by what they do; no real one is meant."""


def load_pauschalen(actor: Actor, pauschalen: Sequence[Pauschale]) -> None:
    """Enter Pauschalen that are in force and final, unless the tenant has a grant."""
    actor = replace(actor, label=Role.KI_COORDINATOR.label)
    with transaction(actor) as session:
        if list_grants(session, actor.tenant_id, PageRequest(limit=1)):
            return
        for pauschale in pauschalen:
            bescheid = pauschale.bescheid()
            grant = enter_grant(
                actor,
                EnterGrant(
                    title=f"Fachbezogene Pauschale Case Management {pauschale.year}",
                    kind=GrantKind.PAUSCHALE,
                    granted_by="Bezirksregierung Arnsberg",
                    bescheid=bescheid,
                ),
            )
            version_id = grant_file(session, grant.id).versions[0].id
            record_bescheid(actor, version_id)
            note_finality(actor, version_id, waived_on=bescheid.received_on, final_on=None)


def load_address_book(actor: Actor) -> None:
    """Put neutral bodies into the address book, unless it has entries."""
    actor = replace(actor, label=Role.KI_COORDINATOR.label)
    with transaction(actor) as session:
        if find_organizations(session, actor.tenant_id, PageRequest(limit=1)):
            return
        for details in ADDRESS_BOOK:
            add_organization(actor, details)
