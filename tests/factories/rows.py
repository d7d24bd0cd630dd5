"""One valid row of any table, made from its model: what the tests of isolation are generated with.

`Rows.make` fills columns by type, follows foreign keys to their parents and tries to satisfy ``column IN (…)``.
A table that needs more has a line in `HINTS`: values of its own, the states in which its rows are shared or
not, and between whom they can exist. A new table whose rows cannot be guessed fails with a message that
says so.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Engine,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Numeric,
    String,
    Table,
    Uuid,
    insert,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range

from tenants import Base, Own, Published, SharedWith, SharedWithMany, Within
from tenants.binding import bind_connection
from tenants.ddl import isolation_of
from tenants.isolation import SET_BY_DATABASE
from tests.factories.tenants import Body

Values = dict[str, Any]
PRIVATE, SHARED, WITHDRAWN = "private", "shared", "withdrawn"
"""What is withdrawn was shared once, and is read by its owner alone now."""
LONG_AGO = datetime(2021, 5, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Pair:
    """Whose row it is, and the tenant that it names as the other side, if it names one."""

    owner: Body
    counterpart: Body


@dataclass(frozen=True)
class Hint:
    """What cannot be read from the model of a table.

    `values` are used in every state, `shared` only where the row shall be shared with the counterpart; a
    callable gets the pair. `states` are those that exist; a row of a plain own table has no other side in any.
    `fits` says between whom such rows exist. `after` completes the row once it is there.
    """

    values: Callable[[Pair], Values] = lambda _pair: {}
    shared: Callable[[Pair], Values] = lambda _pair: {}
    states: tuple[str, ...] = (PRIVATE, SHARED)
    fits: Callable[[Pair], bool] = lambda _pair: True
    before: Callable[[Rows, Pair, str], Values] = lambda *_: {}
    """Makes further rows that this one needs, and returns values that name them."""
    parent: Values = field(default_factory=dict)
    """Values of the parent."""
    settled: bool = False
    """Made by the superuser without triggers and keys: a state that only several steps of one transaction reach."""
    parent_state: str | None = None
    """The state of the parents, where it is not the row's own."""
    after: Callable[[Rows, Pair, str, Values], None] = field(default=lambda *_: None)


class CannotGuessError(AssertionError):
    """A row of this table cannot be made from its model alone."""


class Rows:
    """Makes committed rows: as the application where it may insert, else as the superuser."""

    def __init__(self, app: Engine, superuser: Engine) -> None:
        self._app = app
        self._superuser = superuser
        self._numbers = itertools.count(1_000_000)
        self._days = itertools.count(1)
        self.funds: dict[int, UUID] = {}
        """The fund of each tenant that has one."""

    def make(self, table: Table, pair: Pair, state: str, /, **given: Any) -> Values:
        """Insert a row of `table` for the pair in `state`, with its parents; return its values."""
        hint = HINTS.get(table.name, Hint())
        values: Values = {**hint.values(pair), **({} if given else hint.before(self, pair, state)), **given}
        if state == SHARED:
            values |= hint.shared(pair)
        for constraint in foreign_keys(table):
            self._follow(constraint, pair, hint.parent_state or state, values)
        for column in table.columns:
            if column.name not in values and _must_be_given(column):
                values[column.name] = self._value(table, column, pair)
        try:
            self._insert(table, pair, values)
        except Exception as error:
            raise CannotGuessError(
                f"no row of {table.name} can be made from its model: {error}\n"
                f"Add a line for {table.name!r} to HINTS in tests/factories/rows.py."
            ) from error
        hint.after(self, pair, state, values)
        return values

    def change(self, table: Table, pair: Pair, values: Values, **changes: Any) -> None:
        """Change a row as the application for its owner."""
        with self._app.begin() as connection:
            bind_connection(connection, pair.owner.actor())
            connection.execute(
                update(table).where(*(c == values[c.name] for c in table.primary_key)).values(changes)
            )
        values |= changes

    def _insert(self, table: Table, pair: Pair, values: Values) -> None:
        isolation = isolation_of(table)
        if HINTS.get(table.name, Hint()).settled or set(values) & set(isolation.not_inserted):
            with self._superuser.begin() as connection:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                connection.execute(insert(table).values(values))
        elif (
            isinstance(isolation, Own | Published | SharedWith | SharedWithMany | Within)
            and isolation.insertable
        ):
            with self._app.begin() as connection:
                bind_connection(connection, pair.owner.actor())
                connection.execute(insert(table).values(values))
        else:
            with self._superuser.begin() as connection:
                connection.execute(insert(table).values(values))

    def _follow(self, constraint: ForeignKeyConstraint, pair: Pair, state: str, values: Values) -> None:
        """Fill the columns of a foreign key: with the tenants themselves, or with a new parent row."""
        target = constraint.referred_table
        local = {
            element.parent.name: element.column.name
            for element in constraint.elements
            if element.parent.computed is None
        }
        if target.name == "tenant":
            for name in local:
                if _must_be_given(constraint.table.c[name]):
                    values.setdefault(name, (pair.owner if name == "tenant_id" else pair.counterpart).id)
            return
        wanted = [name for name in local if name not in values and name != "tenant_id"]
        if not any(_must_be_given(constraint.table.c[name]) for name in wanted):
            return
        parent = self.make(target, pair, state, **HINTS.get(constraint.table.name, Hint()).parent)
        for name, column in local.items():
            values.setdefault(name, parent.get(column))

    def _value(self, table: Table, column: Column[Any], pair: Pair) -> Any:
        choice = _first_choice(table, column)
        if choice is not None:
            return choice
        if column.name == "tenant_id":
            return pair.owner.id
        kind = column.type
        simple: dict[type, Callable[[], Any]] = {
            Uuid: uuid4,
            Boolean: lambda: False,
            DateTime: lambda: LONG_AGO,
            Date: lambda: date(2021, 5, 1),
            Numeric: lambda: Decimal("1.00"),
            Integer: lambda: next(self._numbers) if column.primary_key or column.name == "seq" else 1,
            LargeBinary: lambda: uuid4().bytes * 2,
            ARRAY: lambda: ["x"],
            JSONB: dict,
            DATERANGE: self._another_day,
            String: lambda: f"{column.name}-{next(self._numbers)}",
        }
        for type_, make in simple.items():
            if isinstance(kind, type_):
                return make()
        raise CannotGuessError(f"{table.name}.{column.name} has a type without an example: {kind!r}")

    def _another_day(self) -> Range[date]:
        """Return a day that no other row has: ranges that may not overlap do not."""
        first = date(2021, 1, 1) + timedelta(days=next(self._days))
        return Range(first, first + timedelta(days=1))


def foreign_keys(table: Table) -> list[ForeignKeyConstraint]:
    """Return the foreign keys to other tables, those with most columns first: they say more about the shorter ones."""
    found = [
        item
        for item in table.constraints
        if isinstance(item, ForeignKeyConstraint)
        and item.referred_table is not table
        # A key over a column that the database may leave empty checks nothing then, and needs no parent yet.
        and not any(e.parent.computed is not None and e.parent.nullable for e in item.elements)
    ]
    return sorted(found, key=lambda item: (-len(item.elements), str(item.name)))


def _must_be_given(column: Column[Any]) -> bool:
    return (
        not column.nullable
        and column.computed is None
        and column.identity is None
        and column.server_default is None
        and column.name not in SET_BY_DATABASE
    )


def _first_choice(table: Table, column: Column[Any]) -> str | None:
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found = re.match(rf"{column.name} IN \('([^']*)'", str(constraint.sqltext))
            if found:
                return found[1]
    return None


def states_of(table: Table) -> tuple[str, ...]:
    """Return the states in which rows of `table` are tried."""
    if table.name in HINTS:
        return HINTS[table.name].states
    if isinstance(isolation_of(table), Own | Published):
        return (PRIVATE,)
    raise CannotGuessError(
        f"rows of {table.name} can be shared; say with a line in HINTS (tests/factories/rows.py) what makes one shared"
    )


def fits(table: Table, pair: Pair) -> bool:
    """Tell whether such rows exist between the two."""
    return HINTS.get(table.name, Hint()).fits(pair)


def _is_child_and_parent(pair: Pair) -> bool:
    return pair.owner.parent_id == pair.counterpart.id


def _release_request(rows: Rows, pair: Pair, state: str, values: Values) -> None:
    """Bring a request to the Kreis: only beside its three criteria, which are rows of their own."""
    if state == SHARED:
        for criterion in ("auslaenderbehoerde", "jugendamt", "integration_committee"):
            _criterion(rows, pair, values["id"], criterion)
        rows.change(Base.metadata.tables["position_request"], pair, values, released_at=LONG_AGO)


def _release_request_of_criterion(rows: Rows, pair: Pair, state: str, values: Values) -> None:
    if state == SHARED:
        for criterion in ("jugendamt", "integration_committee"):
            _criterion(rows, pair, values["request_id"], criterion)
        request = {"tenant_id": pair.owner.id, "id": values["request_id"]}
        rows.change(Base.metadata.tables["position_request"], pair, request, released_at=LONG_AGO)


def _criterion(rows: Rows, pair: Pair, request_id: UUID, criterion: str) -> None:
    table = Base.metadata.tables["request_criterion"]
    rows.make(table, pair, PRIVATE, request_id=request_id, criterion=criterion, met=True, evidence="Ja.")


def _is_parent_and_child(pair: Pair) -> bool:
    return pair.counterpart.parent_id == pair.owner.id


def _are_of_one_kreis(pair: Pair) -> bool:
    return _is_child_and_parent(pair) or _is_parent_and_child(pair)


_CELL: Values = {"year": 2021, "baustein": 2, "purpose": "case_management"}
_FINAL = date(2021, 2, 1)
_PERIOD: Values = {"period_from": date(2021, 1, 1), "period_to": date(2021, 12, 31)}


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _fund(rows: Rows, pair: Pair, _state: str) -> Values:
    """Return the owner's one grant in force, with the fund that allocations take from."""
    if pair.owner.id in rows.funds:
        return {"fund_id": rows.funds[pair.owner.id]}
    grant = rows.make(_table("funding_grant"), pair, PRIVATE)
    rows.make(_table("fund"), pair, PRIVATE, id=grant["id"], source="grant")
    version = rows.make(
        _table("grant_version"), pair, PRIVATE, grant_id=grant["id"], number=1, final_on=_FINAL, received_on=_FINAL,
        issued_on=_FINAL, **_PERIOD,
    )  # fmt: skip
    rows.make(_table("grant_item"), pair, PRIVATE, version_id=version["id"], amount=1000, **_CELL)
    rows.change(_table("grant_version"), pair, version, recorded_at=LONG_AGO)
    rows.funds[pair.owner.id] = grant["id"]
    return {"fund_id": grant["id"]}


def _fund_of_grant(rows: Rows, pair: Pair, _state: str) -> Values:
    return {"id": rows.make(_table("funding_grant"), pair, PRIVATE)["id"], "source": "grant"}


def _parts_of_allocation(rows: Rows, pair: Pair, state: str) -> Values:
    proceeding = rows.make(_table("proceeding"), pair, PRIVATE, kind="allocation")
    return {**_fund(rows, pair, state), "id": proceeding["id"]}


def _issue(rows: Rows, pair: Pair, state: str, values: Values) -> None:
    """Bring an allocation to its recipient: by recording its first version."""
    if state == SHARED:
        version = rows.make(
            _table("allocation_version"), pair, PRIVATE, allocation_id=values["id"], number=1, **_PERIOD
        )
        rows.make(_table("allocation_item"), pair, PRIVATE, version_id=version["id"], **_CELL)
        rows.change(_table("allocation_version"), pair, version, recorded_at=LONG_AGO)


def _received_allocation(rows: Rows, pair: Pair, _state: str) -> Values:
    """Let the counterpart issue an allocation to the owner."""
    allocation = rows.make(_table("allocation"), Pair(pair.counterpart, pair.owner), SHARED)
    return {"allocation_id": allocation["id"], "giver_id": pair.counterpart.id}


def _event_that_concerns_us(rows: Rows, pair: Pair, _state: str) -> Values:
    """Let the counterpart do something that concerns the owner."""
    return {"id": rows.make(_table("event"), Pair(pair.counterpart, pair.owner), SHARED)["id"]}


def _rest_on_plan(rows: Rows, pair: Pair, _state: str, values: Values) -> None:
    """Let an application name a plan, which it may do without."""
    plan = rows.make(Base.metadata.tables["financing_plan"], pair, PRIVATE)
    rows.change(Base.metadata.tables["grant_application"], pair, values, plan_id=plan["id"])


_BOOKED: Values = {
    "state": "booked", "rows": 1, "checked_at": LONG_AGO, "confirmed_at": LONG_AGO, "booked_at": LONG_AGO,
    "digest": b"x" * 32, "row_checks": "xxxx",
}  # fmt: skip
"""A file whose bookings are entered."""

_FILE = b"%PDF-1.7"


SUBMITTED_APPLICATION: Values = {
    "submitted_at": LONG_AGO, "submitted_on": LONG_AGO.date(), "submitted_by": "KI-Koordination",
    "plan_version": 1, "plan_document": {}, "plan_result": {},
}  # fmt: skip
"""What makes an application a submitted one."""


def _release_notice(rows: Rows, pair: Pair, state: str, values: Values) -> None:
    """Send a notice to the counterpart, and take it back again."""
    if state == PRIVATE:
        return
    rows.change(
        _table("notice"), pair, values, text="Text", actor_label="KI-Koordination", released_at=LONG_AGO
    )
    recipient = rows.make(
        _table("notice_recipient"), pair, SHARED, notice_id=values["id"], released_at=LONG_AGO
    )
    if state == WITHDRAWN:
        rows.change(_table("notice_recipient"), pair, recipient, withdrawn_at=LONG_AGO, withdrawal="Versehen")


def _recipient_of_notice(rows: Rows, pair: Pair, _state: str) -> Values:
    notice = rows.make(_table("notice"), pair, PRIVATE)
    rows.change(
        _table("notice"), pair, notice, text="Text", actor_label="KI-Koordination", released_at=LONG_AGO
    )
    return {"notice_id": notice["id"], "released_at": LONG_AGO}


def _withdraw_recipient(rows: Rows, pair: Pair, state: str, values: Values) -> None:
    if state == WITHDRAWN:
        rows.change(_table("notice_recipient"), pair, values, withdrawn_at=LONG_AGO, withdrawal="Versehen")


def _release_to(rows: Rows, pair: Pair, state: str, values: Values) -> None:
    """Let the counterpart read a release, and take it back again."""
    if state == PRIVATE:
        return
    copied = {name: values[name] for name in ("released_at", "kind", "subject_id")}
    recipient = rows.make(_table("release_recipient"), pair, SHARED, release_id=values["id"], **copied)
    if state == WITHDRAWN:
        rows.change(
            _table("release_recipient"), pair, recipient, withdrawn_at=LONG_AGO, withdrawal="Versehen"
        )


def _release_for_recipient(rows: Rows, pair: Pair, _state: str) -> Values:
    release = rows.make(_table("release"), pair, PRIVATE)
    copied = {name: release[name] for name in ("released_at", "kind", "subject_id")}
    return {"release_id": release["id"], **copied}


def _withdraw_reader(rows: Rows, pair: Pair, state: str, values: Values) -> None:
    if state == WITHDRAWN:
        rows.change(_table("release_recipient"), pair, values, withdrawn_at=LONG_AGO, withdrawal="Versehen")


def _plan_of_release(rows: Rows, pair: Pair, _state: str) -> Values:
    plan_id = rows.make(_table("financing_plan"), pair, PRIVATE)["id"]
    return {"plan_id": plan_id, "subject_id": plan_id}


def _received_notice(rows: Rows, pair: Pair, _state: str) -> Values:
    """Let the counterpart send a notice to the owner."""
    notice = rows.make(_table("notice"), Pair(pair.counterpart, pair.owner), SHARED)
    return {"notice_id": notice["id"], "owner_id": pair.counterpart.id}


def _committee_with_part(rows: Rows, pair: Pair, state: str) -> Values:
    """Give the owner a part in a committee: its own one, or one that the counterpart leads."""
    lead = pair.counterpart if state == SHARED else pair.owner
    led = Pair(lead, pair.owner)
    committee = rows.make(_table("committee"), led, PRIVATE)
    rows.make(
        _table("committee_participant"),
        led,
        PRIVATE,
        committee_id=committee["id"],
        participant_id=pair.owner.id,
    )
    return {"owner_id": lead.id, "committee_id": committee["id"]}


def _named_committee(rows: Rows, pair: Pair, _state: str) -> Values:
    committee = rows.make(_table("committee"), pair, PRIVATE)
    rows.make(_table("committee_name"), pair, PRIVATE, committee_id=committee["id"])
    return {"committee_id": committee["id"]}


def _what_happened(rows: Rows, pair: Pair, _state: str) -> Values:
    """Let something happen at the owner; the line says whom it concerns."""
    occurrence = rows.make(_table("occurrence"), pair, PRIVATE)
    return {
        "occurrence_id": occurrence["id"],
        "kind": occurrence["kind"],
        "happened_on": occurrence["happened_on"],
    }


def _line(rows: Rows, pair: Pair, concerned: Body) -> Values:
    """Let something happen at the owner that concerns a body."""
    happened = _what_happened(rows, pair, SHARED)
    rows.make(_table("occurrence_line"), pair, SHARED, **happened, concerns_id=concerned.id)
    return happened


def _line_of_another(rows: Rows, pair: Pair) -> Values:
    """Let something happen at the counterpart that concerns the owner; return where and what."""
    line = _line(rows, Pair(pair.counterpart, pair.owner), pair.owner)
    return {"owner_id": pair.counterpart.id, "occurrence_id": line["occurrence_id"]}


def _topic_of_notice(rows: Rows, pair: Pair, _state: str) -> Values:
    notice = rows.make(_table("notice"), pair, PRIVATE)
    return {"notice_id": notice["id"], **_line_of_another(rows, pair)}


def _told_of(rows: Rows, pair: Pair, _state: str) -> Values:
    """Send a notice about something to the counterpart."""
    line = _line(rows, pair, pair.owner)
    rows.make(_table("occurrence_line"), pair, SHARED, **line, concerns_id=pair.counterpart.id)
    notice = rows.make(_table("notice"), pair, SHARED)
    topic = {
        "notice_id": notice["id"],
        "owner_id": pair.owner.id,
        "occurrence_id": line["occurrence_id"],
    }
    rows.make(_table("notice_topic"), pair, PRIVATE, **topic)
    return topic | {"recipient_id": pair.counterpart.id, "released_at": LONG_AGO, "committees": []}


def _concerned_committee(rows: Rows, pair: Pair, _state: str) -> Values:
    part = _committee_with_part(rows, pair, PRIVATE)
    return {"lead_id": part["owner_id"], "committee_id": part["committee_id"]}


def _waived_line(rows: Rows, pair: Pair, state: str) -> Values:
    return _line_of_another(rows, pair) | _concerned_committee(rows, pair, state)


def _paper_about(rows: Rows, pair: Pair, _state: str) -> Values:
    paper = rows.make(_table("paper"), pair, PRIVATE)
    return {"paper_id": paper["id"], **_line_of_another(rows, pair)}


HINTS: dict[str, Hint] = {
    "coverage_rule": Hint(
        values=lambda _: {"kinds": ["grant"]}, before=_concerned_committee, states=(PRIVATE,)
    ),
    "coverage_waiver": Hint(before=_waived_line, states=(PRIVATE,), fits=_are_of_one_kreis),
    "paper_topic": Hint(before=_paper_about, states=(PRIVATE,), fits=_are_of_one_kreis),
    "occurrence_line": Hint(before=_what_happened, states=(SHARED,)),
    "notice_topic": Hint(before=_topic_of_notice, states=(PRIVATE,), fits=_are_of_one_kreis),
    "notice_told": Hint(before=_told_of, states=(SHARED,), fits=_are_of_one_kreis),
    "committee": Hint(values=lambda _: {"duty_source": ""}, states=(PRIVATE,)),
    "committee_participant": Hint(before=_named_committee, states=(PRIVATE,)),
    "seat": Hint(before=_committee_with_part, fits=_are_of_one_kreis),
    "meeting": Hint(
        values=lambda _: {"link": "", "cancelled_reason": ""},
        before=lambda rows, pair, _: _committee_with_part(rows, pair, SHARED),
        states=(PRIVATE,),
        fits=_are_of_one_kreis,
    ),
    "paper": Hint(values=lambda _: {"link": ""}, states=(PRIVATE,)),
    "consultation": Hint(states=(PRIVATE,), fits=_are_of_one_kreis),
    "measure": Hint(
        values=lambda _: {"state": "proposed", "decided_on": None, "closed_on": None, "baustein": 1},
        before=lambda rows, pair, _: _committee_with_part(rows, pair, SHARED),
        states=(PRIVATE,),
        fits=_are_of_one_kreis,
    ),
    "measure_step": Hint(
        values=lambda _: {"state": "decided"}, states=(PRIVATE,), fits=_are_of_one_kreis
    ),
    "notice": Hint(
        values=lambda _: {"named": []}, states=(PRIVATE, SHARED, WITHDRAWN), after=_release_notice
    ),
    "notice_recipient": Hint(
        before=_recipient_of_notice, states=(SHARED, WITHDRAWN), after=_withdraw_recipient
    ),
    "notice_acknowledgement": Hint(before=_received_notice, states=(PRIVATE,), fits=_are_of_one_kreis),
    "notice_committee_tally": Hint(before=_received_notice, states=(SHARED,), fits=_are_of_one_kreis),
    "notice_tally": Hint(before=_received_notice, states=(SHARED,), fits=_are_of_one_kreis),
    "release": Hint(
        values=lambda _: {
            "kind": "plan", "released_at": LONG_AGO, "application_id": None, "committee_id": None, "source_version": 1,
        },
        before=_plan_of_release, states=(PRIVATE, SHARED, WITHDRAWN), after=_release_to,
    ),
    "release_recipient": Hint(
        before=_release_for_recipient, states=(SHARED, WITHDRAWN), after=_withdraw_reader
    ),
    "release_portion": Hint(states=(PRIVATE,)),
    "proceeding": Hint(
        values=lambda _: {"kind": "matrix"},
        shared=lambda _: {"released_at": LONG_AGO},
    ),
    "proceeding_entry": Hint(
        values=lambda pair: {
            "initiator_id": pair.owner.id, "counterpart_id": pair.counterpart.id, "kind": "matrix", "seq": 1,
            "action": "submit", "from_state": "draft", "to_state": "submitted",
        },
        states=(SHARED,),
    ),
    "proceeding_note": Hint(
        values=lambda pair: {"initiator_id": pair.owner.id, "counterpart_id": pair.counterpart.id, "kind": "matrix"},
        states=(PRIVATE,),
        parent_state=SHARED,
    ),
    "document": Hint(
        values=lambda _: {"size": len(_FILE), "sha256": hashlib.sha256(_FILE).digest()},
        shared=lambda pair: {"counterpart_id": pair.counterpart.id, "released_at": LONG_AGO},
    ),
    "document_content": Hint(values=lambda _: {"content": _FILE}),
    "grant_application": Hint(states=(PRIVATE,), after=_rest_on_plan),
    "application_event": Hint(
        values=lambda _: {"kind": "received"}, states=(PRIVATE,), parent=SUBMITTED_APPLICATION
    ),
    "baustein_decision": Hint(values=lambda _: {"from_year": 2022}, states=(PRIVATE,)),
    "read_access": Hint(states=(SHARED,)),
    "event": Hint(values=lambda _: {"kind": "matrix.done"}, states=(SHARED,)),
    "receipt": Hint(before=_event_that_concerns_us, states=(PRIVATE,)),
    "delivery": Hint(values=lambda _: {"reason": "officer"}, states=(PRIVATE,)),
    "office": Hint(
        values=lambda pair: {"role": "ki_coordinator" if _is_parent_and_child(pair) else "officer"}, states=(PRIVATE,)
    ),
    "office_notice": Hint(states=(PRIVATE,)),
    "follow_up": Hint(values=lambda _: {"kind": "reminder", "role": "officer"}, states=(PRIVATE,)),
    "follow_up_day": Hint(states=(PRIVATE,)),
    "deferral": Hint(states=(PRIVATE,)),
    "position_request": Hint(
        values=lambda _: {"justification": "Weil.", "function": "Koordinierungsstelle"},
        fits=_is_child_and_parent,
        parent={"kind": "position_request"},
        after=_release_request,
    ),
    "request_criterion": Hint(
        values=lambda _: {"met": True, "evidence": "Ja."},
        fits=_is_child_and_parent,
        parent_state=PRIVATE,
        after=_release_request_of_criterion,
    ),
    "expenditure": Hint(
        values=lambda _: {"year": 2021},
        before=lambda rows, pair, _: {
            "import_id": rows.make(_table("expenditure_import"), pair, PRIVATE, **_BOOKED)["id"], "import_row": 2,
        },
        states=(PRIVATE,),
        settled=True,
    ),
    "funding_grant": Hint(
        before=lambda rows, pair, _: {"plan_id": rows.make(_table("financing_plan"), pair, PRIVATE)["id"]},
        states=(PRIVATE,),
    ),
    "grant_item": Hint(values=lambda _: dict(_CELL), states=(PRIVATE,)),
    "fund": Hint(before=_fund_of_grant, states=(PRIVATE,)),
    "fund_cell": Hint(values=lambda _: _CELL | {"funded": 2, "passed_on": 1}, states=(PRIVATE,)),
    "drawdown": Hint(
        values=lambda _: {"year": 2021, "baustein": 2, "kind": "call", "due_until": _FINAL, "requested_on": _FINAL},
        before=_fund,
        states=(PRIVATE,),
    ),
    "drawdown_receipt": Hint(
        values=lambda _: {"received_on": _FINAL},
        before=lambda rows, pair, _: {"drawdown_id": rows.make(_table("drawdown"), pair, PRIVATE)["id"]},
        states=(PRIVATE,),
    ),
    "expected_payment": Hint(
        values=lambda _: {"year": 2021, "baustein": 2}, before=_fund, states=(PRIVATE,)
    ),
    "allocation": Hint(
        values=lambda pair: {"recipient_id": pair.counterpart.id, "kreis_id": pair.owner.id},
        before=_parts_of_allocation,
        fits=_is_parent_and_child,
        after=_issue,
    ),
    "allocation_version": Hint(values=lambda _: {"number": 2, **_PERIOD}, fits=_is_parent_and_child),
    "allocation_item": Hint(values=lambda _: dict(_CELL), fits=_is_parent_and_child),
    "spending_statement": Hint(before=_received_allocation, states=(SHARED,), fits=_is_child_and_parent),
    "spending_statement_item": Hint(
        values=lambda _: dict(_CELL), states=(SHARED,), fits=_is_child_and_parent
    ),
    "distribution": Hint(before=_fund, states=(PRIVATE,)),
    "key_figure_file": Hint(values=lambda _: {"state": "taken", "finished_at": LONG_AGO}, states=(PRIVATE,)),
    "distributed_allocation": Hint(states=(PRIVATE,), fits=_is_parent_and_child),
    "letter_file": Hint(
        before=lambda rows, pair, _: {"document_id": rows.make(_table("document"), pair, PRIVATE)["id"]},
        states=(PRIVATE,),
    ),
    "letter": Hint(states=(PRIVATE,), fits=_is_parent_and_child),
    "paper_confirmation": Hint(states=(PRIVATE,), fits=_is_parent_and_child),
}  # fmt: skip
"""What the models cannot say. Tables of other kinds (own rows, plain columns) need no line."""
