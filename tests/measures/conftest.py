"""A Kreis with a Lenkungsgruppe, a Gemeinde with a Projektgruppe, and who keeps their measures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest

from kimhub.committees.public import CommitteeKind, NewCommittee, create_committee
from tenants import Actor, Role, transaction
from tests.support.acting import acting

KIM = date(2021, 5, 1)


@pytest.fixture
def kreis(district) -> Actor:
    return district.kreis.actor(Role.KI_COORDINATOR)


@pytest.fixture
def group(ctx, kreis) -> UUID:
    """The Lenkungsgruppe of the Kreis."""
    return entered(kreis)


@pytest.fixture
def browse(ctx) -> Iterator:
    """The browser of somebody of a body."""
    with acting(ctx) as somebody:

        def browse(body, *roles):
            return somebody.as_(body.actor(*(roles or (Role.KI_COORDINATOR,))))

        yield browse


@pytest.fixture
def machine(ctx) -> Iterator:
    """A machine of a body with these scopes."""
    with acting(ctx) as stand_in:

        def machine(body, *scopes):
            return stand_in.as_(body.machine(*scopes))

        yield machine


def entered(
    actor: Actor, kind: CommitteeKind = CommitteeKind.LENKUNGSGRUPPE, name: str = "Lenkungsgruppe KIM"
) -> UUID:
    with transaction(actor):
        return create_committee(actor, NewCommittee(kind=kind, name=name, since=KIM)).id
