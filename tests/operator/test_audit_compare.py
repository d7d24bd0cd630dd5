"""`kimhub audit compare`: what the operator reads when the tables are as recorded, and when they are not."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from kimhub.core.operator_error import OperatorError
from tests.operator.test_audit import district, imported, owner_of_the_server

__all__ = ["district", "imported", "owner_of_the_server"]


@pytest.fixture
def forge(owner_of_the_server, district):
    """Change rows as only the owner of the server can."""

    def forge(*statements):
        with owner_of_the_server.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))

    return forge


def test_tables_as_recorded_are_said_to_be_so(invoke, imported):
    result = invoke("audit", "compare")
    assert result.exit_code == 0
    assert "Musterkreis: 1 Zeile, wie im Protokoll." in result.stdout
    assert result.stdout.endswith("Die Daten stimmen mit dem Protokoll überein.\n")


def test_what_differs_is_named_without_its_content_and_ends_with_status_1(invoke, imported, forge):
    forge(
        "UPDATE tenant SET address = 'Geheimweg 1' WHERE slug = 'musterkreis'",
        "UPDATE expenditure SET text = 'geheim' WHERE receipt_number = 'PK-6'",
    )
    result = invoke("audit", "compare")
    assert result.exit_code == 1
    assert "address weicht vom letzten Eintrag ab." in result.stdout
    assert f"Freistadt: Einlesung {imported}: Zeile 3" in result.stdout
    assert "2 Abweichungen gefunden." in result.stdout
    assert "eheim" not in result.stdout
    report = json.loads(invoke("audit", "compare", "--format", "json").stdout)["tenants"]
    kreis, stadt = (
        next(one for one in report if one["tenant"] == name) for name in ("Musterkreis", "Freistadt")
    )
    assert [(found["table"], found["kind"], found["columns"]) for found in kreis["differences"]] == [
        ("tenant", "changed", ["address"])
    ]
    assert [(found["id"], found["kind"], found["place"]) for found in stadt["batches"]] == [
        (str(imported), "changed", 3)
    ]


def test_one_tenant_can_be_compared_alone(invoke, forge):
    forge("UPDATE tenant SET address = 'x' WHERE slug = 'musterkreis'")
    assert invoke("audit", "compare", "--tenant", "musterkreis").exit_code == 1
    assert invoke("audit", "compare", "--tenant", "nachbarkreis").exit_code == 0
    with pytest.raises(OperatorError, match="nimmt nicht teil"):
        invoke("audit", "compare", "--tenant", "entenhausen")
