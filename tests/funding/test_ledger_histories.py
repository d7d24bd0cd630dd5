"""Random histories of grants, amendments, allocations and reversals on three levels, against a plain Python model.

Hypothesis invents who does what in which order, also what must be refused. After every step the ledger must say
exactly what the model says: which step was possible, and what every cell of every fund holds and has passed on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kimhub.core.attempt import attempt
from kimhub.core.errors import KimhubError
from kimhub.funding.errors import BelowAllocatedError, OverdrawnError, PassedOnError, RecipientError
from kimhub.funding.public import (
    EndAllocation,
    FundCell,
    amend_allocation,
    confirm_allocation,
    end_allocation,
    enter_amendment,
    issue_allocations,
    record_bescheid,
    waive_allocation,
)
from kimhub.funding.usecases.answer_allocation import AlreadyPassedOnError
from kimhub.funding.usecases.change_allocation import NotIssuedError
from kimhub.funding.usecases.issue_allocations import WaivedError
from kimhub.programme.public import Cell
from tenants import transaction
from tenants.proceedings import ProceedingMovedError, Step
from tests.factories.ledger import CELL, KOORDINATION, bescheid, drafted, euro, granted, terms
from tests.support.examples import examples

CELLS = (CELL, Cell.of(2026, KOORDINATION))
EVERYBODY = ("kreis", "gemeinde", "sibling")
BEGINNING = (
    ("allocate", 0, "gemeinde", (4, 4)),
    ("confirm", 0),
    ("allocate", 1, "sibling", (2, 2)),
    ("confirm", 1),
)
"""Three levels stand before the random part begins: what is above and below can then get into each other's way."""
Amounts = tuple[int, int]

amounts = st.tuples(st.integers(0, 6), st.integers(0, 6))
some = amounts.filter(any)
steps = st.one_of(
    st.tuples(st.just("grant"), st.tuples(st.integers(2, 9), st.integers(2, 9))),
    st.tuples(st.just("allocate"), st.integers(0, 3), st.sampled_from(EVERYBODY[1:]), some),
    st.tuples(st.just("amend"), st.integers(0, 3), some),
    st.tuples(st.sampled_from(["confirm", "waive", "end"]), st.integers(0, 3)),
)


@dataclass
class Passed:
    """An allocation in the model."""

    giver: str
    fund: UUID
    recipient: str
    amounts: Amounts
    state: str = "issued"


@dataclass
class Model:
    """What the ledger should hold: funds with their owner, allocations with their amounts."""

    grant: Amounts
    grant_id: UUID
    passed: dict[UUID, Passed] = field(default_factory=dict)
    opened: list[UUID] = field(default_factory=list)

    def funds(self) -> list[tuple[UUID, str]]:
        """Each fund with its owner, the grant first."""
        return [(self.grant_id, "kreis"), *((key, self.passed[key].recipient) for key in self.opened)]

    def funded(self, fund: UUID) -> Amounts:
        return self.grant if fund == self.grant_id else self.passed[fund].amounts

    def taken(self, fund: UUID) -> Amounts:
        found = [p.amounts for p in self.passed.values() if p.fund == fund]
        return (sum(a for a, _ in found), sum(b for _, b in found))

    def above(self, fund: UUID) -> set[str]:
        """Return who passed on the money of a fund, its owner aside."""
        if fund == self.grant_id:
            return set()
        passed = self.passed[fund]
        return {passed.giver} | self.above(passed.fund)

    def covers(self, fund: UUID, new: Amounts, old: Amounts = (0, 0)) -> bool:
        """Whether a fund covers `new` in place of `old`. What becomes less is always covered."""
        return all(
            n <= o or t - o + n <= f
            for f, t, n, o in zip(self.funded(fund), self.taken(fund), new, old, strict=True)
        )

    def still_covers(self, fund: UUID, funded: Amounts) -> bool:
        return all(t <= f for t, f in zip(self.taken(fund), funded, strict=True))


class History:
    """Does each step with the use cases and with the model, and compares."""

    def __init__(self, actors):
        self.actors = actors
        self.model = Model((7, 7), granted(actors["kreis"], *items((7, 7))))

    def step(self, name, *arguments):
        getattr(self, name)(*arguments)
        assert self.cells() == self.expected()

    def cells(self):
        found = {}
        for actor in self.actors.values():
            with transaction(actor, read_only=True) as session:
                for cell in session.scalars(select(FundCell)):
                    key = (cell.fund_id, actor.tenant_id, cell.purpose)
                    found[key] = (cell.funded, cell.passed_on)
        return found

    def expected(self):
        return {
            (fund, self.actors[owner].tenant_id, cell.purpose): (funded, taken)
            for fund, owner in self.model.funds()
            for cell, funded, taken in zip(
                CELLS, self.model.funded(fund), self.model.taken(fund), strict=True
            )
        }

    def attempt(self, actor, use_case, error: type[KimhubError] | None) -> bool:
        """Do `use_case`, which must raise `error`, or nothing if it is None; tell whether it was done."""
        with transaction(actor) as session:
            if error is None:
                use_case()
                return True
            with pytest.raises(error), attempt(session):
                use_case()
        return False

    def grant(self, new: Amounts):
        kreis, model = self.actors["kreis"], self.model
        error = None if model.still_covers(model.grant_id, new) else BelowAllocatedError

        def amend():
            version = enter_amendment(kreis, model.grant_id, bescheid(*items(new), reason="Änderung"))
            record_bescheid(kreis, version.id)

        if self.attempt(kreis, amend, error):
            model.grant = new

    def allocate(self, which: int, to: str, new: Amounts):
        model = self.model
        fund, owner = model.funds()[which % len(model.funds())]
        giver = self.actors[owner]
        if owner == to:
            with pytest.raises(RecipientError):
                drafted(giver, fund, self.actors[to].tenant_id, *items(new))
            return
        draft = drafted(giver, fund, self.actors[to].tenant_id, *items(new))
        error = RecipientError if to in model.above(fund) else None
        if fund in model.passed and model.passed[fund].state == "waived":
            error = WaivedError
        error = error or (None if model.covers(fund, new) else OverdrawnError)
        if self.attempt(giver, lambda: issue_allocations(giver, [draft]), error):
            model.passed[draft] = Passed(owner, fund, to, new)

    def chosen(self, which: int) -> UUID | None:
        keys = list(self.model.passed)
        return keys[which % len(keys)] if keys else None

    def amend(self, which: int, new: Amounts):
        key = self.chosen(which)
        if key is None:
            return
        passed = self.model.passed[key]
        giver = self.actors[passed.giver]
        if passed.state == "ended":
            error = NotIssuedError
        elif not self.model.covers(passed.fund, new, passed.amounts):
            error = OverdrawnError
        elif key in self.model.opened and not self.model.still_covers(key, new):
            error = PassedOnError
        else:
            error = None
        changed = terms(*items(new), reason="Änderung")
        if self.attempt(giver, lambda: amend_allocation(giver, key, changed), error):
            passed.amounts, passed.state = new, "amended"

    def confirm(self, which: int):
        key = self.chosen(which)
        if key is None:
            return
        passed = self.model.passed[key]
        recipient = self.actors[passed.recipient]
        error = None if passed.state in {"issued", "amended"} else ProceedingMovedError
        if self.attempt(recipient, lambda: confirm_allocation(recipient, Step(key)), error):
            passed.state = "confirmed"
            if key not in self.model.opened:
                self.model.opened.append(key)

    def waive(self, which: int):
        key = self.chosen(which)
        if key is None:
            return
        passed = self.model.passed[key]
        recipient = self.actors[passed.recipient]
        if any(self.model.taken(key)):
            error = AlreadyPassedOnError
        else:
            error = ProceedingMovedError if passed.state in {"waived", "ended"} else None
        waiver = Step(key, note="Kein Personal")
        if self.attempt(recipient, lambda: waive_allocation(recipient, waiver), error):
            passed.state = "waived"

    def end(self, which: int):
        key = self.chosen(which)
        if key is None:
            return
        passed = self.model.passed[key]
        giver = self.actors[passed.giver]
        error = PassedOnError if any(self.model.taken(key)) else None
        if passed.state == "ended":
            error = NotIssuedError
        command = EndAllocation(allocation_id=key, issued_on=date(2026, 6, 1), reason="Vorbei")
        if self.attempt(giver, lambda: end_allocation(giver, command), error):
            passed.amounts, passed.state = (0, 0), "ended"


def items(amounts: Amounts):
    return [euro(amount, cell) for amount, cell in zip(amounts, CELLS, strict=True)]


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, min_size=4, max_size=14))
def test_no_history_breaks_the_ledger(connection, kreis, gemeinde, sibling, run):
    savepoint = connection.begin_nested()
    history = History({"kreis": kreis, "gemeinde": gemeinde, "sibling": sibling})
    try:
        for name, *arguments in (*BEGINNING, *run):
            history.step(name, *arguments)
    finally:
        savepoint.rollback()
