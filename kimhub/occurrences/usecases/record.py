"""Saying that something happened, or was taken back; whoever does it says so in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from kimhub.core import clock
from kimhub.core.readers import gemeinden_of
from kimhub.occurrences.models import MAX_ABOUT, Occurrence, OccurrenceLine
from kimhub.occurrences.queries import LACKING, reach_of
from kimhub.occurrences.terms import OccurrenceKind
from tenants import Actor, TenantKind, db


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What happened: `source_id` makes it one, `subject_id` is the thing that people open to read more."""

    kind: OccurrenceKind
    source_id: UUID
    subject_id: UUID
    about: str
    on: date
    other_side: int | None = None
    """The body on the other side of the proceeding; it sees the thing itself."""


def record(actor: Actor, what: Happened) -> UUID | None:
    """Record what happened, with a line for each body that it concerns; return None where it was recorded already.

    Concerned are the own body, the other side, and of what a Kreis shows to all its Gemeinden each of them.
    """
    session, me, occurrence_id = db.session(), actor.tenant_id, uuid4()
    recorded = session.execute(
        insert(Occurrence)
        .values(
            tenant_id=me, id=occurrence_id, kind=what.kind.value, source_id=what.source_id,
            subject_id=what.subject_id, about=" ".join(what.about.split())[:MAX_ABOUT], happened_on=what.on,
            actor_label=actor.label,
        )
        .on_conflict_do_nothing(index_elements=["tenant_id", "kind", "source_id"])
        .returning(Occurrence.id)
    ).all()  # fmt: skip
    if not recorded:
        return None
    concerned: dict[int, UUID | None] = {me: None}
    if (
        what.kind.may_reach_gemeinden
        and actor.tenant_kind is TenantKind.KREIS
        and reach_of(session, me)[what.kind]
    ):
        concerned |= {row["id"]: None for row in gemeinden_of(session, me)}
    if what.other_side is not None:
        concerned[what.other_side] = what.subject_id
    add_lines(
        actor,
        (
            {
                "occurrence_id": occurrence_id, "concerns_id": body, "kind": what.kind.value,
                "happened_on": what.on, "subject_id": thing,
            }
            for body, thing in concerned.items()
        ),
    )  # fmt: skip
    return occurrence_id


@dataclass(frozen=True, slots=True)
class Source:
    """What was recorded: as which kind, and what made it one."""

    kind: OccurrenceKind
    source_id: UUID


def revoke(actor: Actor, what: Source) -> None:
    """Say that something was taken back today; nothing where it never was recorded or was taken back before."""
    session = db.session()
    found = session.scalars(
        select(Occurrence).where(
            Occurrence.tenant_id == actor.tenant_id,
            Occurrence.kind == what.kind.value,
            Occurrence.source_id == what.source_id,
        )
    ).one_or_none()
    if found is None or found.revoked_on is not None:
        return
    found.revoked_on = max(clock.today(), found.happened_on)
    session.flush()
    session.execute(
        update(OccurrenceLine)
        .where(OccurrenceLine.tenant_id == actor.tenant_id, OccurrenceLine.occurrence_id == found.id)
        .values(revoked_on=found.revoked_on)
        .execution_options(synchronize_session=False)
    )


def give_lines_to_gemeinden(actor: Actor) -> int:
    """Give the Gemeinden of a Kreis the lines that they lack; return how many that made.

    For those that have joined, and for kinds that the Kreis shows from now on.
    """
    session = db.session()
    kinds = [kind.value for kind, shown in reach_of(session, actor.tenant_id).items() if shown]
    rows = session.execute(LACKING, {"me": actor.tenant_id, "kinds": kinds}).all()
    add_lines(
        actor,
        (
            {
                "occurrence_id": row.id, "concerns_id": row.concerns_id,
                "kind": row.kind, "happened_on": row.happened_on, "subject_id": None,
            }
            for row in rows
        ),
    )  # fmt: skip
    return len(rows)


def add_lines(actor: Actor, lines: Iterable[Mapping[str, Any]]) -> None:
    """Add lines of what happened in the actor's body; what is there stays as it is."""
    values = [{"tenant_id": actor.tenant_id, **line} for line in lines]
    if values:
        db.session().execute(
            insert(OccurrenceLine).values(values).on_conflict_do_nothing(
                index_elements=["tenant_id", "occurrence_id", "concerns_id"]
            )
        )  # fmt: skip
