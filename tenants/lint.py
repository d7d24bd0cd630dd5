"""What must hold in the catalog of every database of KIMHub, whatever is declared: one query per rule.

The rules find what makes isolation leak although every policy looks right: rights of PUBLIC, inherited roles,
keys that tell of foreign rows, functions with more rights than their caller, switched-off triggers. Tests run
them against the migrated database and against planted faults; ``kimhub db check`` runs them on a real one.

Names that break a rule on purpose carry the reason in the model: ``info={"crosses_tenants": "why"}`` on the
index or constraint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, ForeignKeyConstraint, Table, text

from tenants.calls import SERVER_CALLS, SERVER_FUNCTIONS, calls
from tenants.db import Base
from tenants.ddl import isolation_of
from tenants.isolation import (
    APP_ROLE,
    GATE_ROLE,
    OWNER_ROLE,
    RELAY_ROLE,
    SIGN_IN_ROLE,
    Own,
    Published,
    SharedWith,
    SharedWithMany,
    Within,
)

CROSSES_TENANTS = "crosses_tenants"
"""Key in the `info` of an index or constraint; its value is the reason."""

OUR_ROLES = (OWNER_ROLE, APP_ROLE, SIGN_IN_ROLE, RELAY_ROLE, GATE_ROLE)
WORKING_ROLES = (APP_ROLE, SIGN_IN_ROLE, RELAY_ROLE, GATE_ROLE)
OUR_SCHEMAS = ("public", "app")


@dataclass(frozen=True, slots=True, order=True)
class Flaw:
    """One object of the catalog that breaks one rule."""

    rule: str
    object: str
    why: str
    advice: bool = False

    def __str__(self) -> str:
        return f"{self.rule}: {self.object} – {self.why}"


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    why: str
    query: str
    advice: bool = False
    """Whether only a superuser can put it right, so that a server without one may have to live with it."""


def lint(connection: Connection, *, only: str | None = None) -> list[Flaw]:
    """Return everything in the catalog that breaks a rule, judged by the declarations on the models.

    Reads the catalog only, so any role may ask. `only` names a single rule.
    """
    declared = _declared()
    return sorted(
        Flaw(rule.code, str(name), rule.why, rule.advice)
        for rule in RULES
        if only in {None, rule.code}
        for name in connection.scalars(text(rule.query), _only(rule.query, declared))
    )


def crossings() -> dict[str, str]:
    """Return the names of indexes and constraints that cross tenants on purpose, each with its reason."""
    return {
        str(item.name): item.info[CROSSES_TENANTS]
        for table in Base.metadata.tables.values()
        for items in (table.indexes, table.constraints)
        for item in items
        if CROSSES_TENANTS in item.info
    } | {
        str(constraint.name): element.info[CROSSES_TENANTS]
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint)
        for element in constraint.elements
        if CROSSES_TENANTS in element.info
    }


def tenant_tables() -> list[Table]:
    """Return the tables of tenant data: those whose rows belong to one tenant each."""
    return [
        table
        for table in Base.metadata.sorted_tables
        if isinstance(isolation_of(table), Own | Published | SharedWith | SharedWithMany | Within)
    ]


def _declared() -> dict[str, Any]:
    tables = Base.metadata.sorted_tables
    isolations = {table.name: isolation_of(table) for table in tables}
    shared = {
        name: isolation.columns for name, isolation in isolations.items() if isinstance(isolation, SharedWith)
    }
    batches = {name: isolation.batch for name, isolation in isolations.items() if isolation.batch}
    return {
        "tables": [table.name for table in tables],
        "tenant_tables": [table.name for table in tenant_tables()],
        "within": [name for name, isolation in isolations.items() if isinstance(isolation, Within)],
        "audited": [name for name, isolation in isolations.items() if isolation.audited],
        "batches": [
            f"{name} WHEN ((new.{batch.column} IS NULL)) EXECUTE " for name, batch in batches.items()
        ],
        "batch_guards": [guard for name, batch in batches.items() for guard in batch.guards(name)],
        "sharing": [f"{name}.{column}" for name, columns in shared.items() for column in columns],
        "crossings": list(crossings()),
        "calls": _as_printed(calls()),
        "server_functions": SERVER_FUNCTIONS,
        "server_calls": _as_printed(SERVER_CALLS.items()),
        "our_roles": list(OUR_ROLES),
        "working_roles": list(WORKING_ROLES),
        "schemas": list(OUR_SCHEMAS),
        "app": APP_ROLE,
        "gate": GATE_ROLE,
        "owner": OWNER_ROLE,
    }


def _as_printed(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Return „function BY role“ as the catalog prints a function: no space between the types."""
    return [f"{function.replace(', ', ',')} BY {role}" for function, role in pairs]


def _only(query: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that `query` names."""
    return {name: value for name, value in declared.items() if f":{name}" in query}


_TABLES = "FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = ANY(:schemas)"
_IS_TENANT_TABLE = "c.relname = ANY(:tenant_tables) AND n.nspname = 'public'"
_COLUMN = "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
_POLICY = f"""
  SELECT p.polname || ' ON ' || c.relname AS name, c.relname, p.polcmd,
    pg_get_expr(p.polqual, p.polrelid) AS qual, pg_get_expr(p.polwithcheck, p.polrelid) AS checked,
    p.polroles, p.polpermissive
  {_TABLES} JOIN pg_policy AS p ON p.polrelid = c.oid"""
_MINE = "(tenant_id = ( SELECT app.tenant() AS tenant))"
_FOR_APP = "polroles && ARRAY[0::oid, to_regrole(:app)::oid]"

RULES: tuple[_Rule, ...] = (
    # -- row-level security itself -------------------------------------------------------------------------
    _Rule(
        "rls-off",
        "row-level security must be enabled on every table",
        f"SELECT c.relname {_TABLES} WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity"
        " AND c.relname NOT IN ('alembic_version', 'alembic_version_text')",
    ),
    _Rule(
        "rls-not-forced",
        "row-level security must also hold for the owner",
        f"SELECT c.relname {_TABLES} WHERE c.relkind IN ('r', 'p') AND NOT c.relforcerowsecurity"
        " AND c.relname NOT IN ('alembic_version', 'alembic_version_text')",
    ),
    _Rule(
        "undeclared-table",
        "every table has a model that declares who may see it",
        f"SELECT c.relname {_TABLES} WHERE c.relkind IN ('r', 'p', 'f') AND c.relname <> ALL(:tables)"
        " AND c.relname NOT IN ('alembic_version', 'alembic_version_text')",
    ),
    _Rule(
        "no-read-policy",
        "a tenant table needs exactly one read policy for the application; several are joined by OR",
        f"SELECT c.relname {_TABLES} WHERE {_IS_TENANT_TABLE} AND (SELECT count(*) FROM pg_policy AS p"
        " WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*')"
        " AND p.polroles && ARRAY[0::oid, to_regrole(:app)::oid]) <> 1",
    ),
    _Rule(
        "policy-for-public",
        "a policy names its role; PUBLIC holds for roles that nobody thought of",
        f"SELECT name FROM ({_POLICY}) AS p WHERE 0 = ANY(p.polroles)",
    ),
    _Rule(
        "policy-without-tenant",
        "a policy of the application on a tenant table compares with the acting tenant, or asks the parent",
        f"SELECT name FROM ({_POLICY}) AS p WHERE relname = ANY(:tenant_tables) AND {_FOR_APP} AND polcmd <> 'a'"
        " AND polpermissive AND (qual IS NULL OR qual NOT LIKE '%app.tenant()%')"
        " AND NOT (polcmd = 'r' AND relname = ANY(:within) AND qual LIKE '(EXISTS%')",
    ),
    _Rule(
        "foreign-writes",
        "rule 1: WITH CHECK is always tenant_id = acting tenant",
        f"SELECT name FROM ({_POLICY}) AS p WHERE relname = ANY(:tenant_tables) AND {_FOR_APP}"
        f" AND polcmd IN ('a', 'w', '*') AND checked IS DISTINCT FROM '{_MINE}'",
    ),
    _Rule(
        "foreign-changes",
        "rule 1: only own rows are changed or deleted",
        f"SELECT name FROM ({_POLICY}) AS p WHERE relname = ANY(:tenant_tables) AND {_FOR_APP}"
        " AND polcmd IN ('w', 'd', '*')"
        f" AND NOT (qual = '{_MINE}' OR starts_with(qual, '({_MINE} AND '))",
    ),
    _Rule(
        "per-row-function",
        "app.tenant() stands in a scalar subquery, else it is called for every row",
        f"SELECT name FROM ({_POLICY}) AS p WHERE replace(coalesce(qual, '') || coalesce(checked, ''),"
        " 'SELECT app.tenant()', '') LIKE '%app.tenant()%' UNION ALL SELECT p.oid::regprocedure::text FROM pg_proc AS p"
        " JOIN pg_namespace AS n ON n.oid = p.pronamespace AND n.nspname = ANY(:schemas)"
        " WHERE p.prosrc ~ '(tenant_id|shared_with|released_to) = app\\.tenant\\(\\)'",
    ),
    # -- keys ----------------------------------------------------------------------------------------------
    _Rule(
        "tenant-id",
        "a tenant table has tenant_id, NOT NULL, first in its primary key",
        f"SELECT c.relname {_TABLES} WHERE {_IS_TENANT_TABLE} AND NOT EXISTS (SELECT FROM pg_attribute AS a"
        " JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary AND i.indkey[0] = a.attnum"
        " WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull)",
    ),
    _Rule(
        "tenant-id-no-tenant",
        "tenant_id refers to a tenant",
        f"SELECT c.relname {_TABLES} WHERE {_IS_TENANT_TABLE} AND NOT EXISTS (SELECT FROM pg_constraint AS k"
        " JOIN pg_attribute AS a ON a.attrelid = c.oid AND k.conkey = ARRAY[a.attnum] AND a.attname = 'tenant_id'"
        " WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confrelid = to_regclass('public.tenant'))",
    ),
    _Rule(
        "unique-across-tenants",
        "a unique key without tenant_id or a random id tells that a foreign row exists",
        f"SELECT i.indexrelid::regclass {_TABLES} JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisunique"
        f" WHERE {_IS_TENANT_TABLE} AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid"
        " AND a.attnum = ANY(i.indkey) AND (a.attname = 'tenant_id' OR a.atttypid = 'uuid'::regtype))"
        " AND i.indexrelid::regclass::text <> ALL(:crossings)",
    ),
    _Rule(
        "foreign-parent",
        "a key to a tenant table includes its tenant_id, else a row can hang on a parent that it may not see",
        f"SELECT k.conname {_TABLES} JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'f'"
        " JOIN pg_class AS r ON r.oid = k.confrelid AND r.relname = ANY(:tenant_tables)"
        f" WHERE {_IS_TENANT_TABLE} AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = r.oid"
        " AND a.attnum = ANY(k.confkey) AND a.attname = 'tenant_id') AND k.conname <> ALL(:crossings)",
    ),
    _Rule(
        "cascade",
        "a cascade passes row-level security by; only to rows of the same tenant it does no harm",
        f"SELECT k.conname {_TABLES} JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'f'"
        f" WHERE {_IS_TENANT_TABLE} AND (k.confdeltype NOT IN ('a', 'r') OR k.confupdtype NOT IN ('a', 'r'))"
        " AND NOT EXISTS (SELECT FROM unnest(k.conkey, k.confkey) AS pair (child, parent)"
        " JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = pair.child AND a.attname = 'tenant_id'"
        " JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = pair.parent AND b.attname = 'tenant_id')",
    ),
    _Rule(
        "global-index",
        "an index of a tenant table leads with a scope column; on a sort column alone it misleads the planner",
        "SELECT i.indexrelid::regclass"
        f" {_TABLES} JOIN pg_index AS i ON i.indrelid = c.oid"
        " LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
        f" WHERE {_IS_TENANT_TABLE} AND a.attname IS DISTINCT FROM 'tenant_id'"
        " AND a.atttypid IS DISTINCT FROM 'uuid'::regtype"
        " AND coalesce(c.relname || '.' || a.attname, '') <> ALL(:sharing)"
        " AND i.indexrelid::regclass::text <> ALL(:crossings)",
    ),
    _Rule(
        "hand-filled-sharing",
        "with whom a row is shared is generated by the database, never written by the application",
        f"SELECT c.relname || '.' || a.attname {_TABLES} {_COLUMN}"
        " WHERE c.relname || '.' || a.attname = ANY(:sharing) AND a.attgenerated <> 's'",
    ),
    _Rule(
        "not-validated",
        "a constraint that was never checked promises nothing",
        f"SELECT k.conname {_TABLES} JOIN pg_constraint AS k ON k.conrelid = c.oid WHERE NOT k.convalidated",
    ),
    _Rule(
        "trigger-off",
        "audit and foreign keys are triggers; none may be switched off",
        f"SELECT t.tgname || ' ON ' || c.relname {_TABLES} JOIN pg_trigger AS t ON t.tgrelid = c.oid"
        " WHERE t.tgenabled <> 'O'",
    ),
    _Rule(
        "not-audited",
        "every change of a row that is declared as audited reaches app.audit_row, but for new rows of a batch",
        f"SELECT DISTINCT c.relname {_TABLES} CROSS JOIN unnest(ARRAY[4, 8, 16]) AS operation"
        " WHERE n.nspname = 'public' AND c.relname = ANY(:audited)"
        " AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid"
        " AND t.tgfoid = to_regproc('app.audit_row')::oid AND t.tgtype & 67 = 1 AND t.tgtype & operation > 0"
        " AND t.tgattr::text = '' AND (t.tgqual IS NULL OR (operation = 4"
        " AND c.relname || substring(pg_get_triggerdef(t.oid) FROM ' WHEN .* EXECUTE ') = ANY(:batches))))",
    ),
    _Rule(
        "open-batch",
        "new rows of a batch escape the audit only because they enter while their parent is open, stand at the commit"
        " only if it is closed, and are digested then",
        "SELECT given.name FROM unnest(cast(:batch_guards AS text[])) AS given (name) WHERE given.name NOT IN ("
        " SELECT c.relname || ' ' || t.tgname || ' ' || t.tgtype || ' ' || coalesce(t.tgnewtable, '')"
        f" {_TABLES} JOIN pg_trigger AS t ON t.tgrelid = c.oid UNION ALL"
        " SELECT c.relname || ' ' || k.conname || ' deferred ' || k.condeferred"
        f" {_TABLES} JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'f')",
    ),
    _Rule(
        "inheritance",
        "children and partitions have policies of their own, which nobody compares",
        f"SELECT c.relname {_TABLES} JOIN pg_inherits AS i ON c.oid IN (i.inhrelid, i.inhparent)"
        " WHERE c.relkind IN ('r', 'p')",
    ),
    _Rule(
        "rewrite-rule",
        "a rule rewrites statements behind the policies' back",
        f"SELECT r.rulename || ' ON ' || c.relname {_TABLES} JOIN pg_rewrite AS r ON r.ev_class = c.oid"
        " WHERE r.rulename <> '_RETURN'",
    ),
    # -- rights --------------------------------------------------------------------------------------------
    _Rule(
        "too-many-rights",
        "the working roles read, and write single columns; TRUNCATE, TRIGGER and the like pass the policies by",
        "SELECT r.grantee::regrole || ' ' || r.privilege_type || ' ON ' || c.relname"
        f" {_TABLES} CROSS JOIN aclexplode(c.relacl) AS r"
        " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND (r.grantee = 0 OR r.grantee::regrole::text"
        " = ANY(:working_roles)) AND (r.grantee = 0 OR r.is_grantable"
        " OR r.privilege_type NOT IN ('SELECT', 'DELETE'))",
    ),
    _Rule(
        "writable-scope",
        "nobody changes whose a row is",
        "SELECT r.grantee::regrole || ' UPDATE ' || c.relname || '.' || a.attname"
        f" {_TABLES} {_COLUMN} CROSS JOIN aclexplode(a.attacl) AS r"
        f" WHERE {_IS_TENANT_TABLE} AND r.privilege_type = 'UPDATE' AND a.attname IN ('tenant_id', 'id')",
    ),
    _Rule(
        "column-right",
        "column rights of PUBLIC, or rights that can be passed on",
        f"SELECT c.relname || '.' || a.attname {_TABLES} {_COLUMN} CROSS JOIN aclexplode(a.attacl) AS r"
        " WHERE r.grantee = 0 OR r.is_grantable",
    ),
    _Rule(
        "sequence",
        "a sequence tells how many rows others have",
        "SELECT r.grantee::regrole || ' ' || c.relname"
        f" {_TABLES} CROSS JOIN aclexplode(c.relacl) AS r WHERE c.relkind = 'S'"
        " AND (r.grantee = 0 OR r.grantee::regrole::text = ANY(:working_roles))",
    ),
    _Rule(
        "owns",
        "the working roles own nothing (the gate: its functions only), for owners do as they like",
        "SELECT d.refobjid::regrole || ' owns ' || pg_describe_object(d.classid, d.objid, d.objsubid)"
        " FROM pg_shdepend AS d JOIN pg_roles AS r ON r.oid = d.refobjid AND r.rolname = ANY(:working_roles)"
        " WHERE d.refclassid = 'pg_authid'::regclass AND d.deptype = 'o'"
        " AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))"
        " AND NOT (r.rolname = :gate AND d.classid IN ('pg_proc'::regclass, 'pg_default_acl'::regclass))",
    ),
    _Rule(
        "powers",
        "no role of ours has powers beyond its grants, and the gate signs nobody in",
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(:our_roles) AND (rolsuper OR rolbypassrls OR rolcreaterole"
        " OR rolcreatedb OR rolreplication OR rolinherit OR (rolname = :gate AND rolcanlogin))",
    ),
    _Rule(
        "member",
        "a policy also holds for the members of its role; only the owner may become the gate",
        "SELECT m.member::regrole || ' IN ' || m.roleid::regrole FROM pg_auth_members AS m"
        " WHERE m.member::regrole::text = ANY(:our_roles)"
        " AND NOT (m.member::regrole::text = :owner AND m.roleid::regrole::text = :gate)",
    ),
    _Rule(
        "may-create",
        "the working roles create nothing, not even for the length of a session",
        "SELECT r.rolname || ' ' || p.place FROM pg_roles AS r CROSS JOIN LATERAL (VALUES"
        " ('database', has_database_privilege(r.oid, current_database(), 'CREATE')),"
        " ('temporary', has_database_privilege(r.oid, current_database(), 'TEMP')),"
        " ('public', has_schema_privilege(r.oid, 'public', 'CREATE')),"
        " ('app', r.rolname <> :gate AND has_schema_privilege(r.oid, 'app', 'CREATE'))) AS p (place, may)"
        " WHERE r.rolname = ANY(:working_roles) AND p.may",
    ),
    _Rule(
        "role-setting",
        "who acts is never set for a role or database, only for a transaction",
        "SELECT s.setrole::regrole || ' ' || item FROM pg_db_role_setting AS s CROSS JOIN unnest(s.setconfig) AS item"
        " WHERE item ~* '^(app\\.|row_security|session_replication_role|search_path|role=)'",
    ),
    # -- code in the database ------------------------------------------------------------------------------
    _Rule(
        "public-function",
        "a function names who may call it",
        "SELECT p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace"
        " AND n.nspname = ANY(:schemas) WHERE p.proacl IS NULL"
        " OR EXISTS (SELECT FROM aclexplode(p.proacl) AS r WHERE r.grantee = 0)",
    ),
    _Rule(
        "undeclared-call",
        "who may call a function is declared in calls.py, and granted as it is declared",
        "SELECT coalesce(found.call, declared.call) FROM (SELECT p.oid::regprocedure || ' BY ' || r.grantee::regrole"
        " FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace AND n.nspname = ANY(:schemas)"
        " CROSS JOIN aclexplode(p.proacl) AS r WHERE r.grantee NOT IN (0, p.proowner)) AS found (call)"
        " FULL JOIN unnest(CAST(:calls AS text[])) AS declared (call) ON found.call = declared.call"
        " WHERE found.call IS NULL OR declared.call IS NULL",
    ),
    _Rule(
        "security-definer",
        "a function with its owner's rights belongs to the gate",
        "SELECT p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace"
        " AND n.nspname = ANY(:schemas) WHERE p.prosecdef AND p.proowner::regrole::text <> :gate",
    ),
    _Rule(
        "search-path",
        "a function searches pg_catalog first and pg_temp last, whatever its caller wants; one that is bound to its"
        " objects when it is made searches nothing",
        "SELECT p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace"
        " AND n.nspname = ANY(:schemas) WHERE p.prosqlbody IS NULL AND NOT EXISTS (SELECT FROM"
        " unnest(p.proconfig) AS item WHERE item ~ '^search_path=pg_catalog(, [a-z_]+)*, pg_temp$')",
    ),
    _Rule(
        "rebinding-function",
        "who acts is said in one place, never inside the database",
        "SELECT p.oid::regprocedure FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace"
        " AND n.nspname = ANY(:schemas) WHERE p.prokind IN ('f', 'p')"
        " AND (pg_get_functiondef(p.oid) ~* 'set_config|set (local |session )?(role|app\\.)'"
        " OR array_to_string(p.proconfig, '|') ~* '(^|\\|)(app\\.|role=|row_security)')",
    ),
    _Rule(
        "definer-view",
        "a view reads with its owner's rights unless it is security_invoker; a materialized one always does",
        f"SELECT c.relname {_TABLES} WHERE c.relkind = 'm' OR (c.relkind = 'v'"
        " AND NOT coalesce(c.reloptions @> ARRAY['security_invoker=true'], false))",
    ),
    _Rule(
        "large-object",
        "large objects know no rows and no policies",
        "SELECT oid FROM pg_largeobject_metadata",
    ),
    # -- what PostgreSQL gives everybody -------------------------------------------------------------------
    _Rule(
        "server-function",
        "large objects, advisory locks and signals are nobody's but those who need them (calls.py)",
        "SELECT p.oid::regprocedure || coalesce(' BY ' || nullif(r.grantee, 0)::regrole, '') FROM pg_proc AS p"
        " CROSS JOIN aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS r"
        " WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ :server_functions"
        " AND (r.grantee = 0 OR r.grantee::regrole::text = ANY(:our_roles))"
        " AND r.grantee <> p.proowner AND p.oid::regprocedure || ' BY ' || r.grantee::regrole <> ALL(:server_calls)",
        advice=True,
    ),
    _Rule(
        "code-block",
        "a block of code (DO) goes through everything in one statement; those who work make none",
        "SELECT r.rolname || ' ' || l.lanname FROM pg_roles AS r CROSS JOIN pg_language AS l"
        " WHERE r.rolname = ANY(:working_roles) AND r.rolname <> :gate AND l.lanname = 'plpgsql'"
        " AND has_language_privilege(r.oid, l.oid, 'USAGE')",
        advice=True,
    ),
    _Rule(
        "other-database",
        "the working roles enter no other database of the server that is open to everybody",
        "SELECT d.datname FROM pg_database AS d WHERE d.datallowconn AND d.datname <> current_database()"
        " AND has_database_privilege('public', d.oid, 'CONNECT')",
        advice=True,
    ),
    _Rule(
        "endless-role",
        "a role can change its own settings; that it may wait for ever was not set by us",
        "SELECT s.setrole::regrole || ' ' || item FROM pg_db_role_setting AS s CROSS JOIN unnest(s.setconfig) AS item"
        " WHERE s.setrole::regrole::text = ANY(:working_roles) AND item ~ '_timeout=0'",
    ),
)
"""All rules. A query returns the names of the objects that break its rule."""
