"""`kimhub audit`: what the operator reads when all is well, and when it is not."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import NullPool, create_engine, text

from kimhub.core.database.urls import with_database
from kimhub.core.operator_error import OperatorError
from tenants import Role
from tests.spending.desk import Desk
from tests.spending.files import GOOD, STAFF, csv_file
from tests.support.committed import committed_district


@pytest.fixture
def district(committing):
    return committed_district(committing)


@pytest.fixture
def owner_of_the_server(committing):
    database = committing.app.config["SQLALCHEMY_DATABASE_URI"].rpartition("/")[2].partition("?")[0]
    return create_engine(with_database(committing.urls.admin, database), poolclass=NullPool)


@pytest.fixture
def forge(owner_of_the_server, district):
    """Change an event of the Kreis as only the owner of the server can."""

    def forge():
        with owner_of_the_server.begin() as connection:
            connection.execute(
                text("UPDATE audit_event SET actor_label = 'x' WHERE tenant_id = :id"),
                {"id": district.kreis.id},
            )

    return forge


def test_an_untouched_record_is_said_to_be_so(invoke, district):
    invoke("audit", "seal")
    result = invoke("audit", "verify")
    assert result.exit_code == 0
    assert "Musterkreis: 1 Eintrag, vollständig." in result.stdout
    assert "1 Gesamtprüfsumme, die letzte vom" in result.stdout
    assert result.stdout.endswith("Das Protokoll ist unverändert.\n")


def test_what_is_not_sealed_yet_is_told(run, district):
    assert "davon 1 noch nicht versiegelt" in run("audit", "verify")


def test_a_change_is_named_and_ends_with_status_1(invoke, forge):
    forge()
    result = invoke("audit", "verify")
    assert result.exit_code == 1
    assert "Musterkreis: Eintrag 1. Der Eintrag wurde nachträglich geändert." in result.stdout
    assert "Nachbarkreis: 1 Eintrag, vollständig" in result.stdout
    assert "1 Abweichung gefunden." in result.stdout


@pytest.fixture
def imported(committing, district):
    """A file with two bookings, entered by the kreisfreie Stadt."""
    with committing.app.app_context():
        desk = Desk(district.stadt.actor(Role.KI_COORDINATOR))
        taken = desk.check(csv_file(GOOD, STAFF))
        desk.book(taken)
    return taken


def test_what_was_read_from_files_is_proved_by_its_digest(invoke, imported, owner_of_the_server):
    result = invoke("audit", "verify")
    assert (result.exit_code, "2 eingelesene Zeilen, unverändert." in result.stdout) == (0, True)
    with owner_of_the_server.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(
            text("UPDATE expenditure SET amount = amount + 1000 WHERE receipt_number = 'PK-6'")
        )
    result = invoke("audit", "verify")
    assert result.exit_code == 1
    assert re.search(
        rf"Freistadt: Einlesung {imported}: Zeile 3 \(expenditure [0-9a-f-]+\) wurde nachträglich geändert\.\n",
        result.stdout,
    )
    assert "1 Abweichung gefunden." in result.stdout
    report = json.loads(invoke("audit", "verify", "--format", "json").stdout)
    (broken,) = (found for chain in report["chains"] for found in chain["batches"]["broken"])
    assert (broken["id"], broken["kind"], broken["place"]) == (str(imported), "changed", 3)


def test_one_tenant_can_be_proved_alone(invoke, forge):
    forge()
    assert invoke("audit", "verify", "--tenant", "musterkreis").exit_code == 1
    assert invoke("audit", "verify", "--tenant", "nachbarkreis").exit_code == 0
    with pytest.raises(OperatorError, match="nimmt nicht teil"):
        invoke("audit", "verify", "--tenant", "entenhausen")


def test_a_root_kept_outside_is_compared(invoke, run, district):
    run("audit", "seal")
    kept = run("audit", "root").splitlines()[0]
    assert invoke("audit", "verify", "--root", kept).exit_code == 0
    other = kept[:-1] + ("0" if kept[-1] != "0" else "1")
    result = invoke("audit", "verify", "--root", other)
    assert result.exit_code == 1
    assert "Gesamtprüfsumme 1 ist eine andere als die, die Sie aufbewahrt haben." in result.stdout


def test_a_root_that_is_none_is_refused(run, district):
    with pytest.raises(OperatorError, match="NUMMER:HASH"):
        run("audit", "verify", "--root", "abc")
    with pytest.raises(OperatorError, match="noch keine Gesamtprüfsumme"):
        run("audit", "root")


def test_a_program_can_read_the_proof(invoke, forge):
    forge()
    report = json.loads(invoke("audit", "verify", "--format", "json").stdout)
    kreis = next(chain for chain in report["chains"] if chain["tenant"] == "Musterkreis")
    assert kreis == {
        "tenant": "Musterkreis",
        "events": 0,
        "unsealed": 0,
        "broken": {"seq": 1, "kind": "changed"},
        "batches": {"count": 0, "rows": 0, "broken": []},
    }
    assert report["roots"] == {"count": 0, "latest": "", "broken": None}


def test_the_relay_seals_by_itself(committing, district):
    from kimhub.core.jobs.schedule import SCHEDULE

    statement = next(task.statement for task in SCHEDULE if task.task == "audit.seal")
    engine = create_engine(committing.urls.relay, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(statement))
    with create_engine(committing.urls.app, poolclass=NullPool).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_root")) == 1
