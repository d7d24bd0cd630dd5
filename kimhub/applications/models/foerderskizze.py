"""The Förderskizze: its sections, who took part in writing it, and how each Gemeinde is involved."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.applications.models.application import ONLY_IN_DRAFT
from tenants import Base, Own, TenantOwned


def _of_application(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "application_id"],
        ["grant_application.tenant_id", "grant_application.id"],
        name=f"fk_{table}_application",
    )


class FoerderskizzeSection(TenantOwned, Base):
    """A section of the Förderskizze. `key` names the template's section; it is empty for one's own."""

    __tablename__ = "foerderskizze_section"
    __isolation__ = Own(updatable=("place", "heading", "text", "version", "changed_at"), deletable="true")
    __table_args__ = (
        CheckConstraint("length(heading) BETWEEN 1 AND 200", name="heading"),
        CheckConstraint("length(text) <= 20000", name="text"),
        CheckConstraint("place BETWEEN 1 AND 100", name="place"),
        _of_application("foerderskizze_section"),
        Index("ix_foerderskizze_section_own", "tenant_id", "application_id", "place", "id"),
        Index(
            "uq_foerderskizze_section_key", "tenant_id", "application_id", "key", unique=True,
            postgresql_where="key <> ''",
        ),
    )  # fmt: skip
    __more_ddl__ = (ONLY_IN_DRAFT.format(table="foerderskizze_section"),)

    application_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(server_default="", default="")
    place: Mapped[int]
    heading: Mapped[str]
    text: Mapped[str] = mapped_column(server_default="", default="")
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FoerderskizzeParticipant(TenantOwned, Base):
    """Who took part in the Förderskizze: an organisation or a role, inside or outside the administration, and how.

    Councils ask for it (Bornheim, question 2). Never a person's name.
    """

    __tablename__ = "foerderskizze_participant"
    __isolation__ = Own(updatable=("name", "inside", "contribution"), deletable="true")
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name"),
        CheckConstraint("length(contribution) <= 2000", name="contribution"),
        _of_application("foerderskizze_participant"),
        Index("ix_foerderskizze_participant_own", "tenant_id", "application_id", "inside", "name", "id"),
    )
    __more_ddl__ = (ONLY_IN_DRAFT.format(table="foerderskizze_participant"),)

    application_id: Mapped[UUID]
    name: Mapped[str]
    inside: Mapped[bool]
    """Inside the applicant's own administration."""
    contribution: Mapped[str] = mapped_column(server_default="", default="")


class GemeindeInvolvement(TenantOwned, Base):
    """Whether and how a Gemeinde of the Kreis is involved in KIM according to the Förderskizze (Bornheim, question 3).

    `involved` None means that nobody has said it yet.
    """

    __tablename__ = "gemeinde_involvement"
    __isolation__ = Own(updatable=("involved", "how"), deletable="true")
    __table_args__ = (
        CheckConstraint("length(how) <= 2000", name="how"),
        _of_application("gemeinde_involvement"),
        UniqueConstraint("tenant_id", "application_id", "ags", name="uq_gemeinde_involvement_once"),
    )
    __more_ddl__ = (ONLY_IN_DRAFT.format(table="gemeinde_involvement"),)

    application_id: Mapped[UUID]
    ags: Mapped[str] = mapped_column(ForeignKey("register_entry.ags"))
    involved: Mapped[bool | None]
    how: Mapped[str] = mapped_column(server_default="", default="")
