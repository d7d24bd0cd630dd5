"""Who takes part in the demo and which roles sign in: declared, so that the start page of a demo can list it.

Facts about bodies come from the register; the Jugendamt and the committee of the two Gemeinden that ask for a
position are those of the council papers (Bornheim's Große Anfrage of 2022) or plain demo assumptions, and stay
editable in the tenant's own data.
"""

from __future__ import annotations

from dataclasses import dataclass

from tenants import Role

DOMAIN = "example"
"""Reserved for examples (RFC 2606): no mail of the demo can reach anybody."""


@dataclass(frozen=True, slots=True)
class DemoBody:
    """A body that takes part; facts left None are taken from the register."""

    ags: str
    slug: str
    jugendamt: bool | None = None
    integration_committee: str = "none"
    address: str = ""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A role that signs in, and what one can do with it first."""

    local_part: str
    slug: str
    role: Role
    purpose: str

    @property
    def display_name(self) -> str:
        """Return what the account is called: its role, never a person."""
        return self.role.label

    @property
    def email(self) -> str:
        """Return the address, e.g. ``ki@rhein-sieg-kreis.example``."""
        return f"{self.local_part}@{self.slug}.{DOMAIN}"


RHEIN_SIEG_KREIS = "05382"
STAEDTEREGION_AACHEN = "05334"

BODIES = (
    DemoBody(
        "05315000",
        "koeln",
        integration_committee="integrationsrat",
        address="Amt für Integration und Vielfalt\n50667 Köln",
    ),
    DemoBody(RHEIN_SIEG_KREIS, "rhein-sieg-kreis"),
    DemoBody(STAEDTEREGION_AACHEN, "staedteregion-aachen"),
    DemoBody("05978", "kreis-unna"),
    DemoBody("05978004", "bergkamen"),
    DemoBody("05978008", "boenen"),
    DemoBody("05978020", "kamen"),
    DemoBody("05978024", "luenen"),
    DemoBody("05382068", "troisdorf", jugendamt=True, integration_committee="integrationsrat"),
    DemoBody("05382012", "bornheim", jugendamt=True, integration_committee="integrationsausschuss"),
    DemoBody("05334002", "aachen", jugendamt=True, integration_committee="integrationsrat"),
)
"""Bodies with facts of their own; every other Gemeinde of the two districts below is admitted as registered."""

WITH_ALL_GEMEINDEN = (RHEIN_SIEG_KREIS, STAEDTEREGION_AACHEN)
AUTHORITY = "Bezirksregierung Arnsberg"
AUTHORITY_SLUG = "bezirksregierung-arnsberg"

ACCOUNTS = (
    DemoAccount(
        "ki", "koeln", Role.KI_COORDINATOR, "Finanzierungsplan rechnen, Finanzierungsübersicht erstellen"
    ),
    DemoAccount(
        "ki", "rhein-sieg-kreis", Role.KI_COORDINATOR, "Anträge der Gemeinden prüfen und entscheiden"
    ),
    DemoAccount("integration", "troisdorf", Role.OFFICER, "Antrag auf eine Koordinierungsstelle einreichen"),
    DemoAccount("integration", "bornheim", Role.OFFICER, "sehen, warum ein Antrag nicht möglich ist"),
    DemoAccount(
        "ausschuss", "bornheim", Role.COMMITTEE_MEMBER, "lesen, worüber der Ausschuss unterrichtet wird"
    ),
    DemoAccount("gremien", "bornheim", Role.COMMITTEE_OFFICE, "sehen, wer Kenntnis genommen hat"),
    DemoAccount("ki", "staedteregion-aachen", Role.KI_COORDINATOR, "eigener Bereich der Städteregion"),
    DemoAccount("ki", "aachen", Role.KI_COORDINATOR, "Stadt Aachen mit eigenem KI"),
    DemoAccount("ki", "kreis-unna", Role.KI_COORDINATOR, "eigener Bereich des Kreises Unna"),
    DemoAccount("integration", "bergkamen", Role.OFFICER, "erhaltene Mittel weiterleiten"),
    DemoAccount("integration", "kamen", Role.OFFICER, "Mittel über zwei Stufen erhalten"),
    DemoAccount("integration", "boenen", Role.OFFICER, "Mittel über zwei Stufen erhalten"),
    DemoAccount("integration", "luenen", Role.OFFICER, "auf Mittel verzichten"),
    DemoAccount("kfi", AUTHORITY_SLUG, Role.AUTHORITY, "der Bereich der Bewilligungsbehörde"),
    DemoAccount(
        "verwaltung", "rhein-sieg-kreis", Role.ADMINISTRATOR, "Personen, Rollen und Zugänge verwalten"
    ),
)
