"""A prepared server has exactly the roles, rights and the database that KIMHub relies on."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import make_url

from kimhub.core.database.migrate import migrate
from kimhub.core.database.prepare import OLDEST_VERSION, cluster_script, connection_options, prepare_cluster
from kimhub.core.database.roles import (
    ROLE_APP,
    ROLE_GATE,
    ROLE_OWNER,
    ROLE_RELAY,
    ROLE_SIGN_IN,
    ROLES,
    SERVING_ROLES,
)
from kimhub.core.database.unfit import UnfitDatabaseError
from kimhub.core.database.urls import conninfo, with_database
from kimhub.embedded.programs import postgres_programs
from tenants import isolation


@pytest.fixture
def database(admin_url: str) -> Iterator[str]:
    """A name for a database that does not exist yet; what the test makes of it is removed."""
    name = f"kim-{secrets.token_hex(4)}"  # a name that must be quoted
    yield name
    with admin(admin_url) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def admin(url: str, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(conninfo(with_database(url, database)), autocommit=True)


def as_role(url: str, role: str, database: str) -> psycopg.Connection:
    address = make_url(with_database(url, database)).set(username=role)
    return psycopg.connect(conninfo(address.render_as_string(hide_password=False)), autocommit=True)


def role_attributes(url: str) -> dict[str, tuple[bool, ...]]:
    with admin(url) as server:
        rows = server.execute(
            "SELECT rolname, rolcanlogin, rolinherit, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole"
            " OR rolreplication FROM pg_roles WHERE rolname LIKE 'kimhub%'"
        )
        return {name: attributes for name, *attributes in rows}


EXPECTED_ROLES = {
    ROLE_OWNER: [True, False, False],
    ROLE_APP: [True, False, False],
    ROLE_SIGN_IN: [True, False, False],
    ROLE_RELAY: [True, False, False],
    ROLE_GATE: [False, False, False],
}


def test_the_roles_have_no_powers_and_only_the_gate_has_no_sign_in(admin_url, database):
    prepare_cluster(admin_url, database)
    assert role_attributes(admin_url) == EXPECTED_ROLES
    with admin(admin_url) as server:
        members = server.execute(
            "SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members"
            " WHERE roleid::regrole::text LIKE 'kimhub%' OR member::regrole::text LIKE 'kimhub%'"
        ).fetchall()
    assert members == [(ROLE_GATE, ROLE_OWNER)]


def test_the_kernel_means_the_same_roles():
    kernel = {value for name, value in vars(isolation).items() if name.endswith("_ROLE")}
    assert kernel == set(ROLES)


def test_repeating_it_changes_nothing(admin_url, database):
    def catalog() -> list[tuple[object, ...]]:
        with admin(admin_url, database) as inside:
            return [
                inside.execute(query).fetchall()
                for query in (
                    "SELECT * FROM pg_roles WHERE rolname LIKE 'kimhub%' ORDER BY rolname",
                    "SELECT * FROM pg_database ORDER BY datname",
                    "SELECT * FROM pg_namespace ORDER BY nspname",
                    "SELECT roleid, member FROM pg_auth_members ORDER BY roleid, member",
                )
            ]

    prepare_cluster(admin_url, database)
    before = catalog()
    prepare_cluster(admin_url, database)
    assert catalog() == before


def test_a_role_that_was_given_powers_loses_them_again(admin_url, database):
    prepare_cluster(admin_url, database)
    with admin(admin_url) as server:
        server.execute("ALTER ROLE kimhub_app SUPERUSER BYPASSRLS CREATEDB INHERIT")
    prepare_cluster(admin_url, database)
    assert role_attributes(admin_url) == EXPECTED_ROLES


def test_the_database_belongs_to_the_owner_and_sorts_by_code_point(admin_url, database):
    prepare_cluster(admin_url, database)
    with admin(admin_url, database) as inside:
        assert inside.execute(
            "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_database WHERE datname = %s",
            [database],
        ).fetchone() == (ROLE_OWNER, "UTF8")
        assert inside.execute(
            "SELECT 'Zebra' < 'Äpfel', lower('ÄÖÜ'), current_setting('timezone')"
        ).fetchone() == (
            True,
            "äöü",
            "UTC",
        )


def test_umlauts_are_letters_and_the_order_is_that_of_code_points(admin_url, database):
    """pg_trgm asks LC_CTYPE what a letter is; where ö is none, a trigram index does not help to find Bönen."""
    prepare_cluster(admin_url, database)
    words = ["Zebra", "Äpfel", "apfel", "äpfel", "Bönen", "Bonen", "ßa", "ss", "1", "_", "É"]
    with admin(admin_url, database) as inside:
        inside.execute("CREATE EXTENSION pg_trgm")
        (trigrams,) = inside.execute("SELECT show_trgm('ÄÖ') || show_trgm('Bönen')").fetchone()
        assert len(trigrams) == 3 + 6
        assert "  n" not in trigrams, "ö has cut the word"
        ordered = inside.execute("SELECT word FROM unnest(%s::text[]) AS word ORDER BY word", [words])
        assert [word for (word,) in ordered] == sorted(words)


RIGHT = "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"


def test_an_existing_database_is_taken_over(admin_url, database):
    with admin(admin_url) as server:
        server.execute(f'CREATE DATABASE "{database}" TEMPLATE template0 {RIGHT}')
    prepare_cluster(admin_url, database)
    assert migrate(owner_url(admin_url, database))


@pytest.mark.parametrize(
    ("properties", "sentence"),
    [
        ("ENCODING 'LATIN1' LOCALE 'C'", "als LATIN1 statt als UTF8 gespeichert"),
        ("ENCODING 'UTF8' LOCALE 'C'", "Umlaute gelten nicht als Buchstaben"),
    ],
)
def test_a_database_with_other_properties_is_refused_with_the_cure(admin_url, database, properties, sentence):
    expect_refusal(admin_url, database, properties, sentence)


@pytest.mark.parametrize(
    "admin_url", [str(OLDEST_VERSION)], indirect=True
)  # the embedded server has one order only
def test_a_database_in_another_order_is_refused(admin_url, database):
    properties = f"{RIGHT} LOCALE_PROVIDER icu ICU_LOCALE 'de'"
    expect_refusal(admin_url, database, properties, "anders als nach Zeichennummern sortiert")


def expect_refusal(admin_url, database, properties, sentence):
    with admin(admin_url) as server:
        server.execute(f'CREATE DATABASE "{database}" TEMPLATE template0 {properties}')
    with pytest.raises(UnfitDatabaseError, match=rf"{database}.*{sentence}.*pg_dump.*kimhub db init"):
        prepare_cluster(admin_url, database)


def test_the_application_can_create_nothing_but_waits_for_nobody(admin_url, database):
    prepare_cluster(admin_url, database)
    for role in SERVING_ROLES:
        with as_role(admin_url, role, database) as connection:
            for statement in (
                "CREATE TABLE public.t (i int)",
                "CREATE SCHEMA s",
                "CREATE TEMPORARY TABLE t (i int)",
                "SET ROLE kimhub_gate",
                "SET ROLE kimhub_owner",
                "DO 'BEGIN END'",
                "SELECT lo_create(0)",
                "SELECT lo_from_bytea(0, 'x')",
                "SELECT pg_advisory_lock(1)",
                "SELECT pg_try_advisory_xact_lock(1)",
                "SELECT pg_cancel_backend(pg_backend_pid())",
                "SELECT pg_terminate_backend(pg_backend_pid())",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)
            assert [
                connection.execute(f"SHOW {name}").fetchone()[0]
                for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
            ] == ["30s", "10s", "1min"]


def test_other_roles_of_the_server_cannot_even_connect(admin_url, database):
    prepare_cluster(admin_url, database)
    with admin(admin_url) as server:
        server.execute("CREATE ROLE stranger LOGIN")
        try:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                as_role(admin_url, "stranger", database)
        finally:
            server.execute("DROP ROLE stranger")


@pytest.mark.parametrize("elsewhere", ["postgres", "template1"])
def test_the_working_roles_enter_no_database_that_every_server_has(admin_url, database, elsewhere):
    prepare_cluster(admin_url, database)
    for role in SERVING_ROLES:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            as_role(admin_url, role, elsewhere)


def test_on_a_server_that_others_use_their_databases_stay_open(admin_url, database):
    with admin(admin_url) as server:
        server.execute("GRANT CONNECT ON DATABASE postgres, template1 TO PUBLIC")
    prepare_cluster(admin_url, database, shared_server=True)
    as_role(admin_url, ROLE_APP, "postgres").close()


def test_what_a_role_sets_for_itself_does_not_count_against_what_a_connection_asks_for(admin_url, database):
    """ALTER ROLE on oneself cannot be forbidden; a later preparation puts it right."""
    prepare_cluster(admin_url, database)
    with as_role(admin_url, ROLE_APP, database) as connection:
        connection.execute("ALTER ROLE kimhub_app SET statement_timeout = 0")
    address = make_url(with_database(admin_url, database)).set(username=ROLE_APP)
    url = address.render_as_string(hide_password=False)
    with psycopg.connect(conninfo(url), options=connection_options()) as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("30s",)
    prepare_cluster(admin_url, database)
    with as_role(admin_url, ROLE_APP, database) as connection:
        assert connection.execute("SHOW statement_timeout").fetchone() == ("30s",)


def test_the_migrations_run_on_it_as_the_owner_and_only_once(admin_url, database):
    prepare_cluster(admin_url, database)
    url = owner_url(admin_url, database)
    with ThreadPoolExecutor(3) as pool:
        applied = [revisions for revisions in pool.map(migrate, [url] * 3) if revisions]
    assert len(applied) == 1, "one migrates, the others wait and find nothing to do"


def test_processes_that_prepare_together_do_not_collide(admin_url):
    names = [f"kim_{secrets.token_hex(4)}" for _ in range(4)]
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda name: prepare_cluster(admin_url, name), names * 2))
    finally:
        with admin(admin_url) as server:
            for name in names:
                server.execute(f"DROP DATABASE {name}")


def test_an_administrator_without_superuser_rights_can_do_it(admin_url, database):
    """Managed servers give no superuser. The roles are new there, so those of earlier tests go first."""
    with admin(admin_url) as server:
        for role in reversed(ROLES):
            server.execute(f"DROP ROLE IF EXISTS {role}")
        server.execute("CREATE ROLE dba LOGIN CREATEROLE CREATEDB")
        server.execute("GRANT CONNECT ON DATABASE postgres TO dba")
    dba_url = make_url(with_database(admin_url, "postgres")).set(username="dba").render_as_string(False)
    try:
        for _ in range(2):
            prepare_cluster(dba_url, database)
        assert role_attributes(admin_url) == EXPECTED_ROLES
        assert migrate(owner_url(admin_url, database))
    finally:
        with admin(admin_url) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            for role in reversed(ROLES):
                server.execute(f"DROP ROLE IF EXISTS {role}")
            server.execute("DROP OWNED BY dba")
            server.execute("DROP ROLE dba")


def test_passwords_reach_the_server_as_verifiers(admin_url, database):
    prepare_cluster(admin_url, database, passwords={ROLE_APP: "geheim-ä'\"\\"})
    with admin(admin_url) as server:
        (stored,) = server.execute(
            "SELECT rolpassword FROM pg_authid WHERE rolname = 'kimhub_app'"
        ).fetchone()
    assert stored.startswith("SCRAM-SHA-256$4096:")
    assert "geheim" not in stored


def test_the_printed_script_does_the_same(admin_url, database):
    prepare_cluster(admin_url, f"{database}-done")
    for _ in range(2):
        done = subprocess.run(
            [psql(), "--set", "ON_ERROR_STOP=1", "--quiet", "--no-psqlrc", conninfo(admin_url)],
            input=cluster_script(database),
            text=True,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")

    def description(name: str) -> list[object]:
        with admin(admin_url, name) as inside:
            rights = inside.execute(
                "SELECT pg_get_userbyid(datdba), array(SELECT unnest(datacl)::text ORDER BY 1),"
                " (SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'),"
                " array(SELECT unnest(setconfig) FROM pg_db_role_setting WHERE setdatabase = d.oid)"
                " FROM pg_database d WHERE datname = %s",
                [name],
            ).fetchone()
            return list(rights or ())

    try:
        assert description(database) == description(f"{database}-done")
        assert migrate(owner_url(admin_url, database))
    finally:
        with admin(admin_url) as server:
            server.execute(f'DROP DATABASE "{database}-done" WITH (FORCE)')


def owner_url(url: str, database: str) -> str:
    return (
        make_url(with_database(url, database)).set(username=ROLE_OWNER).render_as_string(hide_password=False)
    )


def psql() -> str:
    return shutil.which("psql") or str(postgres_programs() / "bin" / "psql")
