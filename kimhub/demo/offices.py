"""How the offices of the demo are reached: names of offices and addresses of examples, nobody's."""

from __future__ import annotations

from collections.abc import Mapping

from kimhub.demo.district import DOMAIN
from kimhub.offices.public import NewOffice, add_office, offices_of
from tenants import Actor, Role, transaction

_OFFICES: Mapping[str, NewOffice] = {
    slug: NewOffice(role=role, name=name, email=f"{mailbox}@{slug}.{DOMAIN}", phone="0000 1234-0")
    for slug, role, name, mailbox in (
        ("rhein-sieg-kreis", Role.KI_COORDINATOR, "Kommunales Integrationszentrum", "ki-postfach"),
        ("kreis-unna", Role.KI_COORDINATOR, "Kommunales Integrationszentrum", "ki-postfach"),
        ("troisdorf", Role.OFFICER, "Amt für Soziales, Wohnen und Integration", "integration-postfach"),
    )
}


def load_offices(actors: Mapping[str, Actor]) -> None:
    """Name the offices of some bodies; what is there already stays."""
    for slug, office in _OFFICES.items():
        with transaction(actors[slug]) as session:
            if not offices_of(session, actors[slug].tenant_id):
                add_office(actors[slug], office)
