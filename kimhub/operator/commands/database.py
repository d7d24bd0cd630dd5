"""`kimhub db`: prepare a server, migrate a database, look after its isolation."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType

import click
from sqlalchemy import NullPool, create_engine, make_url

from kimhub.core.database.binding_key import KeyInUse, use_binding_key
from kimhub.core.database.migrate import expect_own_migrations, migrate
from kimhub.core.database.prepare import cluster_script, prepare_cluster
from kimhub.core.database.unfit import begun_anew
from kimhub.core.layout import PROJECT
from kimhub.core.operator_error import OperatorError
from kimhub.core.settings import Settings
from kimhub.embedded.availability import servers_of
from kimhub.operator.workflows import declared_workflows
from tenants.rules import rules_ddl, rules_in


@click.group()
def db() -> None:
    """Datenbank einrichten und auf den Stand dieser Fassung bringen."""


@db.command("init")
@click.option(
    "--admin-url",
    metavar="ADRESSE",
    help="Adresse mit einer Rolle, die Rollen und Datenbanken anlegen darf (sonst KIMHUB_DATABASE_ADMIN_URL).",
)
@click.option("--database", metavar="NAME", default="kimhub", show_default=True, help="Name der Datenbank.")
@click.option(
    "--shared-server",
    is_flag=True,
    help="Auf dem Server liegt auch anderes: Wer die Datenbanken postgres und template1 öffnen darf, bleibt.",
)
@click.option("--sql", "as_sql", is_flag=True, help="Nichts ausführen, das Skript für psql ausgeben.")
def init(admin_url: str | None, database: str, *, shared_server: bool, as_sql: bool) -> None:
    """Rollen und leere Datenbank auf einem eigenen Server anlegen. Mehrfach ausführbar.

    Kennwörter der Rollen stehen in den Adressen KIMHUB_DATABASE_URL, KIMHUB_DATABASE_SIGNIN_URL,
    KIMHUB_DATABASE_OWNER_URL und KIMHUB_DATABASE_RELAY_URL; sie werden dabei gesetzt.
    """
    if as_sql:
        click.echo(cluster_script(database, shared_server=shared_server), nl=False)
        return
    settings = Settings.from_environ()
    admin_url = admin_url or settings.database_admin_url
    if admin_url is None:
        raise click.UsageError("Bitte geben Sie --admin-url an (oder --sql, um das Skript zu lesen).")
    passwords = _passwords(settings)
    try:
        prepare_cluster(admin_url, database, passwords=passwords, shared_server=shared_server)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--admin-url") from error
    click.echo(f"Rollen und Datenbank {database} bereit")
    if passwords:
        click.echo(f"Kennwort gesetzt für {', '.join(sorted(passwords))}")


@db.command("migrate")
def migrate_command() -> None:
    """Fehlende Migrationen ausführen (Rolle kimhub_owner)."""
    settings = Settings.from_environ()
    with servers_of(settings), begun_anew(settings.own_var):
        applied = migrate(settings.owner_url())
        key = use_binding_key(settings)
    if applied:
        click.echo(f"Datenbank auf Stand {applied[-1]} ({len(applied)} Migrationen)")
    else:
        click.echo("Datenbank ist auf dem neuesten Stand")
    if key.added:
        click.echo(_told_of(key))


@db.command("binding-key")
@click.option(
    "--at-once", is_flag=True, help="Der bisherige Schlüssel gilt sofort nicht mehr, weil ihn jemand kennt."
)
def binding_key_command(*, at_once: bool) -> None:
    """Den Bindungsschlüssel aus KIMHUB_SECRET_KEY bekannt machen (Rolle kimhub_owner). Mehrfach ausführbar.

    Mit ihm beweisen web, worker und die Befehle der Datenbank, für wen sie handeln. „kimhub db migrate“ tut es auch.
    """
    settings = Settings.from_environ()
    with servers_of(settings):
        key = use_binding_key(settings, at_once=at_once)
    click.echo(_told_of(key))


def _told_of(key: KeyInUse) -> str:
    told = "Neuer Bindungsschlüssel gilt" if key.added else "Bindungsschlüssel ist bekannt"
    if not key.ending:
        return told
    return f"{told}; bisherige gelten noch höchstens einen Tag. Starten Sie web und worker bis dahin neu"


@db.command("ddl")
@click.argument("tables", metavar="TABELLE…", nargs=-1)
@click.option(
    "--rule", "names", metavar="NAME", multiple=True, help="Funktion aus einer Datei rules/NAME.sql."
)
@click.option(
    "--workflow", "kinds", metavar="ART", multiple=True, help="Erlaubte Schritte einer Art von Vorgang."
)
def ddl_command(tables: tuple[str, ...], names: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    """Anweisungen für Neues ausgeben, wie das Programm es erklärt: der Text einer Migration.

    Zu Tabellen gehören Indizes, Zeilenschutz, Rechte und Auslöser, zu Funktionen Eigentümer und Rechte. Es wird nichts
    ausgeführt.
    """
    if not (tables or names or kinds):
        raise click.UsageError("Bitte nennen Sie mindestens eine TABELLE, --rule oder --workflow.")
    ddl = _with_models("tenants.ddl")
    rules, workflows = rules_in(PROJECT / "tenants", PROJECT / "kimhub"), declared_workflows()
    try:
        statements = [
            *ddl.metadata_ddl(ddl.tables_named(tables)),
            *rules_ddl(rules[name] for name in names),
            *(ddl.transitions_ddl(workflows[kind]) for kind in kinds),
        ]
    except LookupError as error:
        raise OperatorError(f"Das gibt es nicht: {error}") from error
    tidy = (text.replace(" \n", "\n").replace("\t", "  ") for text in statements)
    click.echo(";\n\n".join(tidy))


@db.command("triggers")
def triggers_command() -> None:
    """Die Seite docs/triggers.md ausgeben: was die Datenbank bei jeder Tabelle bewacht."""
    click.echo(_with_models("kimhub.operator.trigger_page").trigger_page(), nl=False)


@db.command("check")
def check_command() -> None:
    """Prüfen, ob in dieser Datenbank alles gilt, was die Kommunen voneinander trennt (Rolle kimhub_owner).

    Ein „Hinweis“ ist, was PostgreSQL allen erlaubt und nur ein Superuser wegnehmen kann; er ändert den Status nicht.
    """
    lint = _with_models("tenants.lint").lint
    settings = Settings.from_environ()
    with servers_of(settings), begun_anew(settings.own_var):
        engine = create_engine(settings.owner_url(), poolclass=NullPool)
        with engine.connect() as connection:
            expect_own_migrations(connection)
            flaws = lint(connection)
    wrong = [flaw for flaw in flaws if not flaw.advice]
    for flaw in flaws:
        click.echo(f"Hinweis: {flaw}" if flaw.advice else str(flaw))
    if wrong:
        click.echo(f"{len(wrong)} Abweichungen. So darf diese Datenbank nicht betrieben werden.", err=True)
        sys.exit(1)
    if flaws:
        click.echo(
            "Die Hinweise beseitigt „kimhub db init“ mit der Adresse eines Superusers, wo es einen gibt."
        )
    click.echo("Zeilenschutz, Rechte und Schlüssel sind, wie die Modelle sie erklären.")


def _with_models(module: str) -> ModuleType:
    """Import `module` when every model is known; the other commands start without them."""
    import_module("kimhub.app").load_models()
    return import_module(module)


def _passwords(settings: Settings) -> dict[str, str]:
    urls = (
        settings.database_url,
        settings.database_sign_in_url,
        settings.database_owner_url,
        settings.database_relay_url,
    )
    parsed = [make_url(url) for url in urls if url is not None]
    return {str(url.username): url.password for url in parsed if url.password}
