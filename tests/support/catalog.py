"""What stands in PostgreSQL's catalog, as sets of facts that two databases can be compared by."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from tenants.rules import Rule

_OURS = "n.nspname IN ('public', 'app') AND c.relname NOT LIKE 'alembic_version%'"
_RELATION = f"FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace AND {_OURS}"
_WHOM = "CASE WHEN r.grantee = 0 THEN 'PUBLIC' ELSE r.grantee::regrole::text END"

TABLE_FACTS: dict[str, str] = {
    "relations": f"SELECT n.nspname, c.relname, c.relkind {_RELATION} WHERE c.relkind <> 'i'",
    "columns": "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,"
    f" a.attgenerated, pg_get_expr(d.adbin, d.adrelid), a.attcollation::regcollation {_RELATION}"
    " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
    " LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE c.relkind IN ('r', 'p')",
    "constraints": "SELECT c.relname, k.conname, pg_get_constraintdef(k.oid), k.convalidated, k.condeferrable,"
    f" k.condeferred {_RELATION} JOIN pg_constraint AS k ON k.conrelid = c.oid WHERE k.contype <> 'n'",
    "indexes": f"SELECT c.relname, pg_get_indexdef(i.indexrelid) {_RELATION} JOIN pg_index AS i ON i.indrelid = c.oid",
    "row-level security": f"SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity {_RELATION}"
    " WHERE c.relkind IN ('r', 'p')",
    "policies": "SELECT c.relname, p.polname, p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid),"
    " pg_get_expr(p.polwithcheck, p.polrelid), (SELECT string_agg(role::regrole::text, ',' ORDER BY 1)"
    f" FROM unnest(p.polroles) AS role) {_RELATION} JOIN pg_policy AS p ON p.polrelid = c.oid",
    "table rights": f"SELECT c.relname, {_WHOM}, r.privilege_type, r.is_grantable {_RELATION}"
    " CROSS JOIN aclexplode(c.relacl) AS r WHERE r.grantee <> c.relowner",
    "column rights": f"SELECT c.relname, a.attname, {_WHOM}, r.privilege_type, r.is_grantable {_RELATION}"
    " JOIN pg_attribute AS a ON a.attrelid = c.oid CROSS JOIN aclexplode(a.attacl) AS r WHERE r.grantee <> c.relowner",
    "triggers": f"SELECT c.relname, pg_get_triggerdef(t.oid), t.tgenabled {_RELATION}"
    " JOIN pg_trigger AS t ON t.tgrelid = c.oid AND NOT t.tgisinternal",
    "options": f"SELECT c.relname, unnest(c.reloptions) {_RELATION}",
    "column options": f"SELECT c.relname, a.attname, option {_RELATION} JOIN pg_attribute AS a ON a.attrelid = c.oid"
    " CROSS JOIN unnest(a.attoptions) AS option WHERE option NOT LIKE 'pg\\_%'",
}
"""What the models declare. PostgreSQL 15.20 as Debian ships it keeps a mark of its own in every column
(``pg_attver=31184024``), different in each database: what begins with ``pg_`` is the server's, nobody's option."""

OTHER_FACTS: dict[str, str] = {
    "owners": f"SELECT c.relname, c.relowner::regrole::text {_RELATION}",
    "functions": "SELECT p.oid::regprocedure::text, p.proowner::regrole::text, p.prosecdef, p.proconfig,"
    " pg_get_functiondef(p.oid), (SELECT string_agg(item::text, ',' ORDER BY item::text) FROM unnest(p.proacl) AS item)"
    " FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace AND n.nspname IN ('public', 'app')",
    "schemas": "SELECT n.nspname, n.nspowner::regrole::text, n.nspacl::text FROM pg_namespace AS n"
    " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'",
    "default rights": "SELECT defaclrole::regrole::text, defaclnamespace, defaclobjtype, defaclacl::text"
    " FROM pg_default_acl",
    "workflow": "SELECT 'workflow_transition', t.* FROM workflow_transition AS t",
}
"""What only the migrations make."""


def facts(connection: Connection, queries: dict[str, str]) -> set[tuple[str, ...]]:
    """Return every fact as (topic, values…)."""
    return {
        (topic, *map(str, row)) for topic, query in queries.items() for row in connection.execute(text(query))
    }


def difference(left: set[tuple[str, ...]], right: set[tuple[str, ...]], names: tuple[str, str]) -> str:
    """Return what only one side has, one line each; empty when both are the same."""
    lines = [f"only {names[0]}: {' | '.join(fact)}" for fact in sorted(left - right)]
    lines += [f"only {names[1]}: {' | '.join(fact)}" for fact in sorted(right - left)]
    return "\n".join(lines)


def make_functions(connection: Connection, rules: Iterable[Rule]) -> None:
    """Create the functions of the files, whose tables they may need: call it before and after."""
    connection.execute(text("SET LOCAL check_function_bodies = off"))
    known = set(connection.scalars(text("SELECT proname FROM pg_proc")))
    for rule in rules:
        if rule.name in known:
            continue
        savepoint = connection.begin_nested()
        try:
            connection.exec_driver_sql(rule.statement.replace("%", "%%"))
        except ProgrammingError:  # it needs a table that comes later; the comparison tells if it never comes
            savepoint.rollback()
        else:
            savepoint.commit()
