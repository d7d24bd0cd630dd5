"""No list reads a tenant table from end to end: the policy guards each row, the query itself picks the index.

Whatever the pages really send is explained, from the URL map, and every statement that a module builds
beforehand. A query that forgets its scope still answers right (the policy sees to it), but slowly; here it fails.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from dataclasses import replace
from datetime import UTC, datetime
from enum import EnumType
from functools import _lru_cache_wrapper
from importlib import import_module
from itertools import product
from typing import get_type_hints
from uuid import uuid4

import pytest
from sqlalchemy import CompoundSelect, NullPool, Select, create_engine, select, text
from sqlalchemy.orm import Session

import kimhub
from kimhub.core.database.urls import with_database
from kimhub.core.web.paging import PAGE_SIZE, PageRequest
from kimhub.desk.public import Source, sources
from kimhub.desk.queries import one_statement
from kimhub.funding.models import SpendingStatementItem
from kimhub.positions.queries import REQUESTS, Scope
from tenants import Role, db, transaction
from tenants.binding import bind_connection
from tests.support.acting import acting
from tests.support.cluster import hang_up
from tests.support.isolation import populate
from tests.support.lists import all_lists, most_rows, pages
from tests.support.plans import add_volume, executed, read_through, rows_read, with_examples, with_values


@pytest.fixture(scope="module")
def volume(cluster):
    """An application with many tenants: (application, district, engine of the superuser)."""
    name = f"crowded_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        urls = cluster.urls(name)
        app = cluster.create_app(name)
        superuser = create_engine(with_database(urls.admin, name), poolclass=NullPool)
        with app.app_context():
            engine = db.engine
        world = populate(engine, superuser)
        add_volume(superuser, {listed.scope.class_.__table__ for listed in LISTS.values()})
        yield app, world.district, superuser
        hang_up(app)


@pytest.fixture(scope="module")
def crowded(volume):
    """An application with many tenants: (application, district)."""
    return volume[:2]


def prebuilt():
    """Every statement that stands ready in a module of kimhub, by its name."""
    for module in pkgutil.walk_packages(kimhub.__path__, "kimhub."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    found = {}
    for name, module in sorted(sys.modules.items()):
        if name.startswith("kimhub.") and module is not None:
            for attribute, value in vars(module).items():
                if isinstance(value, Select | CompoundSelect):
                    found[f"{name}.{attribute}"] = value
                if isinstance(value, _lru_cache_wrapper) and value.__module__ == name:
                    found |= {f"{name}.{attribute}{key}": built for key, built in variants(value)}
    return found


def variants(builder):
    """What a cached builder of statements gives for every combination of its choices (enums and flags)."""
    hints = get_type_hints(builder)
    if hints.pop("return", None) not in {Select, CompoundSelect}:
        return
    if not all(hint is bool or isinstance(hint, EnumType) for hint in hints.values()):
        return  # its choices cannot be counted: it has a test of its own here
    choices = {name: [False, True] if hint is bool else list(hint) for name, hint in hints.items()}
    for values in product(*choices.values()):
        yield f"({', '.join(map(str, values))})", builder(**dict(zip(choices, values, strict=True)))


WITHOUT_A_CROWD = {
    "kimhub.coverage.pages.editing.ELSEWHERE": "asked with a condition; tests/coverage/test_many.py stands for it",
    "kimhub.committees.api.SEATS": "the seats of one committee; a council has a hundred",
    "kimhub.committees.api.SEATS_OF_OTHERS": "the seats of one committee; a council has a hundred",
    "kimhub.drawdowns.api.DRAWDOWNS": "calls are copied, but not the grants that they are joined with",
    "kimhub.funding.api.allocations.ALLOCATIONS[below]": "the crowd passes nothing on twice",
    "kimhub.inbox.api.RECEIVED": "receipts are copied, but not their events; tests/inbox/test_many.py stands for it",
    "kimhub.inbox.pages.INBOX": "one person's lines, joined with their events; tests/inbox/test_many.py stands for it",
    "kimhub.notices.api.RECEIVED": "copied without their notices; tests/notices/test_many.py stands for it",
    "kimhub.releases.api.RECEIVED": "copied without their releases; tests/releases/test_many.py stands for it",
    "kimhub.spending.import_api.FINDINGS": "one file would have half of all findings there are; then sorting is right",
}
PREBUILT = prebuilt()
LISTS = all_lists()


def explained(app, body, statements):
    """Return what each statement scans, bound as `body`."""
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        bind_connection(connection, body.actor())
        return [
            f"{', '.join(scanned)} by {statement}"
            for statement, parameters in statements
            if (scanned := read_through(connection, statement, parameters))
        ]


def test_a_child_that_is_found_by_its_parent_alone_is_noticed(crowded):
    """Whichever version: PostgreSQL 15 reads the table, 18 skips through its index from tenant to tenant."""
    app, district = crowded
    alone = select(SpendingStatementItem).where(SpendingStatementItem.statement_id.in_([uuid4()]))
    (found,) = explained(app, district.kreis, [with_examples(alone, district.kreis.id)])
    assert found.startswith("spending_statement_item")
    named = alone.where(SpendingStatementItem.tenant_id == district.kreis.id)
    assert explained(app, district.kreis, [with_examples(named, district.kreis.id)]) == []


@pytest.mark.parametrize("name", PREBUILT)
def test_a_prebuilt_statement_scans_no_tenant_table(crowded, name):
    app, district = crowded
    assert explained(app, district.kreis, [with_examples(PREBUILT[name], district.kreis.id)]) == []


def test_heute_scans_no_tenant_table_with_all_its_sources(crowded):
    app, district = crowded
    with app.app_context():
        declared = tuple(source for source in sources() if isinstance(source, Source))
    assert len(declared) > 10
    statement = one_statement(declared)
    assert explained(app, district.kreis, [with_examples(statement, district.kreis.id)]) == []


@pytest.mark.parametrize("name", LISTS)
def test_no_list_scans_a_tenant_table_in_whichever_order_and_however_narrowed(crowded, name):
    app, district = crowded
    examples = [with_examples(statement, district.kreis.id) for _, statement in LISTS[name].statements()]
    assert explained(app, district.kreis, examples) == []


@pytest.mark.parametrize("plans", ["auto", "force_generic_plan"])
@pytest.mark.parametrize("name", sorted(LISTS.keys() - WITHOUT_A_CROWD.keys()))
def test_a_page_of_a_tenant_with_many_rows_is_read_and_not_sorted(volume, name, plans):
    """The policy must not hide the order from the planner: then each page would cost all rows that the tenant has."""
    app, district, superuser = volume
    listed, costly = LISTS[name], {}
    with superuser.connect() as connection:
        crowd = connection.scalar(text("SELECT id FROM tenant WHERE slug = 'k1'"))
    actor = replace(district.kreis.actor(*Role), tenant_id=crowd)
    asked = PageRequest(limit=PAGE_SIZE)
    with app.app_context(), transaction(actor, read_only=True) as session:
        session.execute(text(f"SET LOCAL plan_cache_mode = {plans}"))
        for order in (order for order, declared in listed.orders.items() if not declared.few_rows):
            rows = listed.fetch(session, crowd, asked, order=order)
            assert len(rows) > PAGE_SIZE, "there is no second page to read"
            edge = dict(enumerate(listed.key(rows[PAGE_SIZE - 1], order)))
            values = {
                "me": crowd,
                "limit": asked.fetch,
                **{f"edge_{at}": part for at, part in edge.items()},
            }
            statement = listed.page(order, edge=True)
            read = rows_read(
                session.connection(), *with_values(statement, values), listed.scope.class_.__tablename__
            )
            if read > 2 * asked.fetch:
                costly[order] = read
    assert costly == {}


def test_a_page_that_is_planned_for_the_average_tenant_is_noticed(volume):
    """Without `isolation.ROWS_PLANNED_FOR` all rows that a tenant has would be read for one page, and sorted."""
    _, _, superuser = volume
    listed = REQUESTS[Scope.OWN]
    with superuser.connect() as connection:
        crowd = connection.scalar(text("SELECT id FROM tenant WHERE slug = 'k1'"))
        values = {
            "me": crowd,
            "limit": PAGE_SIZE + 1,
            "edge_0": datetime(2090, 1, 1, tzinfo=UTC),
            "edge_1": uuid4(),
        }
        sent = with_values(listed.page(edge=True), values)
        connection.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        assert rows_read(connection, *sent, "position_request") <= 2 * PAGE_SIZE
        connection.execute(text("ALTER TABLE position_request ALTER COLUMN tenant_id RESET (n_distinct)"))
        connection.execute(text("ANALYZE position_request"))
        assert rows_read(connection, *sent, "position_request") > 1_000
        connection.rollback()


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_every_row_once_in_every_order_forwards_and_backwards(volume, name):
    app, district, superuser = volume
    listed, wrong = LISTS[name], []
    with Session(superuser) as session:
        found = most_rows(session, listed)
    if found is None:
        assert name.endswith("ALLOCATIONS[below]"), (
            "the crowd passes nothing on twice; the others stand for it"
        )
        return
    me, there, narrowed = found
    actor = replace(district.kreis.actor(*Role), tenant_id=me)
    with app.app_context(), transaction(actor, read_only=True) as session:
        for order, turned in product(listed.orders, (False, True)):
            size = max(1, there // 4)
            forwards, backwards = pages(session, listed, me, narrowed, size=size, order=order, turned=turned)
            places = [place for page in forwards for place in page]
            if len(places) != there or len(set(places)) != there:
                wrong.append(
                    f"by {order}: {len(places)} rows, {len(set(places))} different, {there} there are"
                )
            if backwards != forwards:
                wrong.append(f"by {order}: not the same pages on the way back")
    assert wrong == []


def test_no_page_scans_a_tenant_table(crowded):
    """Every page that needs nothing but the tenant, as three kinds of tenants with all roles."""
    app, district = crowded
    with app.app_context():
        engine = db.engine
    pages = sorted(
        str(rule)
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and set(rule.arguments) <= {"slug"} and "static" not in rule.endpoint
    )
    assert pages
    found = {}
    with acting(app) as somebody:
        for body in (district.kreis, district.gemeinde, district.authority):
            client = somebody.as_(body.actor(*Role))
            for page in pages:
                with executed(engine) as sent:
                    client.get(page.replace("<slug>", body.slug))
                scans = explained(app, body, list(dict(sent).items()))
                if scans:
                    found[f"{page} as {body.name}"] = scans
    assert found == {}


@pytest.mark.parametrize(
    "forgetful",
    [
        "SELECT id FROM proceeding ORDER BY created_at DESC LIMIT 50",
        "SELECT id FROM position_request WHERE function = 'x'",
        "SELECT r.id FROM proceeding_entry AS e JOIN proceeding AS r ON r.id = e.proceeding_id WHERE e.kind = 'x'",
    ],
)
def test_a_query_that_forgets_its_scope_is_noticed(crowded, forgetful):
    app, district = crowded
    assert explained(app, district.kreis, [(forgetful, {})])


def test_a_query_with_its_scope_is_not(crowded):
    app, district = crowded
    scoped = "SELECT id FROM proceeding WHERE tenant_id = %(me)s ORDER BY created_at DESC LIMIT 50"
    assert explained(app, district.kreis, [(scoped, {"me": district.kreis.id})]) == []
