"""`kimhub overview` in the terminal, on a database that is really written to."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from kimhub.cli import kimhub
from kimhub.core.operator_error import OperatorError
from tenants import Role
from tests.factories.ledger import euro, granted
from tests.support.committed import committed_district


@pytest.fixture
def called(committing, monkeypatch):
    district = committed_district(committing)
    actor = district.kreis.actor(Role.KI_COORDINATOR)
    with committing.app.app_context():
        granted(actor, euro("570000"))
    committing.set_environ(monkeypatch)

    def called(*arguments):
        return CliRunner().invoke(
            kimhub, ["overview", "--tenant", actor.tenant_slug, *arguments], catch_exceptions=True
        )

    return called


def test_the_terminal_shows_the_same_figures(called):
    shown = called("--year", "2026")
    assert shown.exit_code == 0, shown.output
    assert "Haushaltsjahr 2026" in shown.output
    assert "570.000,00" in shown.output
    as_json = called("--format", "json")
    assert json.loads(as_json.output)["years"][0]["granted"] == "570000.00"


def test_an_unknown_tenant_is_said_in_one_sentence(called):
    refused = CliRunner().invoke(kimhub, ["overview", "--tenant", "nirgends"])
    assert isinstance(refused.exception, OperatorError)
    assert "nirgends" in str(refused.exception)
