"""Roles, rights and the empty database, made once per server by somebody with the right to do so.

The same list of steps is run by `prepare_cluster` and printed by `cluster_script` for administrators who
want to read it first. Every step can be repeated: what is already right is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

import psycopg
from psycopg import sql

from kimhub.core.database.roles import LOGIN_ROLES, ROLE_GATE, ROLE_OWNER, ROLES, SERVING_ROLES
from kimhub.core.database.unfit import UnfitDatabaseError
from kimhub.core.database.urls import conninfo, with_database
from kimhub.core.operator_error import OperatorError
from tenants.calls import SERVER_CALLS, SERVER_FUNCTIONS

OLDEST_VERSION = 15
ROLE_SETTINGS = {
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
}
"""For the roles that serve: nothing of theirs may hold up others for longer."""
_NO_POWERS = "NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
_HAS_NO_POWERS = (
    "NOT rolsuper AND NOT rolbypassrls AND NOT rolcreatedb AND NOT rolcreaterole AND NOT rolreplication"
)
_LOCK = 0x6B696D687562
"""Key of the advisory lock that lets one preparation run at a time: "kimhub" in ASCII."""


class ClusterError(OperatorError):
    """The server cannot be used as it is; the message says why."""


class Place(Enum):
    """Where a step runs."""

    SERVER = auto()
    DATABASE = auto()


@dataclass(frozen=True)
class Step:
    """One statement, run unless the query `unless` returns a row."""

    statement: sql.Composed
    unless: sql.Composed | None = None
    place: Place = Place.SERVER


def connection_options() -> str:
    """Return the same settings for each new connection (libpq's ``options``), with UTC.

    A role may change its own settings in the server (ALTER ROLE … SET) and nobody can forbid it; what a connection asks
    for itself comes before those.
    """
    return " ".join(f"-c {name}={value}" for name, value in {"timezone": "UTC", **ROLE_SETTINGS}.items())


def cluster_steps(
    database: str, *, template: str = "template0", version: int, shared_server: bool = False
) -> tuple[Step, ...]:
    """Return what turns a PostgreSQL server of this major version into one that holds an empty KIMHub."""
    return (
        *(step for role in ROLES for step in _role_steps(role)),
        *_membership_steps(version),
        *_database_steps(database, template, version),
        *([] if shared_server else _other_database_steps()),
        *_power_steps(),
        *_schema_steps(database),
    )


def prepare_cluster(
    admin_url: str,
    database: str = "kimhub",
    *,
    template: str = "template0",
    passwords: Mapping[str, str] | None = None,
    shared_server: bool = False,
) -> None:
    """Make the roles and the database, or bring them into the state they should have.

    `admin_url` signs in as a superuser, or as a role with CREATEROLE and CREATEDB. `template` names a
    database to copy (tests). `passwords` maps roles to new passwords, which reach the server as SCRAM
    verifiers only. `shared_server` leaves the server's own databases as they are, because others use them, too.
    What only a superuser may take away stays where the administrator is none; ``kimhub db check`` names it.
    Raises ClusterError where the server is too old, UnfitDatabaseError for an existing database with properties
    that cannot be changed, psycopg.Error for the rest.
    """
    with psycopg.connect(conninfo(admin_url), autocommit=True) as server:
        version = server.info.server_version // 10000
        if version < OLDEST_VERSION:
            raise ClusterError(
                f"PostgreSQL {version} ist zu alt. KIMHub braucht Version {OLDEST_VERSION} oder neuer."
            )
        server.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        steps = cluster_steps(database, template=template, version=version, shared_server=shared_server)
        _run(server, [step for step in steps if step.place is Place.SERVER])
        for role, password in (passwords or {}).items():
            _set_password(server, role, password)
        with psycopg.connect(conninfo(with_database(admin_url, database)), autocommit=True) as inside:
            _check_properties(inside)
            _run(inside, [step for step in steps if step.place is Place.DATABASE])


def cluster_script(
    database: str = "kimhub", *, version: int = OLDEST_VERSION, shared_server: bool = False
) -> str:
    """Return the same steps as a script for `psql`, to be run by the server's administrator.

    Passwords are not in it; the script ends with the commands that ask for them.
    """
    lines = [
        f"-- Roles and database of KIMHub for PostgreSQL {version} or later. May be run again at any time.",
        "-- psql --set ON_ERROR_STOP=1 --file THIS_FILE postgres",
        "",
    ]
    steps = cluster_steps(database, version=version, shared_server=shared_server)
    lines += [_psql(step) for step in steps if step.place is Place.SERVER]
    lines += ["", f"\\connect {_text(sql.Identifier(database))}"]
    lines += [_psql(step) for step in steps if step.place is Place.DATABASE]
    lines += ["", "-- Then set the passwords:", *(f"-- \\password {role}" for role in LOGIN_ROLES)]
    return "\n".join(lines) + "\n"


def _role_steps(role: str) -> list[Step]:
    name, literal = sql.Identifier(role), sql.Literal(role)
    # Nobody inherits: a policy for the gate role would else hold for the owner, its member, too.
    signs_in = role in LOGIN_ROLES
    attributes = sql.SQL(f"{'LOGIN' if signs_in else 'NOLOGIN'} NOINHERIT {_NO_POWERS}")
    is_right = sql.SQL(f"{'' if signs_in else 'NOT '}rolcanlogin AND NOT rolinherit AND {_HAS_NO_POWERS}")
    steps = [
        Step(
            sql.SQL("CREATE ROLE {} {}").format(name, attributes),
            unless=sql.SQL("SELECT FROM pg_roles WHERE rolname = {}").format(literal),
        ),
        Step(
            sql.SQL("ALTER ROLE {} {}").format(name, attributes),
            unless=sql.SQL("SELECT FROM pg_roles WHERE rolname = {} AND {}").format(literal, is_right),
        ),
    ]
    if role in SERVING_ROLES:
        steps += [
            Step(sql.SQL("ALTER ROLE {} SET {} = {}").format(name, sql.Identifier(key), sql.Literal(value)))
            for key, value in ROLE_SETTINGS.items()
        ]
    return steps


def _membership_steps(version: int) -> list[Step]:
    owner, gate = sql.Identifier(ROLE_OWNER), sql.Identifier(ROLE_GATE)
    # Migrations make the gate's functions by SET ROLE; from version 16 on each membership says what it gives.
    options, is_right = "", ""
    if version >= 16:
        options, is_right = " WITH INHERIT FALSE, SET TRUE", " AND NOT inherit_option AND set_option"
    return [
        Step(
            sql.SQL("GRANT {} TO {}" + options).format(gate, owner),
            unless=sql.SQL(
                "SELECT FROM pg_auth_members WHERE roleid = {}::regrole AND member = {}::regrole" + is_right
            ).format(sql.Literal(ROLE_GATE), sql.Literal(ROLE_OWNER)),
        ),
        # An administrator who is no superuser must be a member to hand over the database.
        Step(
            sql.SQL("GRANT {} TO CURRENT_USER").format(owner),
            unless=sql.SQL("SELECT FROM pg_roles WHERE rolname = CURRENT_USER AND rolsuper").format(),
        ),
    ]


def _database_steps(database: str, template: str, version: int) -> list[Step]:
    name = sql.Identifier(database)
    exists = sql.SQL("SELECT FROM pg_database WHERE datname = {}").format(sql.Literal(database))
    # Code point order, the same on every machine; German order comes from stored sort keys. What a letter is comes
    # from LC_CTYPE in pg_trgm, whatever the provider: with C it has none beyond ASCII, and ö would cut a word in two.
    provider = "builtin BUILTIN_LOCALE 'C.UTF-8'" if version >= 17 else "libc"
    locale = f"ENCODING 'UTF8' LOCALE_PROVIDER {provider} LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
    options = sql.SQL(locale if template == "template0" else "")
    return [
        Step(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} {}").format(name, sql.Identifier(template), options),
            unless=exists,
        ),
        Step(sql.SQL("ALTER DATABASE {} SET timezone = 'UTC'").format(name)),
        Step(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name)),
        Step(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
                name, sql.SQL(", ").join(map(sql.Identifier, LOGIN_ROLES))
            )
        ),
    ]


def _other_database_steps() -> list[Step]:
    """Close the two databases that every server has and everybody may enter. The administrator keeps the way in."""
    return [
        Step(
            sql.SQL(statement).format(sql.Identifier(name)),
            unless=sql.SQL(
                "SELECT WHERE NOT EXISTS (SELECT FROM pg_database AS d WHERE d.datname = {}"
                " AND has_database_privilege('public', d.oid, 'CONNECT'))"
            ).format(sql.Literal(name)),
        )
        for name in ("postgres", "template1")
        for statement in (
            "GRANT CONNECT ON DATABASE {} TO CURRENT_USER",
            "REVOKE CONNECT ON DATABASE {} FROM PUBLIC",
        )
    ]


def _power_steps() -> list[Step]:
    """Take from everybody what PostgreSQL gives everybody and nobody needs here (tenants/calls.py)."""
    pattern = sql.Literal(SERVER_FUNCTIONS)
    everybodys = sql.SQL(
        "SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
        " AND proname ~ {} AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) AS r WHERE r.grantee = 0))"
    ).format(pattern)
    languages = sql.SQL("SELECT WHERE NOT has_language_privilege('public', 'plpgsql', 'USAGE')").format()
    return [
        Step(
            sql.SQL(
                "DO $do$ DECLARE f record; BEGIN FOR f IN {} LOOP"
                " EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f.name); END LOOP; END $do$"
            ).format(everybodys),
            unless=sql.SQL("SELECT WHERE NOT EXISTS ({})").format(everybodys),
            place=Place.DATABASE,
        ),
        *(
            Step(
                sql.SQL(f"GRANT EXECUTE ON FUNCTION pg_catalog.{function} TO {{}}").format(
                    sql.Identifier(role)
                ),
                unless=sql.SQL("SELECT WHERE has_function_privilege({}, {}, 'EXECUTE')").format(
                    sql.Literal(role), sql.Literal(f"pg_catalog.{function}")
                ),
                place=Place.DATABASE,
            )
            for function, role in SERVER_CALLS.items()
        ),
        # Whoever may make functions may also run blocks of code; those who work make none.
        Step(
            sql.SQL("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC").format(),
            unless=languages,
            place=Place.DATABASE,
        ),
        *(
            Step(
                sql.SQL("GRANT USAGE ON LANGUAGE plpgsql TO {}").format(sql.Identifier(role)),
                unless=sql.SQL("SELECT WHERE has_language_privilege({}, 'plpgsql', 'USAGE')").format(
                    sql.Literal(role)
                ),
                place=Place.DATABASE,
            )
            for role in (ROLE_OWNER, ROLE_GATE)
        ),
    ]


def _schema_steps(database: str) -> list[Step]:
    owner = sql.Identifier(ROLE_OWNER)
    return [
        Step(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner), place=Place.DATABASE),
        Step(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC").format(), place=Place.DATABASE),
        # Last: an administrator who is no superuser may hand over the schema only as long as the database is theirs.
        Step(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), owner),
            unless=sql.SQL(
                "SELECT FROM pg_database WHERE datname = {} AND pg_get_userbyid(datdba) = {}"
            ).format(sql.Literal(database), sql.Literal(ROLE_OWNER)),
            place=Place.DATABASE,
        ),
    ]


def _run(connection: psycopg.Connection, steps: list[Step]) -> None:
    for step in steps:
        if step.unless is None or connection.execute(step.unless).fetchone() is None:
            connection.execute(step.statement)


def _set_password(connection: psycopg.Connection, role: str, password: str) -> None:
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(role), sql.Literal(verifier.decode("ascii"))
        )
    )


def _check_properties(connection: psycopg.Connection) -> None:
    """Refuse a database in which words are cut, sorted or stored otherwise; nothing of that can be changed later."""
    name, encoding, ctype, by_code_point = connection.execute(
        "SELECT datname, pg_encoding_to_char(encoding), datctype, 'Zebra' < 'apfel' AND 'zebra' < 'äpfel'"
        " FROM pg_database WHERE datname = current_database()"
    ).fetchone() or ("", "", "", False)
    flaws = {
        f"Die Zeichen sind als {encoding} statt als UTF8 gespeichert": encoding != "UTF8",
        f"Umlaute gelten nicht als Buchstaben (LC_CTYPE {ctype} statt C.UTF-8)": ctype in {"C", "POSIX"},
        "Texte werden anders als nach Zeichennummern sortiert (Collation C)": not by_code_point,
    }
    for what, is_so in flaws.items():
        if is_so:
            raise UnfitDatabaseError(
                f"Die Datenbank {name} ist falsch angelegt: {what}.",
                "Das lässt sich nicht ändern: Sichern Sie sie (pg_dump), benennen Sie sie um, legen Sie mit "
                "„kimhub db init“ eine neue an und spielen Sie dort die Sicherung ein.",
            )


def _psql(step: Step) -> str:
    statement = _text(step.statement)
    if step.unless is None:
        return f"{statement};"
    quoted = _text(sql.Literal(statement))
    return f"SELECT {quoted} WHERE NOT EXISTS ({_text(step.unless)}) \\gexec"


def _text(composable: sql.Composable) -> str:
    return composable.as_string(None).strip()
