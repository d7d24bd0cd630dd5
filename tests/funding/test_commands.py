"""`kimhub funds`: looking at the ledger and counting it again."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, make_url, text

from kimhub.cli import kimhub
from kimhub.core.database.urls import with_database
from kimhub.core.operator_error import OperatorError
from tenants import Role
from tests.factories.ledger import confirmed, euro, granted, issued
from tests.support.committed import committed_district


@pytest.fixture
def run(committing, monkeypatch):
    """Three levels of money in a database of its own, and a way to call the program on it."""
    district = committed_district(committing)
    kreis, gemeinde = district.kreis.actor(Role.KI_COORDINATOR), district.gemeinde.actor(Role.OFFICER)
    with committing.app.app_context():
        middle = confirmed(kreis, gemeinde, granted(kreis, euro("1000.50")), euro(600))
        issued(gemeinde, middle, district.sibling.id, euro(250))
    committing.set_environ(monkeypatch)

    def call(*arguments):
        result = CliRunner().invoke(kimhub, ["funds", *arguments], catch_exceptions=False)
        return result.exit_code, result.output.replace("\N{NO-BREAK SPACE}", " ")

    return call


def test_each_level_sees_what_it_may_still_pass_on(run):
    code, shown = run("show", "--tenant", "musterstadt", "--format", "json")
    cell = json.loads(shown)[0]["cells"][0]
    assert (code, cell["funded"], cell["passed_on"], cell["left"]) == (0, "600.00", "250.00", "350.00")
    assert "400,50 €" in run("show", "--tenant", "musterkreis")[1]
    assert "Keine Mittel." in run("show", "--tenant", "oehringhausen")[1]


def test_a_ledger_that_was_tampered_with_is_found(run, committing):
    for slug in ("musterkreis", "musterstadt"):
        assert run("verify", "--tenant", slug) == (0, "1 Zellen nachgerechnet, keine Abweichung.\n")
    name = make_url(committing.urls.app).database
    engine = create_engine(with_database(committing.urls.admin, name), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE fund_cell SET passed_on = passed_on - 1 WHERE passed_on = 250"))
    with pytest.raises(OperatorError, match="weitergeleitet 249,00"):
        run("verify", "--tenant", "musterstadt")
    assert run("verify", "--tenant", "musterkreis")[0] == 0


def test_a_tenant_that_does_not_take_part_is_named(run):
    with pytest.raises(OperatorError, match="nirgendwo"):
        run("show", "--tenant", "nirgendwo")
