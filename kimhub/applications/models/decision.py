"""Whether a tenant uses a Baustein."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Baustein
from tenants import Base, Own, TenantOwned


class BausteinDecision(TenantOwned, Base):
    """A tenant uses, or does not use, a Baustein from a Haushaltsjahr on, and why.

    Append-only: the reasons are asked for later. Of several decisions about a year the latest counts, by its day,
    then by when it was recorded.
    """

    __tablename__ = "baustein_decision"
    __isolation__ = Own()
    __table_args__ = (
        CheckConstraint(f"baustein IN ({', '.join(str(int(b)) for b in Baustein)})", name="baustein"),
        CheckConstraint(f"from_year BETWEEN {FIRST_YEAR} AND {LAST_YEAR}", name="from_year"),
        CheckConstraint("length(reason) BETWEEN 1 AND 4000", name="reason"),
        CheckConstraint("length(reference) <= 200", name="reference"),
        Index("ix_baustein_decision_own", "tenant_id", "decided_on", "created_at", "id"),
    )

    baustein: Mapped[int]
    uses: Mapped[bool]
    from_year: Mapped[int]
    decided_on: Mapped[date]
    reason: Mapped[str]
    reference: Mapped[str] = mapped_column(server_default="", default="")
    """Where the decision stands, e.g. the number of a Vorlage."""
    actor_label: Mapped[str]
