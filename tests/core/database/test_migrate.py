"""A database that other migrations have built is refused with one sentence, and left as it is."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import NullPool, create_engine, text

from kimhub.core.database.migrate import alembic_config, expect_own_migrations, migrate
from kimhub.core.database.unfit import UnfitDatabaseError, begun_anew
from kimhub.core.operator_error import OperatorError

NEWER = "UPDATE alembic_version SET version_num = '0999'"
EDITED = "UPDATE alembic_version_text SET sha256 = 'x' WHERE version_num IN ('0002', '0003')"
BEFORE_DIGESTS = "DROP TABLE alembic_version_text"


@pytest.fixture
def owner(committing):
    engine = create_engine(committing.urls.owner, poolclass=NullPool)
    yield engine
    engine.dispose()


def test_every_applied_migration_is_remembered_with_its_text(owner):
    with owner.connect() as connection:
        applied = expect_own_migrations(connection)
        remembered = connection.scalars(text("SELECT version_num FROM alembic_version_text")).all()
    assert applied == set(remembered)
    assert len(applied) > 10


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (NEWER, r"steht auf dem Stand 0999, den diese Fassung nicht kennt\."),
        (EDITED, r"anderen Migrationen entstanden als denen dieser Fassung \(0002, 0003\)\."),
        (BEFORE_DIGESTS, r"anderen Migrationen entstanden als denen dieser Fassung \(0001, 0002"),
    ],
)
def test_a_database_of_other_migrations_is_refused_with_the_cure(owner, change, sentence):
    with owner.begin() as connection:
        connection.execute(text(change))
    url = owner.url.render_as_string(hide_password=False)
    with pytest.raises(UnfitDatabaseError, match=f"{sentence}.*Verwenden Sie die Fassung von KIMHub"):
        migrate(url)


def test_below_var_the_way_out_is_another_directory(tmp_path):
    with pytest.raises(OperatorError) as refused, begun_anew(tmp_path / "var"):
        raise UnfitDatabaseError("Die Datenbank ist alt.", "Spielen Sie eine Sicherung ein.")
    assert str(refused.value).startswith(
        f"Die Datenbank ist alt. Benennen Sie das Verzeichnis {tmp_path}/var um und starten Sie erneut"
    )
    assert "Sicherung" not in str(refused.value)


def test_what_is_taken_back_is_forgotten(owner):
    with owner.connect() as connection:
        command.downgrade(alembic_config(connection), "0003")
        assert expect_own_migrations(connection) == {"0001", "0002", "0003"}
        remembered = connection.scalars(text("SELECT version_num FROM alembic_version_text")).all()
    assert sorted(remembered) == ["0001", "0002", "0003"]
