"""Random histories of one row with many readers, judged by a plain model of who may read what (docs/adr/0044)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, rule
from sqlalchemy import text

from kimhub.core.errors import NotFoundError
from kimhub.notices.models import NoticeWithdrawnError
from kimhub.notices.usecases.acknowledge_notice import acknowledge_notice
from kimhub.notices.usecases.drafts import NoticeDetails, create_notice
from kimhub.notices.usecases.send_notice import give_to_new_gemeinden, send_notice
from kimhub.notices.usecases.withdraw_notice import Withdrawal, withdraw_notice
from tenants import Role, transaction
from tests.factories.identity import create_person
from tests.factories.tenants import Body
from tests.support.histories import BODIES, AtWork, staged

VISIBLE = text(
    "SELECT 'notice', id, 0 FROM notice UNION ALL SELECT 'recipient', notice_id, recipient_id FROM notice_recipient"
    " UNION ALL SELECT 'note', notice_id, tenant_id FROM notice_acknowledgement"
    " UNION ALL SELECT 'tally', notice_id, tenant_id FROM notice_tally"
)
FORGERIES = (
    "UPDATE notice SET text = 'anders' WHERE id = :notice AND (tenant_id <> :me OR released_at IS NOT NULL)",
    "UPDATE notice SET released_at = NULL WHERE id = :notice AND released_at IS NOT NULL",
    "DELETE FROM notice WHERE id = :notice AND released_at IS NOT NULL",
    "UPDATE notice_recipient SET withdrawn_at = NULL, withdrawal = '' WHERE withdrawn_at IS NOT NULL",
    "UPDATE notice_recipient SET withdrawn_at = now(), withdrawal = 'x' WHERE tenant_id <> :me",
    "DELETE FROM notice_recipient WHERE notice_id = :notice",
    (
        "INSERT INTO notice_recipient (tenant_id, notice_id, recipient_id, released_at)"
        " VALUES (:owner, :notice, :other, coalesce((SELECT released_at FROM notice WHERE id = :notice), now()))"
    ),
    (
        "INSERT INTO notice_recipient (tenant_id, notice_id, recipient_id, released_at)"
        " VALUES (:me, :notice, :other, coalesce((SELECT released_at FROM notice WHERE id = :notice), now()))"
    ),
    (
        "INSERT INTO notice_acknowledgement (tenant_id, notice_id, account_id, owner_id)"
        " VALUES (:other, :notice, :account, :owner)"
    ),
    (
        "INSERT INTO notice_tally (tenant_id, notice_id, owner_id, acknowledged, told)"
        " VALUES (:other, :notice, :owner, 9, 9)"
    ),
)


@dataclass
class Told:
    """A notice as the model knows it."""

    id: UUID
    owner: Body
    readers: set[Body] = field(default_factory=set)
    """Of a draft: those whom it will reach."""
    sent: bool = False
    withdrawn: set[Body] = field(default_factory=set)
    noted: set[Body] = field(default_factory=set)

    @property
    def reading(self) -> set[Body]:
        return self.readers - self.withdrawn if self.sent else set()


def seen_by(notices: list[Told], body: Body) -> set[tuple[str, UUID, int]]:
    """Own rows; what one reads now; of a reader's answer the giver sees the figure alone."""
    seen: set[tuple[str, UUID, int]] = set()
    for told in notices:
        own = body == told.owner
        if own or body in told.reading:
            seen.add(("notice", told.id, 0))
        seen |= {
            ("recipient", told.id, reader.id)
            for reader in (told.readers if told.sent else ())
            if own or (reader == body and reader in told.reading)
        }
        seen |= {("note", told.id, reader.id) for reader in told.noted if reader == body}
        seen |= {("tally", told.id, reader.id) for reader in told.noted if own or reader == body}
    return seen


class Sharing(AtWork):
    """Bodies that tell, read and take back."""

    account: ClassVar[UUID]
    notices = Bundle("notices")
    anyone = st.integers(0, 27)
    """A body, mostly one of those whom the notice is for, else little would happen."""

    @rule(
        target=notices, who=st.just(0) | BODIES, own=st.booleans(), everybody=st.booleans(), named=st.booleans(),
        at_once=st.booleans(),
    )  # fmt: skip
    def write(self, who: int, own: bool, everybody: bool, named: bool, at_once: bool) -> Told:
        owner = self.all[who]
        children = {body for body in self.all if body.parent_id == owner.id}
        one = min(children, key=lambda body: body.id, default=None) if named else None
        details = NoticeDetails(
            subject="Sache", text="Text", to_own=own or not children, to_gemeinden=everybody and bool(children),
            named=[one.slug] if one else [],
        )  # fmt: skip
        actor = owner.actor(*Role)
        with transaction(actor) as session:
            notice = create_notice(actor, details)
            session.flush()
            told = Told(notice.id, owner)
        told.readers |= {owner} if details.to_own else set()
        told.readers |= children if details.to_gemeinden else ({one} if one else set())
        self.known.append(told)
        if at_once:
            self._send(told)
        return told

    @rule(told=notices)
    def send(self, told: Told) -> None:
        self._send(told)

    def _send(self, told: Told) -> None:
        actor = told.owner.actor(*Role)
        if told.sent or not told.readers:
            return
        with transaction(actor):
            send_notice(actor, told.id)
        told.sent = True

    @rule(told=notices, who=anyone, one=st.booleans())
    def withdraw(self, told: Told, who: int, one: bool) -> None:
        actor, reader = told.owner.actor(*Role), self._reader(told, who)
        command = Withdrawal("Weil", reader.slug if one else None)
        gone = told.reading & {reader} if one else told.reading
        try:
            with transaction(actor):
                withdraw_notice(actor, told.id, command)
        except NoticeWithdrawnError:
            assert not gone
        else:
            told.withdrawn |= gone
            assert gone

    @rule(told=notices, who=anyone)
    def take_note(self, told: Told, who: int) -> None:
        reader = self._reader(told, who)
        actor = replace(reader.actor(*Role), subject=self.account)
        try:
            with transaction(actor):
                first = acknowledge_notice(actor, told.id)
        except NotFoundError:
            assert reader not in told.reading
        else:
            assert reader in told.reading
            assert first == (reader not in told.noted)
            told.noted.add(reader)

    @rule(who=BODIES)
    def give_out(self, who: int) -> None:
        """Nobody has joined, so nothing is missing."""
        actor = self.all[who].actor(*Role)
        with transaction(actor):
            assert give_to_new_gemeinden(actor) == 0

    @rule(told=notices, who=BODIES, other=BODIES, forgery=st.sampled_from(FORGERIES))
    def cheat(self, told: Told, who: int, other: int, forgery: str) -> None:
        """Nothing is reached: the statement is refused or finds no row."""
        me = self.all[who]
        if me == told.owner and forgery.startswith("INSERT INTO notice_recipient"):
            return  # its own to give
        self.reaches_nothing(
            me,
            forgery,
            {
                "notice": told.id, "me": me.id, "other": self.other_than(me, other).id, "owner": told.owner.id,
                "account": self.account,
            },
        )  # fmt: skip

    def _reader(self, told: Told, who: int) -> Body:
        readers = sorted(told.readers, key=lambda body: body.id)
        return readers[who % len(readers)] if readers and who > 6 else self.all[who % 7]

    @invariant()
    def everybody_sees_what_the_model_says(self) -> None:
        self.all_see(VISIBLE, seen_by)


@pytest.fixture(scope="module")
def stage(cluster):
    with staged(cluster, "sharing") as stage:
        yield stage


@pytest.fixture(scope="module")
def account(stage):
    """Somebody who takes note, whichever body it is."""
    with stage.superuser.begin() as connection:
        return create_person(connection, f"{uuid4()}@kim.example").account_id


def test_no_history_lets_anybody_read_too_much_or_too_little(stage, account):
    stage.play(Sharing, examples=8, account=account)


ME = "(SELECT app.tenant())"
OWN = f"tenant_id = {ME}"
ANY_ROW = f"SELECT true FROM notice_recipient AS r WHERE r.shared_with = {ME} LIMIT 1"


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("notice", f"coalesce({OWN} OR ({ANY_ROW}), false)"),
        ("notice", f"coalesce({OWN}, false)"),
        ("notice_recipient", f"coalesce({OWN} OR recipient_id = {ME}, false)"),
        ("notice_recipient", "true"),
        ("notice_acknowledgement", f"{OWN} OR owner_id = {ME}"),
        ("notice_tally", OWN),
    ],
    ids=[
        "one row opens all", "readers read nothing", "withdrawn rows stay", "who else received it",
        "the giver sees persons", "the giver sees no figure",
    ],
)  # fmt: skip
def test_some_history_finds_a_broken_policy(stage, account, table, condition):
    stage.finds(Sharing, table, condition, account=account)
