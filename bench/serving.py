"""A list page through HTTP against the same statement through pgbench, with the same number of connections."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from statistics import median
from tempfile import NamedTemporaryFile

from sqlalchemy.dialects import postgresql

from bench.measure import percentile
from bench.reading import SMALL, tenants_of
from bench.stand import BIND, Stand
from kimhub.app import create_app
from kimhub.core.database.urls import conninfo
from kimhub.core.layout import EmbeddedUrls
from kimhub.core.settings import Settings
from kimhub.embedded.programs import postgres_programs
from kimhub.identity.usecases.register_client import RegisterClient, register_client
from kimhub.planning.queries import PLANS
from tenants import Permission, TenantKind, db, system_actor, transaction

CONNECTIONS = 16
SECONDS = 8
PATH = "/api/v1/plans"


def serving(stand: Stand) -> dict[str, dict[str, float]]:
    """Return requests and transactions per second and their ratio, with the latencies of the requests."""
    with stand.database("bench_http", tenants=SMALL) as urls:
        kreis = tenants_of(urls, "bench_http", "kreis")[0]
        environment = stand.environment(urls)
        with _server(environment) as port:
            token = _token(environment, port, kreis)
            _load(port, token, seconds=2)
            latencies, seconds = _load(port, token, seconds=SECONDS)
        tps = _pgbench(urls, kreis, stand.said_of(kreis))
    rate = len(latencies) / seconds
    return {
        "list page": {
            "http_per_s": rate,
            "pgbench_per_s": tps,
            "ratio": rate / tps,
            "p50_ms": median(latencies),
            "p99_ms": percentile(latencies, 0.99),
        }
    }


@contextmanager
def _server(environment: dict[str, str]) -> Iterator[int]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "wsgi:application"],
        env={**os.environ, **environment, "KIMHUB_PORT": str(port), "KIMHUB_HOST": "127.0.0.1"},
        cwd=Path(__file__).parents[1],
    )
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int) -> None:
    for _ in range(150):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not start")


def _token(environment: dict[str, str], port: int, tenant_id: int) -> str:
    app = create_app(Settings.from_environ(environment))
    actor = system_actor(
        tenant_id=tenant_id, tenant_slug="kreis", tenant_name="Kreis", tenant_kind=TenantKind.KREIS
    )
    with app.app_context():
        with transaction(actor):
            registered = register_client(actor, RegisterClient("bench", frozenset({Permission.PLAN_READ})))
            client_id = str(registered.client.id)
        db.engine.dispose()
    basic = base64.b64encode(f"{client_id}:{registered.secret}".encode()).decode()
    connection = HTTPConnection("127.0.0.1", port)
    connection.request(
        "POST",
        "/oauth/token",
        body="grant_type=client_credentials",
        headers={"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    answer = json.loads(connection.getresponse().read())
    return str(answer["access_token"])


def _load(port: int, token: str, *, seconds: float) -> tuple[list[float], float]:
    """Return the latencies (ms) of `CONNECTIONS` clients that ask without a pause, and the time taken (s)."""
    found: list[list[float]] = [[] for _ in range(CONNECTIONS)]
    end = time.perf_counter() + seconds

    def ask(mine: list[float]) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        headers = {"Authorization": f"Bearer {token}"}
        while time.perf_counter() < end:
            began = time.perf_counter()
            connection.request("GET", PATH, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"status {answer.status}")
            mine.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(mine,)) for mine in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [latency for mine in found for latency in mine], time.perf_counter() - began


def _pgbench(urls: EmbeddedUrls, tenant_id: int, said: list[str]) -> float:
    """Return transactions per second of binding and reading the same page."""
    compiled = PLANS.page(conditions=["kept"]).compile(dialect=postgresql.psycopg.dialect())
    sent = compiled.construct_expanded_state({"me": tenant_id, "limit": 51})
    sql = " ".join((sent.statement % sent.parameters).split())
    with NamedTemporaryFile("w", suffix=".sql") as script:
        bind = BIND.replace("%s", "'{}'").format(*said)
        script.write(f"BEGIN;\n{bind};\n{sql};\nCOMMIT;\n")
        script.flush()
        printed = subprocess.run(
            [
                str(postgres_programs() / "bin" / "pgbench"), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2",
                "-T", str(SECONDS), "-f", script.name, conninfo(urls.app),
            ],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    match = re.search(r"tps = ([0-9.]+)", printed)
    if match is None:
        raise RuntimeError(f"pgbench said: {printed}")
    return float(match[1])
