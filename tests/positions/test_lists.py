"""The list of requests: one side's branch, a total order page by page, and a number of statements that stays."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from kimhub.core.web.paging import PageRequest
from kimhub.positions.queries import REQUESTS, Scope, criteria_lines, list_requests, request_file
from kimhub.positions.workflow import State
from tenants import Role, transaction
from tests.factories.requests import draft, step, submitted
from tests.support.statements import counted


def listed(actor, scope, **arguments):
    with transaction(actor, read_only=True) as session:
        return list_requests(session, actor.tenant_id, scope, PageRequest(), **arguments)


def functions(rows):
    return [row.function for row in rows]


@pytest.fixture
def others(ctx, district):
    """Another Gemeinde of the same Kreis that meets the criteria for this test."""
    actor = district.sibling.actor(Role.OFFICER)
    with transaction(actor) as session:
        session.execute(
            text(
                "UPDATE tenant SET has_auslaenderbehoerde = true, integration_committee = 'integrationsrat'"
                " WHERE id = app.tenant()"
            )
        )
    return actor


def test_each_side_has_its_own_branch(officer, coordinator):
    kept, sent = draft(officer), submitted(officer)
    assert {row.id for row in listed(officer, Scope.OWN)} == {kept, sent}
    assert [row.id for row in listed(coordinator, Scope.SHARED)] == [sent]
    assert listed(officer, Scope.SHARED) == []
    assert listed(coordinator, Scope.OWN) == []


def test_nobody_else_lists_anything(officer, district):
    submitted(officer)
    for body in set(district.all()) - {district.gemeinde, district.kreis}:
        for scope in Scope:
            assert listed(body.actor(*Role), scope) == [], body.name


def test_a_row_says_where_the_request_stands(officer, coordinator):
    request_id = submitted(officer)
    step(coordinator, request_id, "ask", note="?")
    row = listed(coordinator, Scope.SHARED)[0]
    assert (row.state, row.seq, row.gemeinde, row.kreis) == ("question", 2, "Musterstadt", "Musterkreis")


@pytest.mark.parametrize("state", State)
def test_the_state_filter_means_the_latest_entry(officer, coordinator, state):
    way = {
        State.DRAFT: [], State.SUBMITTED: ["submit"], State.QUESTION: ["submit", "ask"],
        State.ANSWERED: ["submit", "ask", "answer"], State.ENDORSED: ["submit", "endorse"],
        State.REJECTED: ["submit", "reject"], State.WITHDRAWN: ["submit", "withdraw"],
    }  # fmt: skip
    ids = {}
    for target, actions in way.items():
        ids[target] = draft(officer)
        for action in actions:
            side = officer if action in {"submit", "answer", "withdraw"} else coordinator
            step(side, ids[target], action, note="Text")
    assert [row.id for row in listed(officer, Scope.OWN, states=[state])] == [ids[state]]


def test_names_sort_as_in_german(officer, others, coordinator):
    for actor in (others, officer):
        submitted(actor)
    with transaction(coordinator, read_only=True) as session:
        rows = REQUESTS[Scope.SHARED].fetch(session, coordinator.tenant_id, PageRequest(), order="gemeinde")
    assert [row["gemeinde"] for row in rows] == ["Musterstadt", "Öhringhausen"]


@pytest.mark.parametrize("number", [1, 12])
def test_a_list_is_one_statement_however_long(officer, coordinator, connection, number):
    for _ in range(number):
        submitted(officer)
    with counted(connection) as sent:
        assert len(listed(coordinator, Scope.SHARED, states=[State.SUBMITTED])) == number
    assert len(sent) == 1


def test_a_file_is_two_statements(officer, coordinator, connection):
    request_id = submitted(officer)
    with counted(connection) as sent, transaction(coordinator, read_only=True) as session:
        criteria_lines(session, request_file(session, request_id).request)
    assert len(sent) == 2


@pytest.mark.parametrize("scope", Scope)
@pytest.mark.parametrize("keyed", [True, False])
def test_a_list_is_read_along_the_index_of_its_branch(officer, scope, keyed):
    """With sequential scans made dear, the plan must lead through the scope's own index."""
    statement = REQUESTS[scope].page(edge=keyed)
    values = {"me": officer.tenant_id, "limit": 51}
    if keyed:
        values |= {"edge_0": "2027-01-01T00:00:00Z", "edge_1": draft(officer)}
    with transaction(officer, read_only=True) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        session.execute(text("SET LOCAL enable_sort = off"))
        sent = statement.compile(session.get_bind()).construct_expanded_state(values)
        plan = "\n".join(
            session.connection().exec_driver_sql(f"EXPLAIN {sent.statement}", sent.parameters).scalars()
        )
    assert f"ix_position_request_{scope}" in plan
    assert "uq_proceeding_entry_se" in plan or "uq_proceeding_entry_st" in plan
