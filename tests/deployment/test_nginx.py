"""nginx with the file that is shipped, before the real application: nobody who sends slowly holds up anybody else.

Needs Debian's nginx (apt-get install nginx-light).
"""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from kimhub.core.settings import Settings
from kimhub.core.web.plain import PLAIN_POLICY, plain_page
from tests.core.web.html import parse
from tests.deployment.support import compose
from tests.support.web_servers import ANSWERS, TEMPLATE, free_port, gunicorn, in_front

pytestmark = pytest.mark.faults

NAME = "kim.example.nrw"
PATIENCE = 20
"""Seconds for an answer while others are slow. Without buffering it never comes, so only a failing test waits."""
FORM = f"Host: {NAME}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\n"
SLOW = {
    "a header": f"GET /anmelden HTTP/1.1\r\nHost: {NAME}\r\nX-a: ",
    "a body": f"POST /anmelden HTTP/1.1\r\nOrigin: https://{NAME}\r\n{FORM}email=",
    "a body that stops after 64 kB": f"POST /anmelden HTTP/1.1\r\nOrigin: https://{NAME}\r\n{FORM}email={'x' * 65536}",
    "the body of the token endpoint": f"POST /oauth/token HTTP/1.1\r\n{FORM}grant_type=",
}
ATTACKER, SOMEBODY, FRONT = "127.0.0.1", "127.0.0.2", "127.0.4.1"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass(frozen=True)
class Edge:
    """The arrangement: nginx on `port`, the application alone on `behind`."""

    port: int
    behind: int
    log: Path

    def ask(
        self, path: str = "/anmelden", method: str = "GET", *, address: str = SOMEBODY, timeout: float = PATIENCE,
        body: bytes | None = None, host: str = NAME, **headers: str,
    ) -> Answer:  # fmt: skip
        """Ask from an address of this machine."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout, source_address=(address, 0))
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, {"Host": host, **sent})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def web(cluster) -> Iterator[tuple[int, Path]]:
    """The web process of production with its four threads."""
    port = free_port()
    with cluster.copy_of_template("test_nginx"):
        environ = {
            **cluster.environ("test_nginx"), "KIMHUB_BASE_URL": f"https://{NAME}", "KIMHUB_PROXY_HOPS": "1",
            "KIMHUB_METRICS_TOKEN": "",
        }  # fmt: skip
        with gunicorn(environ, port) as log:
            yield port, log
            said = log.read_text()
            assert "Traceback" not in said, said


@pytest.fixture(scope="module")
def edge(web) -> Iterator[Edge]:
    port = free_port()
    with in_front(web[0], port) as log:
        yield Edge(port, web[0], log)


@contextmanager
def slow(edge: Edge, head: str, connections: int) -> Iterator[Callable[[], int]]:
    """Hold connections that send a byte now and then; yields how many still live."""
    held: list[socket.socket] = []
    stop = threading.Event()

    def trickle() -> None:
        while not stop.wait(0.5):
            for each in list(held):
                try:
                    each.sendall(b"a")
                except OSError:
                    held.remove(each)

    with ExitStack() as stack:
        for _ in range(connections):
            connection = socket.create_connection(
                ("127.0.0.1", edge.port), PATIENCE, source_address=(ATTACKER, 0)
            )
            stack.callback(connection.close)
            with suppress(OSError):  # turned away at once
                connection.sendall(head.encode())
                held.append(connection)
        sender = threading.Thread(target=trickle)
        sender.start()
        stack.callback(sender.join)
        stack.callback(stop.set)
        yield lambda: len(held)


def served_meanwhile(edge: Edge, head: str, connections: int) -> list[float]:
    """Seconds that others waited for a page, while so many connections are slow."""
    waited = []
    with slow(edge, head, connections) as alive:
        for _ in range(4):
            time.sleep(0.3)
            began = time.monotonic()
            assert edge.ask().status == 200
            waited.append(round(time.monotonic() - began, 3))
            assert alive(), "they were still slow when the page came"
    return waited


# --- slow clients -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("connections", [24, 200])
@pytest.mark.parametrize("what", SLOW)
def test_others_get_their_pages_while_somebody_sends_slowly(edge, what, connections, record_property):
    record_property("waited", served_meanwhile(edge, SLOW[what], connections))


def test_this_would_fail_without_buffering(web):
    """The test can see what it is about: the same file with one word changed blocks every thread."""
    text = TEMPLATE.read_text()
    assert text.count("proxy_request_buffering on;") == 1
    port = free_port()
    with in_front(
        web[0], port, text.replace("proxy_request_buffering on;", "proxy_request_buffering off;")
    ) as log:
        unbuffered = Edge(port, web[0], log)
        head = SLOW["a body that stops after 64 kB"]
        with slow(unbuffered, head, 24), pytest.raises(TimeoutError):
            asked_for_a_while(unbuffered)


def asked_for_a_while(edge: Edge) -> None:
    for _ in range(10):
        edge.ask(timeout=4)


def ended(connection: socket.socket) -> bool:
    """Wait until the other side ends the connection."""
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True


def answered(status: int, ask: Callable[[], Answer]) -> Answer:
    """Ask until the answer is this: what others have sent, or ended, reaches nginx a moment later."""
    deadline = time.monotonic() + PATIENCE
    while (answer := ask()).status != status and time.monotonic() < deadline:
        time.sleep(0.1)
    assert answer.status == status
    return answer


def test_a_header_that_never_ends_is_cut(edge):
    with slow(edge, SLOW["a header"], 8) as alive:
        deadline = time.monotonic() + 60
        while alive() and time.monotonic() < deadline:
            time.sleep(0.2)
        assert alive() == 0


def test_a_body_that_stops_is_cut(edge):
    with socket.create_connection(("127.0.0.1", edge.port), 60) as connection:
        connection.sendall(SLOW["a body"].encode())
        assert ended(connection)


def test_one_address_has_64_requests_at_a_time_and_is_told_so(edge):
    with slow(edge, SLOW["a body"], 64):
        answer = answered(429, partial(edge.ask, address=ATTACKER))
        assert parse(answer.text).one("h1").text == "Zu viele Anfragen auf einmal"
        assert answer.headers["Retry-After"] == "10"
        assert edge.ask().status == 200
    answered(200, partial(edge.ask, address=ATTACKER))


def test_of_large_bodies_one_address_sends_eight_at_a_time(edge):
    head = SLOW["a body"].replace("100000", "2000000")
    with slow(edge, head, 8):
        answered(429, partial(edge.ask, "/anmelden", "POST", address=ATTACKER, body=b"x" * 1_000_000))
        assert edge.ask(address=ATTACKER).status == 200, "small requests still pass"


# --- who asks ---------------------------------------------------------------------------------------------------------

FORGED = {
    "X_Forwarded_For": "127.0.0.1", "X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "https",
    "X_Forwarded_Port": "1", "X_Forwarded_Prefix": "/evil", "Forwarded": "for=127.0.0.1;host=evil.example",
    "X_Real_IP": "127.0.0.1", "Via": "1.1 evil.example",
}  # fmt: skip


@dataclass
class Seen:
    """What arrives behind nginx."""

    port: int
    requests: list[tuple[str, dict[str, str]]]


@pytest.fixture
def seen() -> Iterator[Seen]:
    """A server that writes down what it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        seen, stop = Seen(listener.getsockname()[1], []), threading.Event()

        def serve() -> None:
            while not stop.is_set():
                with suppress(TimeoutError):
                    connection, _ = listener.accept()
                    with connection, connection.makefile("rb") as stream:
                        line = stream.readline().decode()
                        seen.requests.append((line, dict(http.client.parse_headers(stream).items())))
                        connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=serve)
        thread.start()
        yield seen
        stop.set()
        thread.join()


def test_nobody_but_the_web_server_in_front_says_where_a_request_comes_from(seen):
    port = free_port()
    with in_front(seen.port, port) as log:
        ask = partial(Edge(port, seen.port, log).ask, "/a//b%2F..?q=%C3%A4", **FORGED)
        assert ask().status == 204
        assert ask(address=FRONT, X_Forwarded_For="198.51.100.7, 192.0.2.9").status == 204
        assert ask(address="127.0.3.7", X_Forwarded_For="192.0.2.9", X_Forwarded_Proto="http").status == 204
        assert ask(address=FRONT, X_Forwarded_Proto="javascript").status == 204
    for line, headers in seen.requests:
        assert line == "GET /a//b%2F..?q=%C3%A4 HTTP/1.1\r\n", "the address is passed on as it was asked for"
        assert headers["Host"] == NAME
        assert not {
            "X-Forwarded-Host",
            "X-Forwarded-Port",
            "X-Forwarded-Prefix",
            "Forwarded",
            "X-Real-IP",
            "Via",
        } & set(headers)
        assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-ID"])
    told = [(headers["X-Forwarded-For"], headers["X-Forwarded-Proto"]) for _, headers in seen.requests]
    assert told == [(SOMEBODY, "http"), ("192.0.2.9", "https"), ("192.0.2.9", "http"), ("127.0.0.1", "http")]


def test_the_metrics_are_not_open_through_it_whatever_is_forged(edge):
    for address in (SOMEBODY, ATTACKER, FRONT):
        assert edge.ask("/metrics", address=address).status == 404
        assert edge.ask("/metrics", address=address, **FORGED).status == 404


def test_of_ipv6_a_client_is_a_network_of_64_bits(web):
    """Whoever has one address has 2^64; they share what one client may have."""
    port = free_port()
    with in_front(
        web[0], port, TEMPLATE.read_text().replace("limit_conn requests 64;", "limit_conn requests 1;")
    ) as log:
        edge = Edge(port, web[0], log)
        neighbours = {
            "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::9",
            "2001:db8::5": "2001:db8::1:2:3:4",
            "2001:db9::a:b:c:d": "2001:db9::1",
        }
        for held, neighbour in neighbours.items():
            head = SLOW["a body"].replace("Host:", f"X-Forwarded-For: {held}\r\nHost:")
            with socket.create_connection(
                ("127.0.0.1", port), PATIENCE, source_address=(FRONT, 0)
            ) as connection:
                connection.sendall(head.encode())
                ask = partial(edge.ask, address=FRONT)
                answered(429, partial(ask, X_Forwarded_For=neighbour))
                assert ask(X_Forwarded_For="2001:db8:ffff:2::9").status == 200


# --- what is answered in front ----------------------------------------------------------------------------------------


def test_a_form_of_another_site_is_refused_before_its_body_is_sent(edge):
    for site in ("cross-site", "same-site", "none"):
        with socket.create_connection(("127.0.0.1", edge.port), PATIENCE) as connection:
            connection.sendall(SLOW["a body"].replace("Origin", f"Sec-Fetch-Site: {site}\r\nOrigin").encode())
            assert connection.recv(12) == b"HTTP/1.1 403", "although the body never comes"
    machine = edge.ask(
        "/oauth/token", "POST", address=FRONT, X_Forwarded_Proto="https", Sec_Fetch_Site="cross-site"
    )
    assert json.loads(machine.text) == {"error": "unsupported_grant_type"}, "machines send no cookie"
    assert json.loads(edge.ask("/oauth/token", "POST").text)["code"] == "insecure-transport"
    assert edge.ask("/anmelden", Sec_Fetch_Site="cross-site").status == 200, (
        "a link from elsewhere is welcome"
    )
    # what the application would say, it says itself
    refused = edge.ask(
        "/anmelden",
        "POST",
        body=b"a=b",
        Sec_Fetch_Site="same-origin",
        Content_Type="application/x-www-form-urlencoded",
    )
    assert "Die Seite ist nicht mehr aktuell" in refused.text


REFUSALS: dict[str, tuple[int, str, dict[str, str]]] = {
    "a body that is too large": (413, "POST", {"Content_Length": str(30 * 1024 * 1024)}),
    "a header that is too long": (400, "GET", {"X_a": "x" * 9000}),
    "a method nobody needs": (405, "TRACE", {}),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_what_nginx_refuses_by_itself_it_says_in_german(edge, what):
    status, method, headers = REFUSALS[what]
    page = edge.ask("/anmelden", method, **headers)
    assert page.status == status
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Security-Policy"] == PLAIN_POLICY
    assert page.headers["Cache-Control"] == "no-store"
    shown = parse(page.text)
    assert page.text == plain_page(shown.one("h1").text, shown.one("p").text), (
        "the same page as the application's"
    )
    told = edge.ask("/api/v1/plans", method, **headers)
    assert (told.status, told.headers["Content-Type"]) == (status, "application/problem+json")
    problem = json.loads(told.text)
    assert (problem["title"], problem["detail"]) == (shown.one("h1").text, shown.one("p").text)
    assert problem["status"] == status
    assert problem["type"] == f"urn:kimhub:problem:{problem['code']}"
    assert problem["request_id"] == told.headers["X-Request-ID"]


def test_an_address_that_is_too_long_is_refused_in_german(edge):
    page = edge.ask("/anmelden?q=" + "x" * 9000)
    assert page.status == 414
    assert parse(page.text).one("h1").text == "Die Adresse ist zu lang"
    assert edge.ask("/anmelden?q=" + "x" * 7000).status == 200


def test_while_the_application_is_away_a_page_says_so(edge):
    port = free_port()
    with in_front(free_port(), port) as log:
        alone = Edge(port, 0, log)
        page = alone.ask()
        assert page.status == 502
        assert page.headers["Retry-After"] == "30"
        assert parse(page.text).one("h1").text == "Vorübergehend nicht erreichbar"
        assert json.loads(alone.ask("/api/v1/plans").text)["code"] == "unavailable"
        assert alone.ask("/_kimhub/healthz").status == 200


def test_its_own_pages_are_no_addresses(edge):
    for page in ANSWERS:
        assert edge.ask(f"/_kimhub/{page.name}").status == 404
    assert edge.ask("/_kimhub/../kimhub.conf").status in {400, 404}


def test_pages_pass_compressed_as_the_application_made_them(edge):
    with socket.create_connection(("127.0.0.1", edge.port), PATIENCE) as connection:
        asked = (
            f"GET /anmelden HTTP/1.1\r\nHost: {NAME}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n"
        )
        connection.sendall(asked.encode())
        head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
    assert b"Content-Encoding: gzip" in head
    assert b"Anmelden" in gzip.decompress(body)


def test_errors_of_the_application_pass_as_they_are(edge):
    assert "Zur Startseite" in edge.ask("/gibt-es-nicht").text
    foreign = edge.ask(host="evil.example")
    assert foreign.status == 400
    assert "antwortet nur unter seinem eigenen Namen" in foreign.text


def test_the_largest_upload_reaches_the_application_and_a_larger_one_does_not(edge):
    assert compose()["services"]["nginx"]["environment"]["EDGE_UPLOAD_MB"] == "${KIMHUB_MAX_UPLOAD_MB:-20}"
    assert Settings.from_environ({}).max_upload_mb == 20
    upload = partial(edge.ask, "/anmelden", "POST", Content_Type="multipart/form-data; boundary=x")
    largest = upload(body=b"x" * 20 * 1024 * 1024)
    assert (largest.status, parse(largest.text).one("h1").text) == (401, "Bitte melden Sie sich an")
    assert upload(body=b"x" * (20 * 1024 * 1024 + 1)).status == 413


def test_whoever_may_not_upload_reads_so_however_large_the_file_and_however_many_there_are(edge):
    """What is not read would end the connection while nginx still sends: it would answer that KIMHub is away."""
    upload = partial(edge.ask, "/anmelden", "POST", Content_Type="multipart/form-data; boundary=x")
    body = b"x" * 20 * 1024 * 1024
    with ThreadPoolExecutor(4) as many:
        answers = [*many.map(lambda _: upload(body=body).status, range(24))]
    assert answers == [401] * 24


def test_the_handbook_of_operation_fills_in_all_of_the_file():
    named = re.findall(r"\b(EDGE_[A-Z_]+)=", (TEMPLATE.parents[2] / "docs/betrieb.md").read_text())
    assert sorted(named) == sorted(set(re.findall(r"\$\{(\w+)\}", TEMPLATE.read_text())))


def test_nothing_that_is_logged_names_a_person_or_a_page(edge):
    edge.ask("/gibt-es-nicht?suche=Erika", "TRACE")
    edge.ask("/erika-mustermann", X_a="x" * 9000)
    said = edge.log.read_text()
    for private in ("rika", SOMEBODY, ATTACKER, "gibt-es-nicht", "anmelden"):
        assert private not in said
    for line in said.splitlines():
        assert json.loads(line)["event"] == "answered_in_front"
