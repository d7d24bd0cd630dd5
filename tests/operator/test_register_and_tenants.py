"""The operator's commands on a real database: what they say, and that refusals change nothing."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import create_engine, text

from kimhub.core.operator_error import OperatorError
from tenants.register_file import SHIPPED


@pytest.fixture
def entries(committing):
    engine = create_engine(committing.urls.owner)

    def count():
        with engine.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM register_entry"))

    yield count
    engine.dispose()


def test_the_register_is_imported_once_and_then_left(run, entries):
    assert "427 neu, 0 geändert, 0 unverändert" in run("register", "import")
    assert "0 neu, 0 geändert, 427 unverändert" in run("register", "import", str(SHIPPED))
    assert entries() == 427


def test_a_dry_run_keeps_nothing(run, entries):
    assert "Probelauf: Es wurde nichts gespeichert" in run("register", "import", "--dry-run")
    assert entries() == 0


def test_a_broken_row_names_its_place_and_nothing_is_imported(run, entries, tmp_path):
    broken = tmp_path / "register.csv"
    broken.write_bytes(SHIPPED.read_bytes().replace(b",227417,", b",227.417,"))
    with pytest.raises(OperatorError, match=r"nichts übernommen(.|\n)*Zeile 5, Spalte population"):
        run("register", "import", str(broken))
    assert entries() == 0


def test_a_file_without_companion_says_which_date_was_assumed(run, tmp_path):
    bare = tmp_path / "register.csv"
    bare.write_bytes(SHIPPED.read_bytes())
    assert "31.12.2019 (angenommen" in run("register", "import", str(bare), "--dry-run")
    assert "31.12.2022." in run(
        "register", "import", str(bare), "--dry-run", "--population-date", "31.12.2022"
    )


def test_a_change_is_shown_with_old_and_new(run, tmp_path):
    run("register", "import")
    changed = tmp_path / "register.csv"
    changed.write_bytes(SHIPPED.read_bytes().replace(b",227417,", b",227418,"))
    assert "Krefeld (05114000): Einwohnerzahl 227.417 → 227.418" in run("register", "import", str(changed))


def test_bodies_are_admitted_and_listed(run):
    run("register", "import")
    assert "Rhein-Sieg-Kreis: aufgenommen" in run("tenants", "add", "Rhein-Sieg-Kreis")
    run("tenants", "add", "Bornheim", "--jugendamt", "--committee", "integrationsausschuss")
    run("tenants", "add", "--authority", "Bezirksregierung Arnsberg")
    listed = json.loads(run("tenants", "list", "--format", "json"))
    assert [row["slug"] for row in listed] == [
        "bezirksregierung-arnsberg",
        "bornheim",
        "rhein-sieg-kreis",
    ]
    assert "Jugendamt, Integrationsausschuss" in run("tenants", "list")


def test_a_gemeinde_without_its_kreis_is_told_what_to_do(run):
    run("register", "import")
    with pytest.raises(OperatorError, match="kimhub tenants add 05382"):
        run("tenants", "add", "Bornheim")


def test_a_database_without_migrations_is_named(run, committing):
    engine = create_engine(committing.urls.owner)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    engine.dispose()
    with pytest.raises(OperatorError, match="kimhub db migrate"):
        run("register", "import")


def test_a_database_that_does_not_answer_is_named(run, monkeypatch):
    monkeypatch.setenv("KIMHUB_DATABASE_OWNER_URL", "postgresql://kimhub_owner@127.0.0.1:1/kimhub")
    with pytest.raises(OperatorError, match="nicht erreichbar"):
        run("register", "import")
