"""The migrated catalog breaks no rule, and every rule finds the fault that it is there for."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tenants.lint import RULES, crossings, lint, tenant_tables

FAULTS: dict[str, tuple[str, ...]] = {
    "rls-off": ("ALTER TABLE proceeding_note DISABLE ROW LEVEL SECURITY",),
    "rls-not-forced": ("ALTER TABLE proceeding_note NO FORCE ROW LEVEL SECURITY",),
    "undeclared-table": ("CREATE TABLE forgotten (id integer)",),
    "no-read-policy": (
        "CREATE POLICY second ON proceeding_note FOR SELECT TO kimhub_app USING (initiator_id = app.tenant())",
    ),
    "policy-for-public": (
        "CREATE POLICY p ON proceeding_note FOR UPDATE TO PUBLIC USING (tenant_id = (SELECT app.tenant()))",
    ),
    "policy-without-tenant": ("ALTER POLICY proceeding_note_read ON proceeding_note USING (true)",),
    "foreign-writes": (
        "ALTER POLICY proceeding_note_insert ON proceeding_note WITH CHECK (initiator_id = (SELECT app.tenant()))",
    ),
    "foreign-changes": (
        (
            "ALTER POLICY proceeding_update ON proceeding"
            " USING (tenant_id = (SELECT app.tenant()) OR counterpart_id = (SELECT app.tenant()))"
        ),
    ),
    "per-row-function": (
        "ALTER POLICY proceeding_note_read ON proceeding_note USING (tenant_id = app.tenant())",
    ),
    "tenant-id": (
        "ALTER TABLE proceeding_note DROP CONSTRAINT pk_proceeding_note",
        "ALTER TABLE proceeding_note ADD PRIMARY KEY (id, tenant_id)",
    ),
    "tenant-id-no-tenant": ("ALTER TABLE proceeding_note DROP CONSTRAINT fk_proceeding_note_tenant_id",),
    "unique-across-tenants": ("CREATE UNIQUE INDEX told ON proceeding_note (text)",),
    "foreign-parent": (
        "ALTER TABLE proceeding_note ADD CONSTRAINT loose FOREIGN KEY (proceeding_id) REFERENCES proceeding (id)",
    ),
    "cascade": (
        (
            "ALTER TABLE proceeding_note ADD CONSTRAINT far FOREIGN KEY (proceeding_id) REFERENCES proceeding (id)"
            " ON DELETE CASCADE"
        ),
    ),
    "global-index": ("CREATE INDEX newest ON proceeding_note (created_at)",),
    "hand-filled-sharing": ("ALTER TABLE proceeding ALTER shared_with DROP EXPRESSION",),
    "not-validated": ("ALTER TABLE proceeding_note ADD CONSTRAINT later CHECK (text <> '') NOT VALID",),
    "trigger-off": ("ALTER TABLE proceeding_note DISABLE TRIGGER proceeding_note_audit",),
    "not-audited": ("DROP TRIGGER proceeding_note_audit ON proceeding_note",),
    "open-batch": ("DROP TRIGGER expenditure_batch_open ON expenditure",),
    "inheritance": ("CREATE TABLE child () INHERITS (proceeding_note)",),
    "rewrite-rule": ("CREATE RULE quiet AS ON DELETE TO proceeding_note DO INSTEAD NOTHING",),
    "too-many-rights": ("GRANT TRUNCATE ON proceeding_note TO kimhub_app",),
    "writable-scope": ("GRANT UPDATE (tenant_id) ON proceeding_note TO kimhub_app",),
    "column-right": ("GRANT SELECT (text) ON proceeding_note TO PUBLIC",),
    "sequence": ("GRANT USAGE ON SEQUENCE tenant_id_seq TO kimhub_app",),
    "owns": ("ALTER TABLE proceeding_note OWNER TO kimhub_app",),
    "powers": ("ALTER ROLE kimhub_app BYPASSRLS",),
    "member": ("GRANT kimhub_owner TO kimhub_app",),
    "may-create": ("GRANT CREATE ON SCHEMA public TO kimhub_app",),
    "role-setting": ("ALTER ROLE kimhub_app SET app.tenant = '1'",),
    "public-function": ("CREATE FUNCTION app.open() RETURNS integer LANGUAGE sql RETURN 1",),
    "undeclared-call": ("GRANT EXECUTE ON FUNCTION app.credential_for(text) TO kimhub_app",),
    "security-definer": (
        "CREATE FUNCTION app.mighty() RETURNS integer LANGUAGE sql SECURITY DEFINER RETURN 1",
        "REVOKE EXECUTE ON FUNCTION app.mighty() FROM PUBLIC",
    ),
    "search-path": ("ALTER FUNCTION app.stays_shared() SET search_path = pg_catalog, public",),
    "rebinding-function": (
        (
            "CREATE FUNCTION app.other(id text) RETURNS text LANGUAGE sql"
            " RETURN set_config('app.tenant', id, true)"
        ),
    ),
    "definer-view": ("CREATE VIEW all_notes AS SELECT * FROM proceeding_note",),
    "large-object": ("SELECT lo_create(0)",),
    "server-function": ("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC",),
    "code-block": ("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC",),
    "other-database": ("GRANT CONNECT ON DATABASE postgres TO PUBLIC",),
    "endless-role": ("ALTER ROLE kimhub_app SET statement_timeout = 0",),
}
"""Rule to the statements that break it. Where a rule has several ways to be broken, `VARIANTS` has the others."""

VARIANTS: tuple[tuple[str, str], ...] = (
    ("no-read-policy", "DROP POLICY proceeding_note_read ON proceeding_note"),
    ("policy-without-tenant", "CREATE POLICY everything ON proceeding_note TO kimhub_app USING (true)"),
    ("foreign-writes", "CREATE POLICY p ON proceeding_note TO kimhub_app USING (tenant_id = (SELECT app.tenant()))"),
    ("foreign-changes", "CREATE POLICY p ON proceeding_note FOR DELETE TO kimhub_app USING (true)"),
    ("unique-across-tenants", "CREATE UNIQUE INDEX told ON proceeding_note (lower(text))"),
    ("global-index", "CREATE INDEX newest ON proceeding_note (lower(text), tenant_id)"),
    ("trigger-off", "ALTER TABLE proceeding_note DISABLE TRIGGER ALL"),
    (
        "not-audited",
        ("DROP TRIGGER proceeding_note_audit ON proceeding_note; CREATE TRIGGER inserted AFTER INSERT ON"
        " proceeding_note FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')"),
    ),
    (
        "not-audited",
        ("DROP TRIGGER proceeding_note_audit ON proceeding_note; CREATE TRIGGER chosen AFTER INSERT OR UPDATE OF text"
        " OR DELETE ON proceeding_note FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')"),
    ),
    (
        "not-audited",
        ("DROP TRIGGER drawdown_audit ON drawdown; CREATE TRIGGER skipping AFTER INSERT ON drawdown FOR EACH ROW"
        " WHEN (NEW.reverses_id IS NULL) EXECUTE FUNCTION app.audit_row('tenant_id'); CREATE TRIGGER changes AFTER"
        " UPDATE OR DELETE ON drawdown FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id')"),
    ),
    (
        "not-audited",
        ("DROP TRIGGER expenditure_audit ON expenditure; CREATE TRIGGER wider AFTER INSERT ON expenditure FOR EACH ROW"
        " WHEN (NEW.import_id IS NULL AND NEW.amount > 0) EXECUTE FUNCTION app.audit_row('tenant_id')"),
    ),
    ("not-audited", "DROP TRIGGER expenditure_audit_changes ON expenditure"),
    ("open-batch", "DROP TRIGGER expenditure_import_batch_digest ON expenditure_import"),
    ("open-batch", "ALTER TABLE expenditure ALTER CONSTRAINT fk_expenditure_import NOT DEFERRABLE"),
    ("open-batch", "ALTER TABLE expenditure DROP CONSTRAINT fk_expenditure_import"),
    ("too-many-rights", "GRANT INSERT ON proceeding_note TO kimhub_app"),
    ("too-many-rights", "GRANT TRIGGER ON proceeding_note TO kimhub_relay"),
    ("too-many-rights", "GRANT SELECT ON tenant TO PUBLIC"),
    ("too-many-rights", "GRANT SELECT ON proceeding_note TO kimhub_gate WITH GRANT OPTION"),
    ("may-create", "GRANT TEMPORARY ON DATABASE {database} TO PUBLIC"),
    ("may-create", "GRANT CREATE ON SCHEMA app TO kimhub_relay"),
    ("member", "GRANT pg_read_all_data TO kimhub_app"),
    ("member", "GRANT kimhub_gate TO kimhub_relay"),
    ("powers", "ALTER ROLE kimhub_owner INHERIT"),
    ("powers", "ALTER ROLE kimhub_gate LOGIN"),
    ("role-setting", "ALTER DATABASE {database} SET app.tenant = '1'"),
    ("public-function", "GRANT EXECUTE ON FUNCTION app.audit_row() TO PUBLIC"),
    ("undeclared-call", "REVOKE EXECUTE ON FUNCTION app.session_open(bytea) FROM kimhub_app"),
    ("undeclared-call", "GRANT EXECUTE ON FUNCTION app.roles_of(uuid, integer) TO kimhub_relay"),
    (
        "per-row-function",
        ("CREATE OR REPLACE FUNCTION app.audit_head(OUT seq bigint, OUT hash bytea) RETURNS SETOF record"
        " LANGUAGE sql AS 'SELECT h.seq, h.hash FROM audit_head AS h WHERE h.tenant_id = app.tenant()'"),
    ),
    ("server-function", "GRANT EXECUTE ON FUNCTION pg_advisory_xact_lock(bigint) TO kimhub_app"),
    ("server-function", "GRANT EXECUTE ON FUNCTION pg_cancel_backend(integer) TO kimhub_relay"),
    ("search-path", "ALTER FUNCTION app.audit_row() SET search_path = public"),
    ("search-path", "ALTER FUNCTION app.audit_row() RESET search_path"),
    ("search-path", "ALTER FUNCTION app.audit_row() SET search_path = pg_catalog, pg_temp, public"),
    ("rebinding-function", "ALTER FUNCTION app.tenant() SET app.tenant = '1'"),
    ("definer-view", "CREATE MATERIALIZED VIEW all_notes AS SELECT * FROM proceeding_note"),
)  # fmt: skip


def test_the_migrated_catalog_breaks_no_rule(superuser):
    assert [str(flaw) for flaw in lint(superuser)] == []


def test_the_application_itself_can_ask(app, connection):
    assert lint(connection) == []


def test_every_rule_has_its_planted_fault():
    assert {rule.code for rule in RULES} == set(FAULTS)
    assert {code for code, _ in VARIANTS} <= set(FAULTS)


@pytest.mark.parametrize(
    ("code", "statements"),
    [*FAULTS.items(), *((code, (statement,)) for code, statement in VARIANTS)],
    ids=[*FAULTS, *(f"{code}-{number}" for number, (code, _) in enumerate(VARIANTS))],
)
def test_a_planted_fault_is_found(superuser, code, statements):
    database = superuser.scalar(text("SELECT quote_ident(current_database())"))
    for statement in statements:
        superuser.execute(text(statement.format(database=database)))
    assert lint(superuser, only=code)


def test_an_exception_names_something_that_exists_and_gives_its_reason():
    names = {str(item.name) for table in tenant_tables() for item in (*table.indexes, *table.constraints)}
    for name, reason in crossings().items():
        assert name in names
        assert len(reason) > 20, f"{name}: say why it may cross tenants"
