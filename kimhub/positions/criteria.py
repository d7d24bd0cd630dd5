"""The three criteria of the additional coordination position, and why a missing one blocks (fachlichkeit.md §2, §5).

Source: Förderrichtlinie KIM (2020), Baustein 1: one coordinator more for each kreisangehörige Gemeinde that has
its own Ausländerbehörde, its own Jugendamt and an Integrationsrat or Integrationsausschuss.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tenants import Tenant

NO_EVIDENCE = "Nennen Sie einen Nachweis, damit der Kreis die Angabe prüfen kann."
"""What is said of a criterion that is met but shown by nothing."""

_IF_WRONG = "Trifft das nicht zu, berichtigen Sie die Angabe und nennen Sie einen Nachweis."


class Criterion(StrEnum):
    """One of the three conditions, in the order in which the guideline names them."""

    AUSLAENDERBEHOERDE = "auslaenderbehoerde"
    JUGENDAMT = "jugendamt"
    INTEGRATION_COMMITTEE = "integration_committee"

    @property
    def label(self) -> str:
        """Return the criterion as lists and forms name it."""
        return _TEXTS[self].label

    @property
    def within(self) -> str:
        """Return the criterion as a sentence names it, e.g. „eigenes Jugendamt“."""
        return self.label.replace("Eigen", "eigen")

    @property
    def question(self) -> str:
        """Return the question that the form asks."""
        return _TEXTS[self].question

    @property
    def evidence_hint(self) -> str:
        """Return what serves as evidence."""
        return _TEXTS[self].evidence_hint

    @property
    def obstacle(self) -> str:
        """Return why the request cannot be submitted without it, and what to do."""
        return f"{_TEXTS[self].obstacle} {_IF_WRONG}"


@dataclass(frozen=True, slots=True)
class _Texts:
    label: str
    question: str
    evidence_hint: str
    obstacle: str


_TEXTS = {
    Criterion.AUSLAENDERBEHOERDE: _Texts(
        "Eigene Ausländerbehörde",
        "Hat Ihre Kommune eine eigene Ausländerbehörde?",
        "Zum Beispiel die Bezeichnung des Amtes und seit wann es besteht.",
        "Ihre Kommune hat nach diesen Angaben keine eigene Ausländerbehörde. Die zusätzliche "
        "Koordinierungsstelle ist Gemeinden mit eigener Ausländerbehörde vorbehalten.",
    ),
    Criterion.JUGENDAMT: _Texts(
        "Eigenes Jugendamt",
        "Hat Ihre Kommune ein eigenes Jugendamt?",
        "Zum Beispiel die Bezeichnung des Amtes und seit wann Ihre Kommune örtlicher Träger der "
        "öffentlichen Jugendhilfe ist.",
        "Ihre Kommune hat nach diesen Angaben kein eigenes Jugendamt. Die zusätzliche Koordinierungsstelle ist "
        "Gemeinden mit eigenem Jugendamt vorbehalten.",
    ),
    Criterion.INTEGRATION_COMMITTEE: _Texts(
        "Integrationsrat oder Integrationsausschuss",
        "Hat Ihre Kommune einen Integrationsrat oder einen Integrationsausschuss?",
        "Zum Beispiel der Name des Gremiums und das Datum der Wahl oder des Ratsbeschlusses (§ 27 GO NRW).",
        "Ihre Kommune hat nach diesen Angaben weder Integrationsrat noch Integrationsausschuss. Die zusätzliche "
        "Koordinierungsstelle arbeitet eng mit diesem Gremium zusammen und ist ohne es nicht vorgesehen.",
    ),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """What the tenant's master data say about a criterion."""

    met: bool
    evidence: str


def facts_of(tenant: Tenant) -> dict[Criterion, Fact]:
    """Return the criteria as the tenant's master data answer them; a new request starts from here."""
    committee = {"integrationsrat": "Integrationsrat", "integrationsausschuss": "Integrationsausschuss"}.get(
        tenant.integration_committee
    )
    return {
        Criterion.AUSLAENDERBEHOERDE: _fact(tenant.has_auslaenderbehoerde, "eigene Ausländerbehörde"),
        Criterion.JUGENDAMT: _fact(tenant.has_jugendamt, "eigenes Jugendamt"),
        Criterion.INTEGRATION_COMMITTEE: _fact(committee is not None, committee or ""),
    }


def missing_of(tenant: Tenant) -> list[Criterion]:
    """Return the criteria that the master data do not confirm, in the guideline's order."""
    return [criterion for criterion, fact in facts_of(tenant).items() if not fact.met]


def _fact(met: bool, what: str) -> Fact:
    return Fact(met, f"Stammdaten der Kommune in KIMHub: {what}" if met else "")
