"""Stored financing plans."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.programme.public import Plan, plan_from_json
from tenants import Base, Own, TenantOwned


class FinancingPlan(TenantOwned, Base):
    """A Finanzierungsplan as a tenant keeps it: inputs only, every figure is computed from them.

    ``document`` is the plan in the form of `kimhub.programme.documents`; ``version`` counts its states, so
    that two people who edit at the same time do not overwrite each other.
    """

    __tablename__ = "financing_plan"
    __isolation__ = Own(updatable=("title", "document", "version", "changed_at", "changed_by", "archived_at"))
    __table_args__ = (
        CheckConstraint("title <> ''", name="title"),
        CheckConstraint("origin_id <> id", name="origin_is_another"),
        ForeignKeyConstraint(
            ["tenant_id", "origin_id"],
            ["financing_plan.tenant_id", "financing_plan.id"],
            name="fk_financing_plan_origin",
        ),
        Index("ix_financing_plan_own", "tenant_id", "changed_at", "id"),
    )

    title: Mapped[str]
    document: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_by: Mapped[UUID | None]
    archived_at: Mapped[datetime | None]
    origin_id: Mapped[UUID | None]
    """The plan of which this one was made as a variant."""

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy declares it so

    @property
    def plan(self) -> Plan:
        """Return the inputs, checked again: a rule may have become stricter since they were stored."""
        return plan_from_json(self.document)
