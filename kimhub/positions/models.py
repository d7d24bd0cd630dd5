"""The request and its three criteria, with what must hold whatever the program does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    Numeric,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.core.documents.models import Document
from kimhub.core.errors import ConflictError, InvalidInputError, constraint_error
from kimhub.positions.criteria import Criterion
from kimhub.positions.workflow import KIND
from tenants import Base, SharedWith, TenantOwned, Within
from tenants.models import one_of

MAX_FTE = Decimal("1.00")
"""It is one additional position; a part of it may be asked for (fachlichkeit.md §2)."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that stands against submitting: where, and in a sentence why and what to do."""

    field: str
    reason: str


_FIXED = (
    "CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH ROW"
    " EXECUTE FUNCTION app.position_request_fixed('{column}')"
)
"""What was submitted changes only while a question is open."""

_RELEASED = (
    "CREATE TRIGGER position_request_released AFTER INSERT ON proceeding_entry FOR EACH ROW"
    f" WHEN (NEW.kind = '{KIND}' AND NEW.action = 'submit')"
    " EXECUTE FUNCTION app.position_request_released()"
)
"""A submission stands only beside a released request."""


def _required(criterion: Criterion) -> tuple[str, ...]:
    return ("tenant_id", "id", f"requires_{criterion}", "requires_met")


class PositionRequest(TenantOwned, Base):
    """A Gemeinde's request for the additional coordination position; it has the id of its proceeding.

    The Kreis sees it once it is released, that is from its submission on. The foreign keys ``fk_…_meets_…`` let a
    released request stand only beside three criteria that are met: their referencing columns are null, and so
    check nothing, before the release.
    """

    __tablename__ = "position_request"
    __isolation__ = SharedWith(
        updatable=("function", "fte", "starts_on", "justification", "released_at"),
        deletable="released_at IS NULL",
    )
    __table_args__ = (
        CheckConstraint(f"fte > 0 AND fte <= {MAX_FTE}", name="fte"),
        CheckConstraint("length(function) BETWEEN 1 AND 200", name="function"),
        CheckConstraint("length(justification) <= 6000", name="justification_length"),
        CheckConstraint("released_at IS NULL OR justification <> ''", name="justified"),
        ForeignKeyConstraint(
            ["tenant_id", "counterpart_id"],
            ["tenant.id", "tenant.parent_id"],
            name="fk_position_request_kreis",
        ),
        ForeignKeyConstraint(
            ["id", "tenant_id", "counterpart_id", "kind"],
            ["proceeding.id", "proceeding.tenant_id", "proceeding.counterpart_id", "proceeding.kind"],
            name="fk_position_request_proceeding",
        ),
        *(
            ForeignKeyConstraint(
                _required(criterion),
                [f"request_criterion.{c}" for c in ("tenant_id", "request_id", "criterion", "met")],
                name=f"fk_position_request_meets_{criterion}",
                use_alter=True,
            )
            for criterion in Criterion
        ),
        Index("ix_position_request_own", "tenant_id", "created_at", "id"),
        Index(
            "ix_position_request_shared", "shared_with", "released_at", "id",
            postgresql_where="shared_with IS NOT NULL",
        ),
    )  # fmt: skip

    __more_ddl__ = (
        _FIXED.format(name="position_request_fixed", events="UPDATE", table="position_request", column="id"),
        _RELEASED,
    )

    counterpart_id: Mapped[int]
    kind: Mapped[str] = mapped_column(Computed(f"'{KIND}'", persisted=True))
    function: Mapped[str]
    """What the position is for, as the stellenplan would call it."""
    fte: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    """Full-time equivalents."""
    starts_on: Mapped[date]
    justification: Mapped[str] = mapped_column(server_default="")
    released_at: Mapped[datetime | None]
    shared_with: Mapped[int | None] = mapped_column(
        Computed("CASE WHEN released_at IS NOT NULL THEN counterpart_id END", persisted=True)
    )
    requires_met: Mapped[bool | None] = mapped_column(
        Computed("CASE WHEN released_at IS NOT NULL THEN true END", persisted=True)
    )
    requires_auslaenderbehoerde: Mapped[str | None] = mapped_column(
        Computed("CASE WHEN released_at IS NOT NULL THEN 'auslaenderbehoerde' END", persisted=True)
    )
    requires_jugendamt: Mapped[str | None] = mapped_column(
        Computed("CASE WHEN released_at IS NOT NULL THEN 'jugendamt' END", persisted=True)
    )
    requires_integration_committee: Mapped[str | None] = mapped_column(
        Computed("CASE WHEN released_at IS NOT NULL THEN 'integration_committee' END", persisted=True)
    )

    def obstacles(self, met: Collection[Criterion]) -> list[Obstacle]:
        """Return what stands against submitting, in the order of the form; `met` are the criteria that are met."""
        found = []
        if not self.justification:
            found.append(
                Obstacle("justification", "Begründen Sie, wofür Ihre Kommune die zusätzliche Stelle braucht.")
            )
        found += [Obstacle(f"criteria.{c}", c.obstacle) for c in Criterion if c not in met]
        return found


class RequestCriterion(TenantOwned, Base):
    """One criterion of one request: met or not, the evidence in words, and a document if there is one."""

    __tablename__ = "request_criterion"
    __isolation__ = Within(
        parent="position_request",
        via="request_id",
        updatable=("met", "evidence", "document_id"),
        deletable="EXISTS (SELECT 1 FROM position_request AS r WHERE r.id = request_id AND r.released_at IS NULL)",
    )
    __table_args__ = (
        CheckConstraint(one_of("criterion", tuple(Criterion)), name="criterion"),
        CheckConstraint("length(evidence) <= 2000", name="evidence_length"),
        CheckConstraint("NOT met OR evidence <> ''", name="evidence"),
        ForeignKeyConstraint(
            ["tenant_id", "request_id"],
            ["position_request.tenant_id", "position_request.id"],
            name="fk_request_criterion_request",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "document_id"],
            [Document.tenant_id, Document.id],
            name="fk_request_criterion_document",
        ),
        UniqueConstraint("tenant_id", "request_id", "criterion", name="uq_request_criterion_once"),
        UniqueConstraint("tenant_id", "request_id", "criterion", "met", name="uq_request_criterion_met"),
        Index("ix_request_criterion_document", "tenant_id", "document_id"),
    )

    __more_ddl__ = (
        _FIXED.format(
            name="request_criterion_fixed",
            events="INSERT OR UPDATE",
            table="request_criterion",
            column="request_id",
        ),
        *(
            f"ALTER TABLE position_request ADD CONSTRAINT fk_position_request_meets_{criterion}"
            f" FOREIGN KEY ({', '.join(_required(criterion))})"
            " REFERENCES request_criterion (tenant_id, request_id, criterion, met)"
            for criterion in Criterion
        ),
    )

    request_id: Mapped[UUID]
    criterion: Mapped[str]
    met: Mapped[bool]
    evidence: Mapped[str] = mapped_column(server_default="")
    document_id: Mapped[UUID | None]


class IncompleteRequestError(InvalidInputError):
    """The request cannot be submitted yet; `fields` names each obstacle with its reason."""

    code = "request-incomplete"
    title = "Der Antrag kann noch nicht eingereicht werden"


class RequestFixedError(ConflictError):
    """What was submitted can only be changed while the Kreis waits for an answer."""

    code = "request-fixed"
    title = "Der Antrag kann nicht mehr geändert werden"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            detail
            or "Eingereichte Anträge können Sie nur ändern, solange eine Rückfrage des Kreises offen ist. "
            "Ziehen Sie den Antrag zurück, wenn er nicht mehr zutrifft."
        )


class OtherSideError(ConflictError):
    """The step belongs to the other side of the request: the Gemeinde asks, the Kreis decides."""

    code = "other-side"
    title = "Dieser Schritt liegt bei der anderen Seite"


for _criterion in Criterion:
    constraint_error(
        f"fk_position_request_meets_{_criterion}",
        IncompleteRequestError,
        "Ein eingereichter Antrag muss alle drei Voraussetzungen erfüllen: "
        f"{', '.join(c.label for c in Criterion)}. Ziehen Sie den Antrag zurück, wenn eine davon entfallen ist.",
    )
constraint_error("position_request_fixed", RequestFixedError, "")
