"""A Kreis says which kinds of what happens all its Gemeinden see a line of."""

from __future__ import annotations

from collections.abc import Collection

from kimhub.core.jobs.outbox import after_commit
from kimhub.occurrences.models import OccurrenceReach
from kimhub.occurrences.queries import reach_of
from kimhub.occurrences.terms import OccurrenceKind
from tenants import Actor, Bodies, Permission, TenantKind, db

GIVE_LINES = "occurrences.give_lines"
"""The kind of job that gives Gemeinden the lines that they lack."""
WITH_GEMEINDEN = Bodies(
    frozenset({TenantKind.KREIS}), "Nur ein Kreis hat Gemeinden, die von seinen Vorgängen erfahren."
)


def show_to_gemeinden(actor: Actor, kinds: Collection[OccurrenceKind]) -> None:
    """Show what happens of `kinds` to all Gemeinden, and of no other kind; what they see already stays.

    What happened before of a kind that is new here follows within a minute. Raises `ForbiddenError`, `WrongBodyError`.
    """
    actor.require(Permission.NOTICE_WRITE)
    actor.require_body(WITH_GEMEINDEN)
    session = db.session()
    for kind, shown in reach_of(session, actor.tenant_id).items():
        if shown != (kind in kinds):
            session.add(
                OccurrenceReach(
                    tenant_id=actor.tenant_id,
                    kind=kind.value,
                    to_gemeinden=not shown,
                    actor_label=actor.label,
                )
            )
    session.flush()
    after_commit(session, actor, GIVE_LINES, {}, dedup_key=GIVE_LINES)
