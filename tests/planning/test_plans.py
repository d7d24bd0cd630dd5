"""Storing plans: whose they are, who may change them, and that nobody overwrites a colleague."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kimhub.core.errors import ForbiddenError, NotFoundError, StaleError
from kimhub.core.web.paging import PageRequest
from kimhub.planning.grid import cell_errors, grid_of
from kimhub.planning.planner import calculate_plan, try_changes, typed_changes
from kimhub.planning.queries import get_plan, list_plans
from kimhub.planning.usecases.archive_plan import archive_plan
from kimhub.planning.usecases.store_plan import change_plan, create_plan
from tenants import Role, db, transaction
from tests.support.statements import counted


def titles(actor, **asked):
    with transaction(actor, read_only=True) as session:
        return [row["title"] for row in list_plans(session, actor, PageRequest(**asked))]


def test_a_stored_plan_gives_the_same_figures_as_its_file(stored, coordinator):
    with transaction(coordinator, read_only=True) as session:
        result = calculate_plan(get_plan(session, stored).plan)
    assert (result.total.cost, result.total.grant, result.total.eigenanteil) == (
        Decimal("1686708.05"), Decimal("1306600.00"), Decimal("380108.05"),
    )  # fmt: skip


def test_nobody_else_sees_a_plan(stored, district):
    for body in district.all():
        if body == district.stadt:
            continue
        actor = body.actor(Role.AUDITOR)
        assert titles(actor) == [], body.name
        with pytest.raises(NotFoundError), transaction(actor, read_only=True) as session:
            get_plan(session, stored)


def test_a_reader_cannot_store(ctx, district, koeln):
    auditor = district.stadt.actor(Role.AUDITOR)
    with pytest.raises(ForbiddenError), transaction(auditor):
        create_plan(auditor, koeln)


def test_who_saw_an_older_version_does_not_overwrite_a_colleague(stored, coordinator, koeln):
    changed = replace(koeln, title="Neuer Titel")
    with transaction(coordinator):
        assert change_plan(coordinator, stored, changed, expected_version=1).version == 2
    with pytest.raises(StaleError), transaction(coordinator):
        change_plan(coordinator, stored, koeln, expected_version=1)
    assert titles(coordinator) == ["Neuer Titel"]


def test_an_archived_plan_leaves_the_list_and_keeps_its_address(stored, coordinator):
    with transaction(coordinator) as session:
        archive_plan(coordinator, stored)
    assert titles(coordinator) == []
    with transaction(coordinator, read_only=True) as session:
        assert get_plan(session, stored).archived_at is not None


def test_the_list_pages_forwards_and_back_without_gap_or_repetition(ctx, coordinator, koeln):
    with transaction(coordinator) as session:
        for number in range(7):
            create_plan(coordinator, replace(koeln, title=f"Plan {number}"))
    everything, seen, after = titles(coordinator), [], None
    while True:
        with transaction(coordinator, read_only=True) as session:
            rows = list_plans(session, coordinator, PageRequest(after=after, limit=3))
        seen += [row["title"] for row in rows[:3]]
        if len(rows) <= 3:
            break
        after = (rows[2]["changed_at"], rows[2]["id"])
    assert seen == everything
    assert len(set(seen)) == 7
    with transaction(coordinator, read_only=True) as session:
        first_of_last = (rows[0]["changed_at"], rows[0]["id"])
        back = list_plans(session, coordinator, PageRequest(before=first_of_last, limit=3))
    assert [row["title"] for row in reversed(back[:3])] == everything[3:6]


def test_the_list_is_one_statement_however_long(ctx, coordinator, koeln):
    with transaction(coordinator) as session:
        for number in range(5):
            create_plan(coordinator, replace(koeln, title=f"Plan {number}"))
    with counted(db.engine) as statements, transaction(coordinator, read_only=True) as session:
        list_plans(session, coordinator, PageRequest())
    assert len(statements) == 1


def test_ten_traeger_positions_less_move_grant_and_eigenanteil_by_hand_worked_figures(koeln):
    """2022: 10 → 6 positions at Träger: −4 × 68,000 cost, −4 × 55,000 grant."""
    typed = grid_of(koeln).values() | {"positions.traeger.fte.2022": "6,0"}
    what_if = try_changes(koeln, typed_changes(grid_of(koeln).values(), typed))
    assert what_if.comparison.total.cost == Decimal("-272000.00")
    assert what_if.comparison.total.grant == Decimal("-220000.00")
    assert what_if.comparison.total.eigenanteil == Decimal("-52000.00")


def test_an_unchanged_grid_changes_nothing(koeln):
    shown = grid_of(koeln).values()
    assert typed_changes(shown, dict(shown)) == []


def test_errors_stand_at_the_field_in_which_something_was_typed(koeln):
    found = cell_errors(
        koeln, {"positions[4].fte.2022": ["zu hoch"], "grants[0].amount": ["fehlt"], "title": ["leer"]}
    )
    assert found == {
        "positions.traeger.fte.2022": ["zu hoch"],
        "grants.2021.amount": ["fehlt"],
        "title": ["leer"],
    }
