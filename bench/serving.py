"""The list of plans through HTTP, as JSON and as a page, against the SQL it sends and against a peer's twin.

All sides take turns within one run, so that what else the machine does meets each of them; who begins changes with
every round. `of_sql` is how many of the transactions that pgbench gets through KIMHub serves, `of_twin` how many times
the requests of `bench.twin` (the median of the rounds, and the least and greatest of them). `cpu_ms` is what a request
costs web server and PostgreSQL together; its ratio holds on a busy machine, too.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from secrets import token_urlsafe
from socket import socket
from statistics import median
from uuid import uuid4

import psycopg
from flask import Flask
from psycopg.conninfo import conninfo_to_dict

from bench.load import Page, Served, load
from bench.measure import percentile
from bench.reading import SMALL, tenants_of
from bench.sent import repeated, taken_down
from bench.stand import Stand
from kimhub.app import create_app
from kimhub.core.database.urls import conninfo, with_database
from kimhub.core.layout import EmbeddedUrls
from kimhub.core.settings import Settings
from kimhub.identity.sessions import hash_of
from kimhub.identity.usecases.register_client import RegisterClient, register_client
from tenants import GRANT_RECIPIENTS, Permission, Role, TenantKind, system_actor, transaction

ROUNDS = 6
SECONDS = 3
CONNECTIONS = (1, 16)
DATABASE = "bench_http"
ROOT = Path(__file__).parents[1]
_MEMBER = """
SET session_replication_role = replica;
INSERT INTO account (id, email, display_name) VALUES (%(account)s, 'bench@example.org', 'Bench');
INSERT INTO membership (tenant_id, id, account_id, role, display_name, email, accepted_at)
VALUES (%(tenant)s, gen_random_uuid(), %(account)s, %(role)s, 'Bench', 'bench@example.org', now());
RESET session_replication_role;
"""


@dataclass(frozen=True)
class Visitor:
    """Who asks: a machine by its client, a person by a session."""

    client_id: str
    secret: str
    session: str

    def page(self, name: str, port: int) -> Page:
        """Return what is asked of KIMHub."""
        if name == "HTML":
            return Page(port, "/t/kreis-1/mittel/plaene", {"Cookie": f"sid={self.session}"})
        return Page(port, "/api/v1/plans", {"Authorization": f"Bearer {self._token(port)}"})

    def _token(self, port: int) -> str:
        """Return a new token: it lasts for five minutes only."""
        basic = base64.b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        connection = HTTPConnection("127.0.0.1", port)
        connection.request(
            "POST",
            "/oauth/token",
            body="grant_type=client_credentials",
            headers={"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
        )
        return str(json.loads(connection.getresponse().read())["access_token"])


@dataclass(frozen=True)
class Server:
    """A running web server."""

    pid: int
    port: int
    pages: dict[str, Page] = field(default_factory=dict)


Side = Callable[[int, float], Served]
"""Something that is asked on so many connections for so many seconds."""


def serving(stand: Stand) -> dict[str, dict[str, float]]:
    """Return requests and transactions per second, latencies, and the ratios of the rounds."""
    with stand.database(DATABASE, tenants=SMALL) as urls, ExitStack() as stack:
        environment = stand.environment(urls) | _place()
        app = create_app(Settings.from_environ(environment))
        kreis = tenants_of(urls, DATABASE, "kreis")[0]
        visitor = _visitor(app, urls, kreis)
        kimhub = stack.enter_context(_server("wsgi:application", environment, "/healthz"))
        postgres = stand.postgres_pid
        twin = stack.enter_context(_twin(urls, kreis)) if find_spec("rest_framework") else None
        if twin is None:
            print("  without the twin: pip install -r bench/twin/requirements.txt", flush=True)
        results = {}
        for name in ("JSON", "HTML"):
            statements = _sql(app, visitor.page(name, kimhub.port))
            sides: dict[str, Side] = {
                "http": partial(_load, partial(visitor.page, name, kimhub.port), (kimhub.pid, postgres)),
                "sql": partial(_repeat, statements, urls.app),
            }
            if twin:
                sides["twin"] = partial(_load, partial(twin.pages.__getitem__, name), (twin.pid, postgres))
            for connections in CONNECTIONS:
                results[f"{name}, {connections}"] = _figures(_rounds(sides, connections))
    return results


def _rounds(sides: dict[str, Side], connections: int) -> list[dict[str, Served]]:
    """Let the sides take turns; each is warmed up before it is first measured."""
    for side in sides.values():
        side(connections, 1)
    found = []
    for number in range(ROUNDS):
        names = list(sides)
        turned = names[number % len(names) :] + names[: number % len(names)]
        found.append({name: sides[name](connections, SECONDS) for name in turned})
    return found


def _figures(rounds: list[dict[str, Served]]) -> dict[str, float]:
    latencies = [one for each in rounds for one in each["http"].latencies]
    figures = {
        "http_per_s": median(each["http"].per_s for each in rounds),
        "p50_ms": median(latencies),
        "p99_ms": percentile(latencies, 0.99),
        "cpu_ms": median(each["http"].cpu_ms for each in rounds),
    }
    if "twin" in rounds[0]:
        figures |= {
            "twin_cpu_ms": median(each["twin"].cpu_ms for each in rounds),
            "cpu_of_twin": median(each["twin"].cpu_ms / each["http"].cpu_ms for each in rounds),
        }
    for other in rounds[0].keys() - {"http"}:
        ratios = [each["http"].per_s / each[other].per_s for each in rounds]
        figures |= {
            f"{other}_per_s": median(each[other].per_s for each in rounds),
            f"of_{other}": median(ratios),
            f"of_{other}_least": min(ratios),
            f"of_{other}_most": max(ratios),
        }
    return figures


def _load(page: Callable[[], Page], pids: Sequence[int], connections: int, seconds: float) -> Served:
    return load(page(), connections=connections, seconds=seconds, pids=pids)


def _repeat(statements: list[str], url: str, connections: int, seconds: float) -> Served:
    return Served(repeated(statements, url, connections=connections, seconds=seconds), [])


def _sql(app: Flask, page: Page) -> list[str]:
    """Return what the second of two requests sends: the first fills what the process remembers."""
    client = app.test_client(use_cookies=False)
    client.get(page.path, headers=page.headers)
    with taken_down() as sent:
        answer = client.get(page.path, headers=page.headers)
    if answer.status_code != 200:
        raise RuntimeError(f"status {answer.status_code} of {page.path}")
    return sent


def _visitor(app: Flask, urls: EmbeddedUrls, tenant_id: int) -> Visitor:
    """Register a machine and a person of this tenant."""
    actor = system_actor(
        tenant_id=tenant_id,
        tenant_slug="kreis",
        tenant_name="Kreis",
        tenant_kind=TenantKind.KREIS,
        tenant_traits=GRANT_RECIPIENTS.traits,
    )
    with app.app_context(), transaction(actor):
        registered = register_client(actor, RegisterClient("bench", frozenset({Permission.PLAN_READ})))
        client_id = str(registered.client.id)
    token, account = token_urlsafe(32), uuid4()
    values = {"account": account, "tenant": tenant_id, "role": Role.KI_COORDINATOR.value}
    with psycopg.connect(conninfo(with_database(urls.admin, DATABASE))) as connection:
        psycopg.ClientCursor(connection).execute(_MEMBER, values)
        connection.execute(
            "SELECT app.session_start(%s, gen_random_uuid(), %s, 'Bench', false)", [hash_of(token), account]
        )
    return Visitor(client_id, registered.secret, token)


@contextmanager
def _twin(urls: EmbeddedUrls, tenant_id: int) -> Iterator[Server]:
    """Serve the twin and yield it with what is asked of it."""
    where = conninfo_to_dict(conninfo(with_database(urls.admin, DATABASE)))
    environment = {
        **_place(),
        "DJANGO_SETTINGS_MODULE": "bench.twin.settings",
        "TWIN_HOST": str(where["host"]),
        "TWIN_PORT": str(where.get("port", "")),
        "TWIN_NAME": DATABASE,
        "TWIN_USER": str(where["user"]),
    }
    made = subprocess.run(
        [sys.executable, "-m", "bench.twin", str(tenant_id)],
        env={**os.environ, **environment}, cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    who = json.loads(made)
    with _server("bench.twin.wsgi:application", environment, "/plaene") as server:
        pages = {
            "JSON": Page(server.port, "/api/plans", {"Authorization": f"Token {who['token']}"}),
            "HTML": Page(server.port, "/plaene", {"Cookie": f"sessionid={who['session']}"}),
        }
        yield replace(server, pages=pages)


def _place() -> dict[str, str]:
    """Return the settings of a server at a free port; gunicorn.conf.py reads them for the twin, too."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return {"KIMHUB_HOST": "127.0.0.1", "KIMHUB_PORT": str(probe.getsockname()[1])}


@contextmanager
def _server(application: str, environment: dict[str, str], path: str) -> Iterator[Server]:
    """Serve an application as gunicorn.conf.py says, and yield where once it answers."""
    port = int(environment["KIMHUB_PORT"])
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application],
        env={**os.environ, **environment},
        cwd=ROOT,
    )
    try:
        _wait(port, path)
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, path: str) -> None:
    for _ in range(150):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", path)
            if connection.getresponse().status < 400:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")
