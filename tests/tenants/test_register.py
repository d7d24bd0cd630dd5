"""The import of the register: repeatable, complete or not at all, honest about what it did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tenants import TenantKind
from tenants.operator import admit_tenant
from tenants.register import TakesPartError, import_register, registered_kreise
from tenants.register_file import (
    SHIPPED,
    RegisterFile,
    RegisterFileError,
    edition_beside,
    parse_register,
)


@pytest.fixture
def owner(owner_engine):
    """The owner's connection in a transaction that leaves nothing behind."""
    with owner_engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.fixture(scope="module")
def shipped():
    return parse_register(SHIPPED.read_bytes())


@pytest.fixture(scope="module")
def edition():
    return edition_beside(SHIPPED)


def with_row(register, ags, **values):
    rows = tuple(replace(row, **values) if row.ags == ags else row for row in register.rows)
    return replace(register, rows=rows)


def count(connection):
    return connection.scalar(text("SELECT count(*) FROM register_entry"))


def test_the_first_import_adds_all_and_the_second_leaves_all(owner, shipped, edition):
    first = import_register(owner, shipped, edition)
    assert (len(first.added), first.changed, first.left) == (427, (), 0)
    second = import_register(owner, shipped, edition)
    assert (second.added, second.changed, second.left) == ((), (), 427)
    assert count(owner) == 427
    assert len(registered_kreise(owner)) == 31


def test_every_figure_is_stored_with_its_source_and_date(owner, shipped, edition):
    import_register(owner, shipped, edition)
    row = owner.execute(text("SELECT * FROM register_entry WHERE ags = '05382012'")).one()
    assert (row.name, row.official_name, row.parent_ags) == ("Bornheim", "Bornheim, Stadt", "05382")
    assert (row.population, row.population_date) == (48_321, date(2019, 12, 31))
    assert row.source == "Statistisches Bundesamt, Gemeindeverzeichnis"
    assert row.has_auslaenderbehoerde is False


def test_a_changed_value_is_named_with_old_and_new(owner, shipped, edition):
    import_register(owner, shipped, edition)
    report = import_register(owner, with_row(shipped, "05382012", population=50_000), edition)
    change = report.changed[0]
    assert (change.ags, change.column, change.old, change.new) == (
        "05382012",
        "population",
        48_321,
        50_000,
    )
    assert (report.changed_entries, report.left) == (1, 426)
    assert owner.scalar(text("SELECT population FROM register_entry WHERE ags = '05382012'")) == 50_000


def test_what_the_file_does_not_name_stays(owner, shipped, edition):
    import_register(owner, shipped, edition)
    part = RegisterFile(
        rows=tuple(row for row in shipped.rows if row.ags.startswith("05382")), ignored_columns=()
    )
    report = import_register(owner, part, replace(edition, counts={}))
    assert report.left == 20
    assert len(report.not_in_file) == 407
    assert count(owner) == 427


def test_wrong_numbers_stop_the_import_before_anything_is_written(owner, shipped, edition):
    short = replace(shipped, rows=shipped.rows[:-1])
    with pytest.raises(RegisterFileError):
        import_register(owner, short, edition)
    assert count(owner) == 0


def test_progress_ends_at_its_total(owner, shipped, edition):
    seen = []
    import_register(owner, shipped, edition, progress=lambda *step: seen.append(step))
    assert seen[-1][1:] == (427, 427)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


def test_a_body_that_takes_part_does_not_change_its_kreis_by_an_import(owner, shipped, edition):
    import_register(owner, shipped, edition)
    admit_tenant(owner, "05382")
    with pytest.raises(TakesPartError, match="Rhein-Sieg-Kreis"):
        import_register(
            owner, with_row(shipped, "05382", kind=TenantKind.KREISFREIE_STADT), replace(edition, counts={})
        )


def test_the_application_reads_the_register_and_cannot_write_it(app, cluster, database, connection):
    connection.execute(text("SELECT count(*) FROM register_entry"))
    for statement in (
        "DELETE FROM register_entry",
        "UPDATE register_entry SET population = 0",
        "INSERT INTO register_entry (ags) VALUES ('05')",
    ):
        savepoint = connection.begin_nested()
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(statement))
        savepoint.rollback()
