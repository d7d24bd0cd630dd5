"""An insertion that lets conflicts pass waits for nobody while it holds a place that others wait for.

With `ON CONFLICT (a key)` PostgreSQL checks that key without waiting, and every other unique key as usual: it waits
there for the transaction that writes the same value, and holds its own tentative row meanwhile. Two who write the same
rows then wait for each other (`deadlock detected`). Without a key named all of them are checked without waiting.
"""

from __future__ import annotations

import sys

import pytest
from sqlalchemy import UniqueConstraint, inspect
from sqlalchemy.dialects.postgresql import Insert

from kimhub.inbox.models import Receipt
from tests.architecture.test_plans import prebuilt


def insertions():
    prebuilt()  # imports all there is
    return {
        f"{name}.{attribute}": value
        for name, module in sorted(sys.modules.items())
        if name.startswith("kimhub.")
        for attribute, value in vars(module).items()
        if isinstance(value, Insert) and value._post_values_clause is not None
    }


def keys_of(table):
    """Every unique key of a table, as names of its columns."""
    yield frozenset(table.primary_key.columns.keys())
    for key in (*table.constraints, *table.indexes):
        if isinstance(key, UniqueConstraint) or getattr(key, "unique", False):
            yield frozenset(column.name for column in key.columns)


def waits_for(insertion):
    """Other unique keys than the named one whose values are given, and not made afresh by the database."""
    named = insertion._post_values_clause.inferred_target_elements
    if named is None:
        return []
    given = frozenset(insertion._select_names or insertion._values or ())
    return [key for key in keys_of(insertion.table) if key <= given and key != frozenset(named)]


def test_there_are_insertions_to_look_at():
    assert len(insertions()) > 1


def test_an_insertion_that_names_one_of_two_keys_is_noticed():
    both = Insert(Receipt.__table__).from_select(["tenant_id", "id"], inspect(Receipt).local_table.select())
    assert waits_for(both.on_conflict_do_nothing(index_elements=["tenant_id", "id"])) == [frozenset({"id"})]
    assert waits_for(both.on_conflict_do_nothing()) == []


@pytest.mark.parametrize("name", insertions())
def test_an_insertion_that_lets_conflicts_pass_checks_every_key_that_way(name):
    assert waits_for(insertions()[name]) == []
