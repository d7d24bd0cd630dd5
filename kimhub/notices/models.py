"""The notice, who received it, who has taken note, and how many of them its giver is told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from kimhub.committees.public import CommitteeKind
from kimhub.core.errors import ConflictError, InvalidInputError, constraint_error
from kimhub.occurrences.public import OccurrenceLine
from tenants import Base, Own, SharedWith, SharedWithMany, TenantOwned
from tenants.sharing import Recipients, recipients_of

MAX_SUBJECT = 200
ADDRESSED = tuple(kind for kind in CommitteeKind if kind.is_political)
"""The kinds of committees that a notice can be for: those with members who are not of the administration."""
_kinds = ", ".join(f"'{kind}'" for kind in ADDRESSED)
MAX_TEXT = 10_000


class Notice(TenantOwned, Base):
    """What a body tells committees. Until it is sent only its own offices see it; then it never changes.

    `to_gemeinden` is a rule, not a list: whoever joins KIMHub later receives it, too.
    """

    __tablename__ = "notice"
    __isolation__ = SharedWithMany(
        rows="notice_recipient",
        via="notice_id",
        updatable=(
            "subject",
            "text",
            "to_own",
            "to_gemeinden",
            "named",
            "committees",
            "figures",
            "released_at",
            "actor_label",
        ),
        updatable_while="released_at IS NULL",
        deletable="released_at IS NULL",
    )
    __table_args__ = (
        CheckConstraint(f"length(subject) BETWEEN 1 AND {MAX_SUBJECT}", name="subject"),
        CheckConstraint(f"length(text) <= {MAX_TEXT}", name="text"),
        CheckConstraint(f"committees <@ ARRAY[{_kinds}]", name="committees"),
        CheckConstraint(
            "released_at IS NULL OR (text <> '' AND actor_label <> '' AND cardinality(named) = 0)",
            name="complete",
        ),
        UniqueConstraint("tenant_id", "id", "released_at", name="uq_notice_released"),
        Index("ix_notice_list", "tenant_id", "created_at", "id"),
        Index(
            "ix_notice_rule", "tenant_id", "id", postgresql_where=sql("to_gemeinden AND released_at IS NOT NULL")
        ),
        Index("ix_notice_draft", "tenant_id", "id", postgresql_where=sql("released_at IS NULL")),
    )  # fmt: skip

    subject: Mapped[str]
    text: Mapped[str] = mapped_column(server_default="")
    to_own: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Whether the committees of the own body are told."""
    to_gemeinden: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Whether all Gemeinden of the own Kreis are told, now and later."""
    named: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=sql("'{}'"))
    """Single Gemeinden of the own Kreis, as long as nothing is sent. Then their recipient rows say so: no reader learns
    from the notice who else received it."""
    committees: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=sql("'{}'"))
    """The kinds of committees whose members are to take note; none: all members of all committees."""
    figures: Mapped[bool] = mapped_column(server_default=sql("false"))
    """Whether each Gemeinde reads with it what it receives from the giver (`NoticeRecipient.passage`)."""
    released_at: Mapped[datetime | None]
    actor_label: Mapped[str] = mapped_column(server_default="")
    """The role of whoever sent it."""

    def missing(self, recipients: Collection[object]) -> dict[str, list[str]]:
        """Return what keeps a draft that would go to `recipients` now from being sent, by field."""
        found = {}
        if not self.text:
            found["text"] = ["Geben Sie einen Text ein."]
        if not (recipients or self.to_gemeinden):
            found["to_own"] = ["Sagen Sie, wer unterrichtet werden soll."]
        return found


class NoticeRecipient(Recipients, Base):
    """That a body received a notice, and until when it could read it."""

    __tablename__ = "notice_recipient"
    __table_args__ = (
        *recipients_of("notice", "notice_id", name="notice_recipient"),
        CheckConstraint(f"length(passage) <= {MAX_TEXT}", name="passage"),
    )

    notice_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    passage: Mapped[str] = mapped_column(server_default="")
    """What the notice means for this body, as it was when it received it; nobody else reads it."""


def _received(name: str) -> ForeignKeyConstraint:
    """Return the key by which a body answers only what it has received."""
    return ForeignKeyConstraint(
        ["owner_id", "notice_id", "tenant_id"],
        [NoticeRecipient.tenant_id, NoticeRecipient.notice_id, NoticeRecipient.recipient_id],
        name=name,
        info={"crosses_tenants": "the recipient row is the giver's; only whom it names takes note"},
    )


class NoticeAcknowledgement(Base):
    """That a person has taken note, with the moment in which it pressed the button; its body alone sees who."""

    __tablename__ = "notice_acknowledgement"
    __isolation__ = Own()
    __table_args__ = (_received("fk_notice_acknowledgement_received"),)
    __more_ddl__ = (
        (
            "CREATE TRIGGER notice_acknowledged AFTER INSERT ON notice_acknowledgement"
            " FOR EACH ROW EXECUTE FUNCTION app.notice_acknowledged()"
        ),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    owner_id: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class NoticeTally(Base):
    """How many of a body's people have taken note, which its giver may know. ``tenant_id`` is who received it."""

    __tablename__ = "notice_tally"
    __isolation__ = SharedWith(
        # The figure follows from the acknowledgements, and each of them is audited.
        audited=False,
        updatable=("acknowledged", "told"),
    )
    __table_args__ = (
        _received("fk_notice_tally_received"),
        CheckConstraint("acknowledged BETWEEN 1 AND told", name="acknowledged"),
        Index("ix_notice_tally_given", "shared_with", "notice_id"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[int]
    acknowledged: Mapped[int]
    told: Mapped[int]
    """How many there are in the body who are to take note, when the last of them did."""
    shared_with: Mapped[int] = mapped_column(Computed("owner_id", persisted=True))


class NoticeCommitteeTally(Base):
    """The same for each committee of the body whose members were to take note. ``tenant_id`` is who received it."""

    __tablename__ = "notice_committee_tally"
    __isolation__ = SharedWith(
        # As of the other.
        audited=False,
        updatable=("acknowledged", "told"),
    )
    __table_args__ = (
        _received("fk_notice_committee_tally_received"),
        ForeignKeyConstraint(
            ["committee_id"],
            ["committee.id"],
            name="fk_notice_committee_tally_committee",
            info={"crosses_tenants": "a joint committee is the lead body's row; committees are published"},
        ),
        CheckConstraint("acknowledged BETWEEN 1 AND told", name="acknowledged"),
        Index("ix_notice_committee_tally_given", "shared_with", "notice_id"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    committee_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[int]
    acknowledged: Mapped[int]
    told: Mapped[int]
    shared_with: Mapped[int] = mapped_column(Computed("owner_id", persisted=True))


class NoticeTopic(Base):
    """What a notice is about, of what happened in the own body, or elsewhere and concerns it. ``owner_id`` is where."""

    __tablename__ = "notice_topic"
    __isolation__ = Own(deletable="true")
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "notice_id"],
            [Notice.tenant_id, Notice.id],
            name="fk_notice_topic_notice",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["owner_id", "occurrence_id", "tenant_id"],
            [OccurrenceLine.tenant_id, OccurrenceLine.occurrence_id, OccurrenceLine.concerns_id],
            name="fk_notice_topic_line",
            info={
                "crosses_tenants": "a body tells its own committees of what happened elsewhere and concerns it"
            },
        ),
        Index("ix_notice_topic_of", "tenant_id", "occurrence_id"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class NoticeTold(Base):
    """That a body was told of something that happened: its committees of the kinds that the notice names, or all."""

    __tablename__ = "notice_told"
    __isolation__ = SharedWith(
        # It follows from the notice's topics and its recipients, and both are audited.
        audited=False,
    )
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "notice_id", "owner_id", "occurrence_id"],
            [NoticeTopic.tenant_id, NoticeTopic.notice_id, NoticeTopic.owner_id, NoticeTopic.occurrence_id],
            name="fk_notice_told_topic",
        ),
        ForeignKeyConstraint(
            ["tenant_id", "notice_id", "recipient_id"],
            [NoticeRecipient.tenant_id, NoticeRecipient.notice_id, NoticeRecipient.recipient_id],
            name="fk_notice_told_recipient",
        ),
        ForeignKeyConstraint(
            ["owner_id", "occurrence_id", "recipient_id"],
            [OccurrenceLine.tenant_id, OccurrenceLine.occurrence_id, OccurrenceLine.concerns_id],
            name="fk_notice_told_line",
            info={
                "crosses_tenants": "a body tells its own committees of what happened elsewhere and concerns it"
            },
        ),
        # Else the key would tell which other bodies something concerns.
        CheckConstraint("tenant_id IN (owner_id, recipient_id)", name="author_is_a_side"),
        Index("ix_notice_told_line", "shared_with", "occurrence_id"),
        Index("ix_notice_told_given", "tenant_id", "occurrence_id", "recipient_id"),
    )

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    occurrence_id: Mapped[UUID] = mapped_column(primary_key=True)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    released_at: Mapped[datetime]
    committees: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """The kinds that the notice names; none: all."""
    shared_with: Mapped[int] = mapped_column(Computed("recipient_id", persisted=True))


class NoticeIncompleteError(InvalidInputError):
    """A notice is sent only with a text and to somebody."""

    code = "notice-incomplete"
    title = "Die Unterrichtung kann noch nicht versendet werden"


class NoticeSentError(ConflictError):
    """What was sent never changes; it can be withdrawn, and another one can follow."""

    code = "notice-sent"
    title = "Die Unterrichtung ist versendet"


class NoticeWithdrawnError(ConflictError):
    """It was taken back before somebody could take note of it."""

    code = "notice-withdrawn"
    title = "Die Unterrichtung ist zurückgenommen"


constraint_error(
    "fk_notice_committee_tally_committee",
    ConflictError,
    "Mitglieder dieses Gremiums haben Unterrichtungen zur Kenntnis genommen; das bleibt festgehalten. Lösen Sie das "
    "Gremium auf, statt es zu löschen.",
)
constraint_error("ck_notice_complete", NoticeIncompleteError, "Geben Sie vor dem Versenden einen Text ein.")
constraint_error(
    "notice_acknowledged",
    NoticeWithdrawnError,
    "Die Unterrichtung ist inzwischen zurückgenommen. Es gibt nichts mehr zur Kenntnis zu nehmen.",
)
constraint_error(
    "fk_notice_told_topic",
    NoticeSentError,
    "Die Unterrichtung ist damit versendet; was sie betraf, bleibt festgehalten.",
)
