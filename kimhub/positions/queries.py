"""Reading requests: the list of one side, and one file with all that belongs to it.

Each list states its scope itself and is one statement: one branch (own, or shared with us), a total order, and the
state by a lateral look at the latest entry, which the index on (proceeding, seq) answers per row (ADR 19).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, any_, bindparam, func, select, true, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from kimhub.core.documents import Document
from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import row_limit
from kimhub.core.read_access import ReadAccess
from kimhub.core.versions import Versioned
from kimhub.positions.criteria import Criterion, Fact, facts_of
from kimhub.positions.models import PositionRequest, RequestCriterion
from kimhub.positions.workflow import State
from tenants import Actor, Tenant, TenantKind, db
from tenants.proceedings import Proceeding, ProceedingEntry


class Scope(StrEnum):
    """Which requests a list shows: those of one's own Gemeinde, or those made to one's own Kreis."""

    OWN = "own"
    SHARED = "shared"


def scope_of(actor: Actor) -> Scope:
    """Return the branch that a tenant's people look at: requests are made to a Kreis, and by all others if at all."""
    return Scope.SHARED if actor.tenant_kind is TenantKind.KREIS else Scope.OWN


class Order(StrEnum):
    """What a list is sorted by: the day (begun, or for the Kreis received), or the Gemeinde's name."""

    DAY = "day"
    GEMEINDE = "gemeinde"


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One line of the list. `at` is when it was begun (own) or received (shared), `since` the latest step."""

    id: UUID
    gemeinde: str
    kreis: str
    function: str
    fte: Decimal
    starts_on: date
    at: datetime
    state: str
    seq: int
    since: datetime | None
    sort_key: str

    def key(self, order: Order) -> tuple[Any, ...]:
        """Return what the row is sorted by, for the page mark."""
        return (self.at, self.id) if order is Order.DAY else (self.sort_key, self.at, self.id)


KEY_TYPES: dict[Order, tuple[type, ...]] = {
    Order.DAY: (datetime, UUID),
    Order.GEMEINDE: (str, datetime, UUID),
}
"""The types of `RequestRow.key`, to read a page mark."""

_Kreis = aliased(Tenant, name="kreis")
_last = (
    select(ProceedingEntry.to_state, ProceedingEntry.seq, ProceedingEntry.created_at)
    .where(ProceedingEntry.proceeding_id == PositionRequest.id)
    .order_by(ProceedingEntry.seq.desc())
    .limit(1)
    .lateral("last")
)
_state = func.coalesce(_last.c.to_state, State.DRAFT.value)


@cache
def list_statement(
    scope: Scope,
    order: Order = Order.DAY,
    *,
    upwards: bool = False,
    keyed: bool = False,
    filtered: bool = False,
) -> Select[Any]:
    """Return the statement of a list: parameters ``me``, ``limit``, with `keyed` ``k0``…, with `filtered` ``states``.

    `upwards` reads towards larger keys. The same statement serves the page after and, reversed, the page before.
    """
    column = PositionRequest.tenant_id if scope is Scope.OWN else PositionRequest.shared_with
    at = PositionRequest.created_at if scope is Scope.OWN else PositionRequest.released_at
    key = (at, PositionRequest.id) if order is Order.DAY else (Tenant.sort_key, at, PositionRequest.id)
    statement = (
        select(
            PositionRequest.id, Tenant.name.label("gemeinde"), _Kreis.name.label("kreis"),
            PositionRequest.function, PositionRequest.fte, PositionRequest.starts_on, at.label("at"),
            _state.label("state"), func.coalesce(_last.c.seq, 0).label("seq"),
            _last.c.created_at.label("since"), Tenant.sort_key,
        )
        .join(Tenant, Tenant.id == PositionRequest.tenant_id)
        .join(_Kreis, _Kreis.id == PositionRequest.counterpart_id)
        .join(_last, true(), isouter=True)
        .where(column == bindparam("me"))
        .order_by(*(part.asc() if upwards else part.desc() for part in key))
        .limit(row_limit())
    )  # fmt: skip
    if keyed:
        mark = tuple_(*(bindparam(f"k{n}", type_=part.type) for n, part in enumerate(key)))
        statement = statement.where(tuple_(*key) > mark if upwards else tuple_(*key) < mark)
    if filtered:
        statement = statement.where(_state == any_(bindparam("states", type_=ARRAY(Text()))))
    return statement


def list_requests(
    session: Session,
    *,
    me: int,
    scope: Scope,
    limit: int,
    order: Order = Order.DAY,
    descending: bool = True,
    after: tuple[Any, ...] | None = None,
    before: tuple[Any, ...] | None = None,
    states: Collection[State] = (),
) -> list[RequestRow]:
    """Return up to `limit` rows next to the page mark, in `states` only if any are named.

    With `before` they come nearest first, i.e. reversed.
    """
    mark = after if before is None else before
    statement = list_statement(
        scope,
        order,
        upwards=descending is (before is not None),
        keyed=mark is not None,
        filtered=bool(states),
    )
    values: dict[str, Any] = {"me": me, "limit": limit}
    values |= {f"k{n}": part for n, part in enumerate(mark or ())}
    if states:
        values["states"] = [str(state) for state in states]
    return [RequestRow(**row) for row in session.execute(statement, values).mappings()]


def count_requests(
    session: Session, *, me: int, scope: Scope, limit: int, states: Collection[State] = ()
) -> int:
    """Return how many rows the list has, at most `limit`: beyond it the figure is not worth its time."""
    statement = (
        list_statement(scope, filtered=bool(states)).order_by(None).with_only_columns(PositionRequest.id)
    )
    values: dict[str, Any] = {"me": me, "limit": limit}
    if states:
        values["states"] = [str(state) for state in states]
    return session.scalar(select(func.count()).select_from(statement.subquery()), values) or 0


@dataclass(frozen=True, slots=True)
class RequestFile:
    """A request with all that its page says in its head."""

    request: PositionRequest
    proceeding: Proceeding
    gemeinde: Tenant
    kreis: Tenant
    state: State
    seq: int
    since: datetime | None

    @property
    def facts(self) -> dict[Criterion, Fact]:
        """What the Gemeinde's master data say about the criteria today."""
        return facts_of(self.gemeinde)


_FILE = (
    select(
        PositionRequest, Proceeding, Tenant, _Kreis, _state.label("state"),
        func.coalesce(_last.c.seq, 0).label("seq"), _last.c.created_at.label("since"),
    )
    .join(Proceeding, Proceeding.id == PositionRequest.id)
    .join(Tenant, Tenant.id == PositionRequest.tenant_id)
    .join(_Kreis, _Kreis.id == PositionRequest.counterpart_id)
    .join(_last, true(), isouter=True)
    .where(PositionRequest.id == bindparam("id"))
)  # fmt: skip


def request_file(session: Session, request_id: UUID) -> RequestFile:
    """Return one request as its page shows it; raises `NotFoundError`."""
    row = session.execute(_FILE, {"id": request_id}).one_or_none()
    if row is None:
        raise NotFoundError
    return RequestFile(
        row.PositionRequest, row.Proceeding, row.Tenant, row.kreis, State(row.state), row.seq, row.since
    )


REQUEST = Versioned(
    PositionRequest,
    request_file,
    parts=lambda file: (file.request, file.seq, *criteria_rows(db.session(), file.request)),
    state=lambda file: {"state": file.state.value, "seq": file.seq},
)
"""How a request with its criteria and steps is held and marked while it is changed."""


def criteria_rows(session: Session, request: PositionRequest) -> Sequence[RequestCriterion]:
    """Return the three criteria as they are stored."""
    return session.scalars(
        select(RequestCriterion)
        .where(RequestCriterion.tenant_id == request.tenant_id, RequestCriterion.request_id == request.id)
        .order_by(RequestCriterion.criterion)
    ).all()


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion with its document, and when the other side first opened that."""

    criterion: Criterion
    met: bool
    evidence: str
    document: Document | None
    read_at: datetime | None


_first_reading = (
    select(func.min(ReadAccess.created_at))
    .where(
        ReadAccess.shared_with == RequestCriterion.tenant_id,
        ReadAccess.subject_id == RequestCriterion.document_id,
    )
    .scalar_subquery()
)
_CRITERIA = (
    select(
        RequestCriterion.criterion, RequestCriterion.met, RequestCriterion.evidence, Document,
        _first_reading.label("read_at"),
    )
    .join(
        Document,
        (Document.tenant_id == RequestCriterion.tenant_id) & (Document.id == RequestCriterion.document_id),
        isouter=True,
    )
    .where(
        RequestCriterion.tenant_id == bindparam("tenant"), RequestCriterion.request_id == bindparam("request")
    )
)  # fmt: skip


def criteria_lines(session: Session, request: PositionRequest) -> list[CriterionLine]:
    """Return the three criteria in the order of the guideline."""
    rows = session.execute(_CRITERIA, {"tenant": request.tenant_id, "request": request.id})
    lines = {
        row.criterion: CriterionLine(
            Criterion(row.criterion), row.met, row.evidence, row.Document, row.read_at
        )
        for row in rows
    }
    return [lines[criterion] for criterion in Criterion]


_DOCUMENT = (
    select(Document)
    .join(
        RequestCriterion,
        (RequestCriterion.tenant_id == Document.tenant_id) & (RequestCriterion.document_id == Document.id),
    )
    .where(Document.id == bindparam("id"))
)


def document_of_a_request(session: Session, document_id: UUID) -> Document:
    """Return a document that belongs to a request which the actor sees; raises `NotFoundError`."""
    document = session.scalars(_DOCUMENT, {"id": document_id}).one_or_none()
    if document is None:
        raise NotFoundError
    return document
