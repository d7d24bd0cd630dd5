"""The database handle and the base of all models."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID, uuid4

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, ForeignKey, Integer, MetaData, Numeric, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from tenants.binding import TenantSession
from tenants.isolation import Isolation

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every model; each declares how its rows are isolated in ``__isolation__``."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        Decimal: Numeric(14, 2),
        dict[str, Any]: JSONB(),
    }
    __isolation__: ClassVar[Isolation]
    __more_ddl__: ClassVar[tuple[str, ...]] = ()
    """Statements that SQLAlchemy has no words for: triggers of the model's own, storage options."""


class TenantOwned:
    """A row that belongs to one tenant. The key leads with the tenant; ``id`` is random, so it tells nothing."""

    @declared_attr
    def tenant_id(cls) -> Mapped[int]:  # noqa: N805 - declared_attr methods receive the class
        """Return the column that says whose row it is."""
        return mapped_column(Integer, ForeignKey("tenant.id"), primary_key=True, sort_order=-30)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, unique=True, sort_order=-20)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=-10)


db = SQLAlchemy(
    session_options={"class_": TenantSession, "expire_on_commit": False},
    disable_autonaming=True,
)
"""Engine and session per app context. Models inherit from `Base`, not from ``db.Model``, to be typed."""
