"""Record whether the tenant uses a Baustein, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from kimhub.applications.models import BausteinDecision
from kimhub.core.clock import today
from kimhub.core.errors import InvalidInputError
from kimhub.programme.public import Baustein
from tenants import PAID_BY_THE_LAND, Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideBaustein:
    """From which Haushaltsjahr on the Baustein is used or not, decided when, why, and where that stands."""

    baustein: Baustein
    uses: bool
    from_year: int
    decided_on: date
    reason: str
    reference: str = ""


def decide_baustein(actor: Actor, command: DecideBaustein) -> BausteinDecision:
    """Add a decision; the earlier ones stay readable.

    Raises `WrongBodyError` for whoever gets nothing from the Land and so uses no Baustein, and `InvalidInputError` for
    a day still to come.
    """
    session = db.session()
    actor.require(Permission.FUNDING_WRITE)
    actor.require_body(PAID_BY_THE_LAND)
    if command.decided_on > today():
        message = "Dieser Tag liegt in der Zukunft. Erfassen Sie die Entscheidung, wenn sie getroffen ist."
        raise InvalidInputError(fields={"decided_on": [message]})
    decision = BausteinDecision(
        tenant_id=actor.tenant_id,
        id=uuid4(),
        baustein=int(command.baustein),
        uses=command.uses,
        from_year=command.from_year,
        decided_on=command.decided_on,
        reason=command.reason,
        reference=command.reference,
        actor_label=actor.label,
    )
    session.add(decision)
    session.flush()  # constraints speak now, while the caller can still answer
    return decision
