"""Reading requests: the list of one side, and one file with all that belongs to it.

Each list is one branch (own, or shared with us); the state comes by a lateral look at the latest entry, which the index
on (proceeding, seq) answers per row (ADR 19).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, func, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kimhub.core.documents import Document
from kimhub.core.errors import NotFoundError
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.read_access import ReadAccess
from kimhub.core.versions import Versioned
from kimhub.core.web.paging import PageRequest
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
    gemeinde_key: str


_FEW = "a Gemeinde asks for a handful of positions, and a Kreis has at most thirty Gemeinden"
_Kreis = aliased(Tenant, name="kreis")
LAST_STEP = (
    select(ProceedingEntry.to_state, ProceedingEntry.seq, ProceedingEntry.created_at)
    .where(ProceedingEntry.proceeding_id == PositionRequest.id)
    .order_by(ProceedingEntry.seq.desc())
    .limit(1)
    .lateral("last")
)
STATE = func.coalesce(LAST_STEP.c.to_state, State.DRAFT.value)


def _listed(scope: InstrumentedAttribute[int | None], at: InstrumentedAttribute[Any]) -> KeysetList:
    """Return the list of those who stand in `scope`, by the day `at` unless told otherwise."""
    return KeysetList(
        select(
            PositionRequest.id, Tenant.name.label("gemeinde"), _Kreis.name.label("kreis"),
            PositionRequest.function, PositionRequest.fte, PositionRequest.starts_on, at.label("at"),
            STATE.label("state"), func.coalesce(LAST_STEP.c.seq, 0).label("seq"),
            LAST_STEP.c.created_at.label("since"), Tenant.sort_key.label("gemeinde_key"),
        )
        .join(Tenant, Tenant.id == PositionRequest.tenant_id)
        .join(_Kreis, _Kreis.id == PositionRequest.counterpart_id)
        .join(LAST_STEP, true(), isouter=True),
        scope=scope,
        orders={
            "day": Order("-at", "-id"),
            "gemeinde": Order("gemeinde_key", "-at", "-id", few_rows=_FEW),
            "fte": Order("-fte", "gemeinde_key", "-at", "-id", few_rows=_FEW),
            "start": Order("-starts_on", "-id", few_rows=_FEW),
        },
        conditions={
            "states": any_(bindparam("states", type_=ARRAY(Text()))) == STATE,
            "words": or_(*(
                column.icontains(bindparam("words", type_=Text())) for column in (Tenant.name, PositionRequest.function)
            )),
        },
    )  # fmt: skip


REQUESTS = {
    Scope.OWN: _listed(PositionRequest.tenant_id, PositionRequest.created_at),
    Scope.SHARED: _listed(PositionRequest.shared_with, PositionRequest.released_at),
}


def list_requests(
    session: Session,
    me: int,
    scope: Scope,
    asked: PageRequest,
    *,
    states: Collection[State] = (),
    oldest_first: bool = False,
) -> list[RequestRow]:
    """Return requests by day, the latest first; with `states` only those that stand there."""
    narrowed = {"states": [state.value for state in states]} if states else {}
    rows = REQUESTS[scope].fetch(session, me, asked, narrowed, turned=oldest_first)
    return [RequestRow(**row) for row in rows]


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
        PositionRequest, Proceeding, Tenant, _Kreis, STATE.label("state"),
        func.coalesce(LAST_STEP.c.seq, 0).label("seq"), LAST_STEP.c.created_at.label("since"),
    )
    .join(Proceeding, Proceeding.id == PositionRequest.id)
    .join(Tenant, Tenant.id == PositionRequest.tenant_id)
    .join(_Kreis, _Kreis.id == PositionRequest.counterpart_id)
    .join(LAST_STEP, true(), isouter=True)
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
