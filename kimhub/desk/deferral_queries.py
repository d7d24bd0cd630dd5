"""Reading what was put off, and the line of Heute that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, RowMapping, Select, Text, Uuid, any_, bindparam, func, literal, select
from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.matters import Matter
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
from kimhub.desk.models import NO_SUBJECT, Deferral
from kimhub.desk.public import Source, sources
from kimhub.desk.queries import values_of
from tenants import Actor

DEFERRALS = KeysetList(
    select(
        Deferral.id, Deferral.source, Deferral.kind, Deferral.subject_id, Deferral.until, Deferral.reason,
        Deferral.actor_label, Deferral.created_at, Deferral.ended_at, Deferral.ended_by,
    ),
    scope=Deferral.tenant_id,
    orders={"day": Order("until", "id")},
    conditions={
        "sources": any_(bindparam("sources", type_=ARRAY(Text))) == Deferral.source,
        "open": Deferral.ended_at.is_(None),
    },
)  # fmt: skip
"""By day. `sources` always holds: those of whose lines the reader may take the next step."""

_STANDING = select(Deferral).where(
    Deferral.tenant_id == select(func.app.tenant()).scalar_subquery(),
    Deferral.source == bindparam("source", type_=Text()),
    Deferral.kind == bindparam("kind", type_=Text()),
    Deferral.subject_id == bindparam("subject", type_=Uuid()),
    Deferral.ended_at.is_(None),
)


def source_of(actor: Actor, name: str) -> Source | None:
    """Return the source `name` if its lines stand on the actor's Heute."""
    return next((source for source in _readable(actor) if source.name == name), None)


def find_deferrals(
    session: Session, actor: Actor, asked: PageRequest, *, also_ended: bool
) -> Sequence[RowMapping]:
    """Return what was put off of all that stands on the actor's Heute, by day."""
    names = {"sources": [source.name for source in _readable(actor)]}
    return DEFERRALS.fetch(session, actor.tenant_id, asked, names if also_ended else {**names, "open": True})


def standing(session: Session, source: str, kind: str, subject_id: UUID) -> Deferral | None:
    """Return what puts a line off, also where its day has come."""
    values = {"source": source, "kind": kind, "subject": subject_id}
    return session.scalars(_STANDING, values).one_or_none()


def get_deferral(session: Session, deferral_id: UUID) -> Deferral:
    """Return one of the own tenant; raises `NotFoundError`. Whether it is the reader's says `source_of`."""
    found = session.scalars(select(Deferral).where(Deferral.id == deferral_id)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


DEFERRAL = Versioned(Deferral, get_deferral, parts=lambda deferral: (deferral,))
"""How it is held and marked."""


def get_line(session: Session, actor: Actor, source: Source, kind: str, subject_id: UUID) -> Matter | None:
    """Return a line of a source, if it waits now."""
    values = {**values_of(actor, clock.today()), "kind": kind, "subject": subject_id}
    row = session.execute(_line(source), values).mappings().first()
    return Matter(**row) if row else None


@lru_cache(maxsize=64)  # as many as there are sources
def _line(source: Source) -> Select[Any]:
    rows = source.question.subquery("line")
    return select(literal(source.name, Text()).label("source"), rows).where(
        rows.c.kind == bindparam("kind", type_=Text()),
        func.coalesce(rows.c.subject_id, NO_SUBJECT) == bindparam("subject", type_=Uuid()),
    )


def _readable(actor: Actor) -> list[Source]:
    return [
        source
        for source in sources()
        if isinstance(source, Source) and actor.may(source.permission) and actor.is_of(source.bodies)
    ]
