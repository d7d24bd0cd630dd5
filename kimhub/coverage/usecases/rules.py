"""A body says of which kinds of what happens a committee is to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kimhub.committees.public import carried_committee
from kimhub.coverage.models import CoverageRule
from kimhub.occurrences.public import OccurrenceKind
from tenants import Actor, Permission, db


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDetails:
    """The kinds that concern a committee; none: nothing does."""

    kinds: Sequence[OccurrenceKind]


def concern_committee(actor: Actor, committee_id: UUID, command: RuleDetails) -> CoverageRule:
    """Say what a committee is to be told of, from now on and for what happened before.

    Raises `ForbiddenError`, and `NotFoundError` for a committee in which the body has nobody.
    """
    actor.require(Permission.NOTICE_WRITE)
    session = db.session()
    file = carried_committee(session, actor.tenant_id, committee_id)
    rule = CoverageRule(
        tenant_id=actor.tenant_id,
        lead_id=file.committee.tenant_id,
        committee_id=committee_id,
        kinds=sorted({kind.value for kind in command.kinds}),
        actor_label=actor.label,
    )
    session.add(rule)
    session.flush()  # constraints speak now
    return rule
