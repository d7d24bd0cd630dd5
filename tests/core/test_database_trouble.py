"""When the database is away, locked or slow, people read a sentence and when to come again: never a 500, no traceback.

A server of its own, because it is locked, killed and stopped here.
"""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from psycopg import errors as pg
from sqlalchemy import Engine, NullPool, create_engine, event, text
from sqlalchemy.exc import DataError, InterfaceError, InternalError, OperationalError, ProgrammingError
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from kimhub.core.database.binding_key import use_binding_key
from kimhub.core.database.migrate import migrate
from kimhub.core.database.trouble import cause_of, passing_trouble
from kimhub.core.database.urls import conninfo, with_database
from kimhub.core.layout import DATABASE
from kimhub.core.settings import Settings
from kimhub.embedded.servers import EmbeddedServers
from kimhub.identity.tokens import issue_token
from tenants import Permission, Role, db
from tests.embedded.support import eventually
from tests.factories.identity import Person, create_machine, create_person
from tests.factories.tenants import District, create_district
from tests.support.browser import Browser
from tests.support.cluster import Cluster, hang_up, other_postgres

pytestmark = pytest.mark.faults

SCOPES = (Permission.FUNDING_READ, Permission.FUNDING_WRITE)
_numbers = count(1)
Moment = Callable[[Any], None]


@dataclass
class Place:
    """A server, its database and the application on it."""

    servers: EmbeddedServers
    admin: Engine
    app: Flask
    district: District
    person: Person
    token: str

    @property
    def desk(self) -> str:
        return f"/t/{self.district.kreis.slug}/"

    def browser(self) -> Browser:
        """Somebody who is signed in."""
        browser = Browser(self.app)
        browser.sign_in(self.person.email, self.person.password)
        return browser

    def api(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        """Ask the API as a machine client of the Kreis."""
        return self.app.test_client().open(
            f"/api/v1{path}",
            method=method,
            json=body,
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )

    def address(self) -> tuple[UUID, str]:
        """Put a body into the address book; return its id and its ETag."""
        made = self.api("POST", "/organizations", entry())
        assert made.status_code == 201, made.text
        return UUID(made.json["id"]), made.headers["ETag"]

    def addresses(self) -> int:
        with self.admin.connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM organization")) or 0

    @contextmanager
    def limited(self, **limits: str) -> Iterator[None]:
        """Give the application's new connections other limits, so that nobody waits for ten seconds here."""

        def limit(connection: psycopg.Connection[Any], _record: object) -> None:
            connection.autocommit = True
            for name, value in limits.items():
                connection.execute(f"SET {name} = '{value}'")
            connection.autocommit = False

        self.renew()
        with self.listening("connect", limit):
            yield
        self.renew()

    @contextmanager
    def listening(self, moment: str, hook: Callable[..., None]) -> Iterator[None]:
        """Call `hook` at each such moment of the application's engines."""
        with self.app.app_context():
            engines = list(db.engines.values())
        for engine in engines:
            event.listen(engine, moment, hook)
        try:
            yield
        finally:
            for engine in engines:
                event.remove(engine, moment, hook)

    def renew(self) -> None:
        """Forget all connections."""
        hang_up(self.app)

    @contextmanager
    def at(self, moment: str, act: Moment, *, once: str = "") -> Iterator[None]:
        """Do something at a moment of the application's engine; once, at the first statement that contains `once`."""
        done = threading.Event()

        def hook(connection: Any, *arguments: Any) -> None:
            statement = arguments[1] if len(arguments) > 1 else ""
            if not done.is_set() and once in statement:
                done.set()
                act(connection)

        with self.listening(moment, hook):
            yield
        assert done.is_set(), "the moment never came"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kimhub-trouble-")))
        servers = stack.enter_context(EmbeddedServers(var, durable=False, postgres_programs=other_postgres()))
        migrate(servers.urls.owner)
        admin = create_engine(with_database(servers.urls.admin, DATABASE), poolclass=NullPool)
        stack.callback(admin.dispose)
        with admin.begin() as connection:
            district = create_district(connection)
            person = create_person(connection, "ki@kreis.example", (district.kreis, Role.KI_COORDINATOR))
            machine = create_machine(connection, district.kreis, *SCOPES)
        cluster = Cluster(str(var))
        use_binding_key(Settings.from_environ(cluster.environ(DATABASE)))
        app = cluster.create_app(DATABASE)
        with app.test_request_context():
            token = issue_token(machine.client_id, district.kreis.slug, " ".join(SCOPES))
        here = Place(servers, admin, app, district, person, token)
        stack.callback(here.renew)
        yield here


@pytest.fixture
def log(place: Place, caplog: pytest.LogCaptureFixture) -> Iterator[list[Any]]:
    """What is logged; nobody may log past it."""
    with capture_logs() as entries:
        yield entries
    assert caplog.records == []


def entry() -> dict[str, str]:
    """A body that is not in the address book yet."""
    return {"name": f"Fahrradverein {next(_numbers)}", "kind": "traeger"}


def refused(response: TestResponse, code: str, log: list[Any]) -> None:
    """The answer is a whole 503 with a time to wait; the log has a line and no traceback."""
    assert response.status_code == 503, response.text
    assert int(response.headers["Retry-After"]) >= 1
    if response.mimetype == "application/problem+json":
        assert response.json["code"] == code
        assert response.json["detail"].endswith(".")
    else:
        assert '<html lang="de">' in response.text
        assert "Es wurde nichts gespeichert." in response.text or code == "outcome-unknown"
    troubles = [entry for entry in log if entry["event"] == "database_trouble"]
    assert [entry["code"] for entry in troubles] == [code]
    assert not any("exc_info" in entry for entry in log)
    log.clear()


def terminated(place: Place) -> Moment:
    """Let the server end the connection, as an operator or a shutdown does."""

    def act(connection: Any) -> None:
        pid = connection.connection.dbapi_connection.info.backend_pid
        with place.admin.connect() as other:
            assert other.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})

    return act


# --- locks and time ---------------------------------------------------------------------------------------------------


def test_a_lock_held_too_long_is_said_and_nothing_is_changed(place, log):
    address, etag = place.address()
    with place.limited(lock_timeout="200ms"), place.admin.connect() as holder:
        holder.execute(text("SELECT 1 FROM organization WHERE id = :id FOR UPDATE"), {"id": address})
        answer = place.api("PUT", f"/organizations/{address}", entry(), **{"If-Match": etag})
        refused(answer, "locked", log)
        holder.rollback()
    assert place.api("GET", f"/organizations/{address}").headers["ETag"] == etag


def test_a_locked_table_is_said_on_a_page_too(place, log):
    browser = place.browser()
    with place.limited(lock_timeout="200ms"), place.admin.connect() as holder:
        holder.execute(text("LOCK TABLE organization IN ACCESS EXCLUSIVE MODE"))
        answer = browser.get(f"/t/{place.district.kreis.slug}/mittel/adressbuch")
        refused(answer, "locked", log)
        assert "An denselben Daten wird gerade gearbeitet" in answer.text
        holder.rollback()


def test_a_session_that_cannot_be_opened_because_of_a_lock_is_said(place, log):
    browser = place.browser()
    with place.limited(lock_timeout="200ms"), place.admin.connect() as holder:
        holder.execute(text("LOCK TABLE sign_in_session IN ACCESS EXCLUSIVE MODE"))
        refused(browser.get(place.desk), "locked", log)
        holder.rollback()
    assert browser.get(place.desk).status_code == 200


def test_a_statement_that_takes_too_long_is_said(place, log):
    browser = place.browser()
    with (
        place.limited(statement_timeout="100ms"),
        place.at(
            "before_cursor_execute", lambda c: c.connection.dbapi_connection.execute("SELECT pg_sleep(9)")
        ),
    ):
        refused(browser.get(place.desk), "too-slow", log)


def test_a_transaction_that_lay_idle_is_said(place, log):
    def idle(_connection: Any) -> None:
        threading.Event().wait(0.6)

    with (
        place.limited(idle_in_transaction_session_timeout="100ms"),
        place.at("before_cursor_execute", idle, once="INSERT INTO organization"),
    ):
        before = place.addresses()
        refused(place.api("POST", "/organizations", entry()), "too-slow", log)
        assert place.addresses() == before


def test_of_a_deadlock_one_side_is_told_to_try_again(place, log):
    (mine, etag), (other, _) = place.address(), place.address()
    with place.admin.connect() as holder:
        holder.execute(text("SET deadlock_timeout = '10min'"))  # so that it is the application that loses
        lock = text("SELECT 1 FROM organization WHERE id = :id FOR UPDATE")
        holder.execute(lock, {"id": mine})

        def cross(connection: Any) -> None:
            """Lock the other row here, and let the holder wait for it."""
            connection.connection.dbapi_connection.execute(
                "UPDATE organization SET name = 'x' WHERE id = %s", [other]
            )
            threads.append(threading.Thread(target=holder.execute, args=(lock, {"id": other})))
            threads[0].start()
            pid = connection.connection.dbapi_connection.info.backend_pid
            with place.admin.connect() as looking:
                waits = text("SELECT count(*) FROM pg_stat_activity WHERE :pid = ANY (pg_blocking_pids(pid))")
                assert eventually(lambda: looking.scalar(waits, {"pid": pid}) == 1)

        threads: list[threading.Thread] = []
        with place.at("before_cursor_execute", cross, once="FROM organization"):
            answer = place.api("PUT", f"/organizations/{mine}", entry(), **{"If-Match": etag})
        threads[0].join(20)
        holder.rollback()
    refused(answer, "collision", log)


# --- connections ------------------------------------------------------------------------------------------------------


def test_a_connection_that_the_server_ends_within_the_request_is_said(place, log):
    before = place.addresses()
    with place.at("before_cursor_execute", terminated(place), once="INSERT INTO organization"):
        refused(place.api("POST", "/organizations", entry()), "unavailable", log)
    assert place.addresses() == before
    assert place.api("POST", "/organizations", entry()).status_code == 201, "the next request gets a new one"


@pytest.mark.parametrize(
    "once", ["session_open", "set_config"], ids=["at the gate", "when the actor is bound"]
)
def test_a_connection_that_ends_before_anything_is_asked_is_said(place, log, once):
    browser = place.browser()
    with place.at("before_cursor_execute", terminated(place), once=once):
        refused(browser.get(place.desk), "unavailable", log)
    assert browser.get(place.desk).status_code == 200


def test_a_connection_that_ends_before_the_commit_has_saved_nothing(place, log):
    before = place.addresses()
    with place.at("commit", terminated(place)):
        refused(place.api("POST", "/organizations", entry()), "unavailable", log)
    assert place.addresses() == before


def test_a_server_that_is_killed_at_the_commit_leaves_it_open_what_counts(place, log):
    def kill(connection: Any) -> None:
        os.kill(connection.connection.dbapi_connection.info.backend_pid, signal.SIGKILL)

    with place.at("commit", kill):
        answer = place.api("POST", "/organizations", entry())
    refused(answer, "outcome-unknown", log)
    assert "Sehen Sie nach" in answer.json["detail"]
    assert eventually(lambda: place.api("GET", "/organizations").status_code == 200), "it recovers"
    log.clear()


def test_while_the_server_is_away_every_kind_of_request_is_told_so(place, log):
    browser = place.browser()
    place.renew()
    place.servers.stop()
    try:
        refused(browser.get(place.desk), "unavailable", log)
        refused(place.api("GET", "/organizations"), "unavailable", log)
        refused(
            place.app.test_client().post(
                "/oauth/token", auth=("x", "y"), data={"grant_type": "client_credentials"}
            ),
            "unavailable",
            log,
        )
        missing = browser.get("/gibt-es-nicht")
        assert missing.status_code == 404, "what needs no database is answered without it"
        assert "Nicht gefunden" in missing.text
        assert not any("exc_info" in entry for entry in log)
        assert browser.get("/anmelden").status_code in {200, 503}
    finally:
        place.servers.start()
    assert browser.get(place.desk).status_code == 200


def test_when_the_pool_is_empty_people_are_told_to_come_again(place, log):
    browser = place.browser()
    with place.app.app_context(), ExitStack() as stack:
        engine = db.engine
        for _ in range(6):
            stack.enter_context(engine.connect())
        pool: Any = engine.pool
        patient, pool._timeout = pool._timeout, 0.1
        try:
            refused(browser.get(place.desk), "overloaded", log)
        finally:
            pool._timeout = patient


def test_a_server_without_free_connections_is_said(place, log):
    browser = place.browser()
    place.renew()
    with place.admin.begin() as connection:
        connection.execute(text("ALTER ROLE kimhub_app CONNECTION LIMIT 1"))
    try:
        with psycopg.connect(conninfo(place.servers.urls.app)):
            refused(browser.get(place.desk), "unavailable", log)
    finally:
        with place.admin.begin() as connection:
            connection.execute(text("ALTER ROLE kimhub_app CONNECTION LIMIT -1"))


# --- what is no passing trouble ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        ProgrammingError("SELECT", {}, pg.UndefinedTable()),
        DataError("SELECT", {}, pg.NumericValueOutOfRange()),
        InternalError("SELECT", {}, pg.ReadOnlySqlTransaction()),
        ValueError("statement timeout"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_fault_of_the_program_stays_one(error):
    assert passing_trouble(error) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("55P03", "locked"), ("57014", "too-slow"), ("25P03", "too-slow"), ("40001", "collision"),
        ("40P01", "collision"), ("57P01", "unavailable"), ("57P02", "unavailable"), ("57P03", "unavailable"),
        ("08006", "unavailable"), ("53100", "unavailable"), ("53300", "overloaded"), ("58030", "unavailable"),
    ],
)  # fmt: skip
def test_each_code_has_its_answer(code, expected):
    raw = pg.lookup(code)()
    for error in (raw, OperationalError("SELECT secret", {"name": "Erika"}, raw)):
        trouble = passing_trouble(error)
        assert trouble is not None
        assert trouble.code == expected
        assert trouble.status == 503
        assert cause_of(error) == code, "no statement and no value of it goes to the log"


def test_a_client_that_lost_its_connection_has_no_code_and_is_known_all_the_same():
    lost = psycopg.OperationalError("consuming input failed: server closed the connection unexpectedly")
    assert passing_trouble(lost).code == "unavailable"
    assert passing_trouble(InterfaceError("SELECT", {}, psycopg.InterfaceError("the connection is closed")))
    at_commit = OperationalError(None, None, lost, connection_invalidated=True)
    assert passing_trouble(at_commit).code == "outcome-unknown"
