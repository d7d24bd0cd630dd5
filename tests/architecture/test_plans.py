"""No list reads a tenant table from end to end: the policy guards each row, the query itself picks the index.

Whatever the pages really send is explained, from the URL map, and every statement that a module builds
beforehand. A query that forgets its scope still answers right (the policy sees to it), but slowly; here it fails.
"""

from __future__ import annotations

import os
import pkgutil
import sys
from functools import _lru_cache_wrapper
from importlib import import_module
from itertools import product
from typing import get_type_hints

import pytest
from sqlalchemy import CompoundSelect, NullPool, Select, create_engine

import kimhub
from kimhub.core.database.urls import with_database
from kimhub.core.keyset import KeysetList
from tenants import Role, db
from tenants.binding import bind_connection
from tests.support.acting import acting
from tests.support.isolation import populate
from tests.support.plans import add_volume, executed, sequential_scans, with_examples


@pytest.fixture(scope="module")
def crowded(cluster):
    """An application with many tenants: (application, district)."""
    name = f"crowded_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        urls = cluster.urls(name)
        app = cluster.create_app(name)
        superuser = create_engine(with_database(urls.admin, name), poolclass=NullPool)
        with app.app_context():
            engine = db.engine
        world = populate(engine, superuser)
        add_volume(superuser)
        yield app, world.district
        engine.dispose()


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
                if isinstance(value, KeysetList):
                    for page in ("first", "after", "before"):
                        found[f"{name}.{attribute}.{page}"] = getattr(value, page)
    return found


def variants(builder):
    """What a cached builder of statements gives for every combination of its choices (enums and flags)."""
    hints = get_type_hints(builder)
    if hints.pop("return", None) not in {Select, CompoundSelect}:
        return
    choices = {name: [False, True] if hint is bool else list(hint) for name, hint in hints.items()}
    for values in product(*choices.values()):
        yield f"({', '.join(map(str, values))})", builder(**dict(zip(choices, values, strict=True)))


PREBUILT = prebuilt()


def explained(app, body, statements):
    """Return what each statement scans, bound as `body`."""
    with app.app_context():
        engine = db.engine
    with engine.connect() as connection:
        bind_connection(connection, body.actor())
        return [
            f"{', '.join(scanned)} by {statement}"
            for statement, parameters in statements
            if (scanned := sequential_scans(connection, statement, parameters))
        ]


@pytest.mark.parametrize("name", PREBUILT)
def test_a_prebuilt_statement_scans_no_tenant_table(crowded, name):
    app, district = crowded
    assert explained(app, district.kreis, [with_examples(PREBUILT[name], district.kreis.id)]) == []


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
