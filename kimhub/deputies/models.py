"""The table of deputations."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tenants import Base, Own, TenantOwned


class Deputation(TenantOwned, Base):
    """That somebody is told what another person is told, from `starts_on` to the end of `ends_on`.

    Both have a role in the tenant when it is entered; who has none any more is told nothing. It gives no rights and is
    not handed on: a deputy's own deputy is not told. It stays readable when it is over; `ended_at` is when it was ended
    before its time.
    """

    __tablename__ = "deputation"
    __isolation__ = Own(updatable=("ended_at",))
    __table_args__ = (
        CheckConstraint("deputy_id <> account_id", name="another"),
        CheckConstraint("ends_on >= starts_on", name="period"),
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    account_name: Mapped[str]
    """As colleagues knew the person then; who has left is still named in what was told."""
    deputy_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    deputy_name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_at: Mapped[datetime | None]
