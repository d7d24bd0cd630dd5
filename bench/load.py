"""A load on a web server: so many connections, each asking again as soon as it is answered.

The client speaks just enough HTTP to know where an answer ends. It shares the cores with the server, and what it
computes itself is added to both sides of a ratio; `http.client` would take a tenth of a quick request.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import psutil

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """What is asked for, and of which server of this machine."""

    port: int
    path: str
    headers: dict[str, str]

    @property
    def sent(self) -> bytes:
        """Return the request as it is sent."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


@dataclass(frozen=True)
class Served:
    """How a load was answered."""

    per_s: float
    latencies: list[float]
    """In milliseconds."""
    cpu_ms: float = 0
    """What one request cost the processes of `load`'s `pids`, whoever else had the cores."""


def load(page: Page, *, connections: int, seconds: float, pids: Sequence[int] = ()) -> Served:
    """Ask for `page` on so many connections. Raises `RuntimeError` for an answer that is not 200.

    `pids` are the servers whose work is counted, with the processes that they started.
    """
    found: list[list[float]] = [[] for _ in range(connections)]
    failed: list[Exception] = []
    end = time.perf_counter() + seconds

    def ask(mine: list[float]) -> None:
        try:
            with socket.create_connection(("127.0.0.1", page.port), timeout=30) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while (began := time.perf_counter()) < end:
                    answer(connection, page.sent)
                    mine.append((time.perf_counter() - began) * 1000)
        except (OSError, RuntimeError) as error:
            failed.append(error)

    began, worked = time.perf_counter(), _cpu_seconds(pids)
    threads = [threading.Thread(target=ask, args=(mine,)) for mine in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(f"{page.path}: {failed[0]}") from failed[0]
    latencies = [one for mine in found for one in mine]
    seconds, worked = time.perf_counter() - began, _cpu_seconds(pids) - worked
    return Served(len(latencies) / seconds, latencies, 1000 * worked / len(latencies))


def _cpu_seconds(pids: Sequence[int]) -> float:
    servers = [psutil.Process(pid) for pid in pids]
    spent = 0.0
    for process in [*servers, *(child for server in servers for child in server.children(recursive=True))]:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            spent += times.user + times.system
    return spent


def answer(connection: socket.socket, request: bytes) -> bytes:
    """Send one request and return the body of its answer. Raises `RuntimeError` unless it is 200."""
    connection.sendall(request)
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200 ") or length is None:
        raise RuntimeError(f"unexpected answer: {head.decode(errors='replace')}")
    while len(body) < int(length[1]):
        body += _more(connection)
    return body


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise RuntimeError("the server hung up")
    return part
