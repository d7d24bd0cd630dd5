"""Reading what happened, and which kinds of it a Kreis shows to all its Gemeinden."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, Text, Uuid, any_, bindparam, exists, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from kimhub.occurrences.models import Occurrence, OccurrenceLine, OccurrenceReach
from kimhub.occurrences.terms import OccurrenceKind
from tenants import Tenant

_REACH = (
    select(OccurrenceReach.kind, OccurrenceReach.to_gemeinden)
    .where(OccurrenceReach.tenant_id == bindparam("kreis", type_=Integer))
    .order_by(OccurrenceReach.kind, OccurrenceReach.created_at.desc(), OccurrenceReach.id)
    .ext(distinct_on(OccurrenceReach.kind))
)


def reach_of(session: Session, kreis: int) -> Mapping[OccurrenceKind, bool]:
    """Return for each kind that can concern all Gemeinden whether a Kreis shows it to them."""
    said = {row.kind: row.to_gemeinden for row in session.execute(_REACH, {"kreis": kreis})}
    return {
        kind: said.get(kind.value, kind.reaches_gemeinden)
        for kind in OccurrenceKind
        if kind.may_reach_gemeinden
    }


LACKING: Select[UUID, str, object, int] = (
    select(Occurrence.id, Occurrence.kind, Occurrence.happened_on, Tenant.id.label("concerns_id"))
    .join(Tenant, Tenant.parent_id == Occurrence.tenant_id)
    .where(
        Occurrence.tenant_id == bindparam("me", type_=Integer),
        Occurrence.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
        Occurrence.revoked_on.is_(None),
        ~exists().where(
            OccurrenceLine.tenant_id == Occurrence.tenant_id,
            OccurrenceLine.occurrence_id == Occurrence.id,
            OccurrenceLine.concerns_id == Tenant.id,
        ),
    )
    .order_by(Occurrence.id, Tenant.id)
)
"""What a Kreis shows to all its Gemeinden, and which of them has no line of it yet."""

_HAPPENED = (
    select(Occurrence.id)
    .where(
        Occurrence.tenant_id == bindparam("me", type_=Integer),
        Occurrence.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
    )
    .order_by(Occurrence.happened_on, Occurrence.id)
)


def find_happened(session: Session, me: int, kinds: Collection[OccurrenceKind]) -> Sequence[UUID]:
    """Return what happened of some kinds in the own body, the oldest first."""
    return session.scalars(_HAPPENED, {"me": me, "kinds": [kind.value for kind in kinds]}).all()


_ABOUT = select(Occurrence.id, Occurrence.about, Occurrence.subject_id).where(
    Occurrence.tenant_id == bindparam("me", type_=Integer),
    Occurrence.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
)


def own_occurrences(session: Session, me: int, ids: Collection[UUID]) -> Mapping[UUID, tuple[str, UUID]]:
    """Return of each of some occurrences of the own body what it was about, and the thing on whose page that is."""
    rows = session.execute(_ABOUT, {"me": me, "ids": [*ids]})
    return {row.id: (row.about, row.subject_id) for row in rows}
