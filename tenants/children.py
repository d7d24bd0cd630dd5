"""Reading the children of rows that one has already, through the index that leads with the tenant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute


class Parent(Protocol):
    """A row of a tenant table."""

    @property
    def tenant_id(self) -> Any:
        """Whose it is."""

    @property
    def id(self) -> Any:
        """Its id."""


def children_of(via: InstrumentedAttribute[UUID], parents: Iterable[Parent]) -> ColumnElement[bool]:
    """Return the condition for the rows whose `via` names one of `parents`, of whichever tenants these are.

    A child that is seen with its parent (`Within`) has no tenant in its policy. A query that names the parents alone
    then finds no use for an index that leads with the tenant: PostgreSQL before 18 reads the rows of all tenants.
    """
    known = [(parent.tenant_id, parent.id) for parent in parents]
    return and_(
        via.class_.tenant_id.in_(sorted({tenant for tenant, _ in known})), via.in_([key for _, key in known])
    )
