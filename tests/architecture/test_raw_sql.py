"""What an injected statement could do: everything that the application's role may send, tried."""

from __future__ import annotations

import pytest
from psycopg.errors import (
    InsufficientPrivilege,
)
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import DBAPIError

from tenants import Role
from tenants.binding import bind_connection
from tenants.ddl import isolation_of
from tenants.isolation import RELAY_ROLE, SIGN_IN_ROLE
from tenants.lint import tenant_tables
from tests.support.isolation import Probe

REFUSED = [
    # becoming somebody else
    "SET ROLE kimhub_owner",
    "SET ROLE kimhub_gate",
    "SET ROLE kimhub_relay",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION kimhub_owner",
    "ALTER ROLE kimhub_app BYPASSRLS",
    "ALTER ROLE kimhub_app SUPERUSER",
    "GRANT kimhub_owner TO kimhub_app",
    "CREATE ROLE friend",
    # taking the fence down
    "ALTER TABLE proceeding DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE proceeding NO FORCE ROW LEVEL SECURITY",
    "CREATE POLICY p ON proceeding USING (true)",
    "DROP POLICY proceeding_read ON proceeding",
    "ALTER TABLE proceeding DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "GRANT SELECT ON account TO kimhub_app",
    "ALTER TABLE proceeding OWNER TO kimhub_app",
    "CREATE OR REPLACE FUNCTION app.tenant() RETURNS integer LANGUAGE sql RETURN 1",
    "ALTER DATABASE {database} SET app.tenant = '1'",
    # making things of one's own
    "CREATE TABLE mine (id integer)",
    "CREATE TEMPORARY TABLE mine (id integer)",
    "CREATE VIEW mine AS SELECT * FROM proceeding",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql SECURITY DEFINER RETURN 1",
    "CREATE SCHEMA mine",
    "CREATE EXTENSION dblink",
    "CREATE TRIGGER t AFTER INSERT ON proceeding_note FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')",
    "CREATE RULE r AS ON DELETE TO proceeding_note DO INSTEAD NOTHING",
    "CREATE INDEX i ON proceeding (subject)",
    "CREATE PUBLICATION p FOR TABLE proceeding",
    # removing
    "TRUNCATE proceeding",
    "DROP TABLE proceeding_note",
    "DELETE FROM audit_event",
    "UPDATE audit_event SET actor_label = 'niemand'",
    "UPDATE proceeding SET created_at = now()",
    "INSERT INTO proceeding (tenant_id, created_at) VALUES (1, now())",
    # around the tables
    "SELECT * FROM audit_head",
    "SELECT * FROM account",
    "SELECT last_value FROM tenant_id_seq",
    "SELECT nextval('tenant_id_seq')",
    "SELECT setval('tenant_id_seq', 1)",
    "SELECT * FROM pg_authid",
    "SELECT * FROM pg_statistic",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT lo_import('/etc/passwd')",
    "COPY proceeding TO '/dev/null'",
    "COPY proceeding TO PROGRAM 'cat'",
    "COPY proceeding FROM '/dev/null'",
    "SELECT pg_ls_dir('.')",
    "SELECT * FROM binding_key",
    "SELECT lo_creat(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT pg_advisory_xact_lock(hashtext('app.audit_seal'))",
    "SELECT pg_terminate_backend(pg_backend_pid())",
    "SELECT pg_logical_emit_message(false, 'x', 'y')",
    "DO 'BEGIN PERFORM app.tenant(); END'",
    # the functions that are not for everybody
    "SELECT * FROM app.credential_for('ki@kreis.example')",
    "SELECT * FROM app.credential_of_session('x')",
    "SELECT app.credential_replace(gen_random_uuid(), '', '', true)",
    "SELECT app.session_start('x', gen_random_uuid(), gen_random_uuid(), '', true)",
    "SELECT app.session_replace('x', 'y', gen_random_uuid(), 1)",
    "SELECT * FROM app.sessions_of('x')",
    "SELECT app.password_link_use('x', 'y')",
    "SELECT * FROM app.sign_in_link_for('x')",
    "SELECT app.sign_in_link_use('x')",
    "SELECT * FROM sign_in_link",
    "SELECT app.account_reset('ki@kreis.example', 'x', 1)",
    "SELECT app.binding_key_use('x', 'y', 'z', '1 day')",
    "SELECT app.audit_seal()",
    "SELECT app.roles_of(gen_random_uuid(), 1)",
    "SELECT app.audit_body(1, now(), '', '', '', NULL, '', '', NULL, NULL)",
    "ALTER DEFAULT PRIVILEGES FOR ROLE kimhub_owner GRANT SELECT ON TABLES TO kimhub_app",
]


@pytest.fixture
def unbound(populated):
    with populated.app.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.mark.parametrize("statement", REFUSED)
def test_the_applications_role_is_refused(unbound, statement):
    database = unbound.scalar(text("SELECT quote_ident(current_database())"))
    with pytest.raises(DBAPIError) as refused:
        unbound.execute(text(statement.format(database=database)))
    assert isinstance(refused.value.orig, InsufficientPrivilege), refused.value.orig


@pytest.mark.parametrize("value", ["1 OR true", "NULL", "*", "eins", " ", "1;2", "99999999999999"])
def test_a_tenant_that_is_no_number_is_an_error_and_never_everybody(unbound, value):
    unbound.execute(text("SELECT set_config('app.tenant', :value, true)"), {"value": value})
    with pytest.raises(DBAPIError):
        unbound.execute(text("SELECT * FROM proceeding"))


PUBLISHED = {
    "office", "committee", "committee_name", "committee_rule", "committee_participant", "occurrence_reach",
}  # fmt: skip
"""What everybody may read (ADR 40); whoever adds to it says here that it was meant."""


def test_copying_a_table_out_gives_own_rows_only_and_what_is_published(populated, unbound):
    sibling = populated.world.district.sibling
    bind_connection(unbound, sibling.actor(Role.OFFICER))
    raw = unbound.connection.driver_connection
    for table in tenant_tables():
        with raw.cursor().copy(f"COPY (SELECT tenant_id FROM {table.name}) TO STDOUT") as copy:
            owners = {row for (row,) in copy.rows()}
        assert owners <= {str(sibling.id)} or (table.name in PUBLISHED and len(owners) > 1), table.name


def test_the_statistics_of_the_planner_show_no_values(populated, unbound):
    with populated.superuser.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    names = [table.name for table in tenant_tables()]
    for view in ("pg_stats", "pg_stats_ext"):
        found = unbound.execute(
            text(f"SELECT tablename FROM {view} WHERE tablename = ANY(:names)"), {"names": names}
        )
        assert found.all() == []


def test_sequences_tell_nothing(unbound):
    assert (
        unbound.scalars(text("SELECT last_value FROM pg_sequences WHERE last_value IS NOT NULL")).all() == []
    )


def test_a_function_cannot_be_shadowed(populated, unbound):
    """Functions with more rights find their tables whatever search path their caller has."""
    bind_connection(unbound, populated.world.district.kreis.actor(Role.OFFICER))
    before = unbound.execute(text("SELECT * FROM app.audit_head()")).all()
    unbound.execute(text("SET LOCAL search_path = pg_temp, public"))
    assert unbound.execute(text("SELECT * FROM app.audit_head()")).all() == before


def test_the_head_of_the_audit_is_that_of_the_acting_tenant(populated, unbound):
    assert unbound.execute(text("SELECT * FROM app.audit_head()")).all() == []
    kreis, stadt = populated.world.district.kreis, populated.world.district.stadt
    heads = set()
    for body in (kreis, stadt):
        bind_connection(unbound, body.actor(Role.OFFICER))
        heads.add(unbound.execute(text("SELECT * FROM app.audit_head()")).one().hash)
    assert len(heads) == 2


@pytest.mark.parametrize(("address", "role"), [("relay", RELAY_ROLE), ("sign_in", SIGN_IN_ROLE)])
def test_another_role_reads_the_columns_it_needs_and_no_others(populated, cluster, address, role):
    """kimhub_relay sees which jobs are due, kimhub_signin sees no tenant's row at all."""
    name = populated.app.url.database
    granted = {
        table.name: {
            column for access in isolation_of(table).others if access.role == role for column in access.select
        }
        for table in tenant_tables()
    }
    engine = create_engine(getattr(cluster.urls(name), address))
    with engine.connect() as connection, connection.begin() as transaction:
        probe = Probe(connection)
        for table in tenant_tables():
            for column in table.columns:
                outcome = probe.attempt(None, select(column))
                if column.name in granted[table.name]:
                    assert isinstance(outcome, int), f"{table.name}.{column.name}"
                else:
                    assert isinstance(outcome, InsufficientPrivilege), f"{table.name}.{column.name}"
        transaction.rollback()
    engine.dispose()


def test_the_operator_sees_no_tenants_rows_either(populated, cluster):
    engine = create_engine(cluster.urls(populated.app.url.database).owner)
    with engine.connect() as connection:
        for table in tenant_tables():
            assert connection.execute(select(*table.primary_key)).all() == [], table.name
        assert connection.scalar(text("SELECT count(*) FROM account")) == 0
        assert connection.scalar(text("SELECT count(*) FROM tenant")) > 0
    engine.dispose()
