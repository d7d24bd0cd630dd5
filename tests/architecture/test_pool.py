"""Connections go from tenant to tenant all day: nothing of one is left for the next, however a transaction ends."""

from __future__ import annotations

import os
import random

import pytest
from sqlalchemy import event, select, text

from tenants import Role, binding, transaction
from tenants.proceedings import Proceeding
from tests.support.cluster import hang_up
from tests.support.fuzz import ENDS, Pool, seed_rows

WHO = text("SELECT current_setting('app.tenant', true)")


@pytest.fixture(scope="module")
def pool(cluster):
    """Two connections for everybody, to a database that is really written to."""
    name = f"pool_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    options = {"pool_size": 2, "max_overflow": 0, "connect_args": {"prepare_threshold": 3}}
    with cluster.copy_of_template(name):
        app = cluster.create_app(name, SQLALCHEMY_ENGINE_OPTIONS=options)
        made = Pool(app, seed_rows(cluster.urls(name).owner, app))
        yield made
        hang_up(app)


@pytest.fixture
def fresh(pool):
    pool.findings = []
    return pool


def test_pooled_connections_carry_nothing_from_one_tenant_to_the_next(fresh):
    assert fresh.run() == []
    assert fresh.transactions > 40
    assert fresh.returns > 40


def test_a_setting_for_the_session_instead_of_the_transaction_is_noticed(fresh, monkeypatch):
    """The mutant ``set_config(…, false)``."""
    monkeypatch.setattr(binding, "_BIND", text(str(binding._BIND).replace(", true)", ", false)")))
    assert any(finding.startswith("returned with tenant") for finding in fresh.run(0.3))
    hang_up(fresh.app)


def test_a_missing_binding_is_noticed(fresh):
    """The mutant without the event."""
    event.remove(binding.TenantSession, "after_begin", binding._bind)
    try:
        findings = fresh.run(0.3)
    finally:
        event.listen(binding.TenantSession, "after_begin", binding._bind)
    assert any("sees 0 rows" in finding for finding in findings)


def test_a_binding_of_the_last_tenant_is_noticed(fresh, monkeypatch):
    """The mutant that remembers who acted before."""
    real, last = binding.bind_connection, []

    def late(connection, actor, **options):
        last.append(actor)
        real(connection, last[-2] if len(last) > 1 else actor, **options)

    monkeypatch.setattr(binding, "bind_connection", late)
    assert any("rows" in finding for finding in fresh.run(0.3))


def test_the_fuzz_uses_every_way_to_end(fresh):
    chance = random.Random(0)
    assert {chance.choice(ENDS) for _ in range(500)} == set(ENDS)


def test_reading_through_the_model_is_bound_as_well(fresh):
    body = fresh.bodies[2]
    with fresh.app.app_context(), transaction(body.actor(Role.OFFICER)) as session:
        assert {row.tenant_id for row in session.scalars(select(Proceeding))} == {body.id}
        assert session.scalar(WHO) == str(body.id)
