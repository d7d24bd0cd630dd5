"""For which bodies something is: what a part of the portal says once, for its navigation, its pages and its use cases.

A role says what a person may do, isolation which rows they see; neither says whether a body has anything to do with a
thing at all. A kreisfreie Stadt has no Gemeinden that ask it for a position, the Bezirksregierung no money of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tenants.access import TenantKind


class Trait(StrEnum):
    """What some bodies are and others of the same kind are not (fachlichkeit.md §1, §2)."""

    GRANT_RECIPIENT = "grant_recipient"
    """Has a Kommunales Integrationszentrum and applies for grants: Kreise, kreisfreie Städte, the Stadt Aachen."""
    AUSLAENDERBEHOERDE = "auslaenderbehoerde"
    """Has an Ausländerbehörde of its own and so gets the Pauschale of Baustein 3 from the Land."""


class _Described(Protocol):
    """A tenant, or a row that holds the same columns."""

    @property
    def is_grant_recipient(self) -> bool: ...

    @property
    def has_auslaenderbehoerde(self) -> bool: ...


def traits_of(tenant: _Described) -> frozenset[Trait]:
    """Return the traits of a tenant, or of a row that was read with its columns."""
    found = {
        Trait.GRANT_RECIPIENT: tenant.is_grant_recipient,
        Trait.AUSLAENDERBEHOERDE: tenant.has_auslaenderbehoerde,
    }
    return frozenset(trait for trait, present in found.items() if present)


@dataclass(frozen=True, slots=True)
class Bodies:
    """Bodies of these `kinds`; where `traits` are named, only those that have one of them."""

    kinds: frozenset[TenantKind]
    refusal: str
    """For whom the thing is, and where others find what they look for: what is said to all others."""
    traits: frozenset[Trait] = frozenset()

    def include(self, kind: TenantKind, traits: frozenset[Trait]) -> bool:
        """Tell whether a body of this kind with these traits is one of them."""
        return kind in self.kinds and (not self.traits or bool(self.traits & traits))


EVERY_BODY = Bodies(frozenset(TenantKind), "")
COMMUNES = Bodies(
    EVERY_BODY.kinds - {TenantKind.BEZIRKSREGIERUNG},
    "Hier arbeiten Kreise, kreisfreie Städte und Gemeinden mit ihren eigenen Daten.",
)
GRANT_RECIPIENTS = Bodies(
    COMMUNES.kinds,
    "Das ist für Kommunen mit einem Kommunalen Integrationszentrum: Kreise, kreisfreie Städte und die Stadt Aachen. "
    "Was Ihr Kreis Ihnen weiterleitet, steht unter „Weiterleitungen“.",
    frozenset({Trait.GRANT_RECIPIENT}),
)
"""Who applies for grants, calls money and shares it out (fachlichkeit.md §1)."""
PAID_BY_THE_LAND = Bodies(
    COMMUNES.kinds,
    "Mittel des Landes erhalten Kreise, kreisfreie Städte, die Stadt Aachen und Gemeinden mit eigener "
    "Ausländerbehörde. Was Ihr Kreis Ihnen weiterleitet, steht unter „Weiterleitungen“.",
    frozenset(Trait),
)
"""Who gets Bescheid or Pauschale from the Land: also Gemeinden with an Ausländerbehörde, for Baustein 3 (§2)."""
