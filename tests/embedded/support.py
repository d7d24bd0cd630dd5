"""Real servers in real processes, to be started, killed and looked at from outside."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import psutil
import psycopg
import redis

from kimhub.core.database.urls import conninfo
from kimhub.core.layout import EmbeddedUrls
from tests.support.patience import PATIENCE
from tests.support.processes import descendants, kill, kill_at_once, lives

ROOT = Path(__file__).resolve().parents[2]

HOLDER = """
import sys, time
from pathlib import Path
from typing import Self
from kimhub.embedded.servers import EmbeddedServers
with EmbeddedServers(Path(sys.argv[1])) as servers:
    print(*servers.pids.values(), flush=True)
    time.sleep(600)
"""


class Holder:
    """Another process that runs the servers of a directory."""

    def __init__(self, var: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(var)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert self.process.stdout is not None
        self.servers = [psutil.Process(int(pid)) for pid in self.process.stdout.readline().split()]
        assert len(self.servers) == 2

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever the test has done, nothing stays."""
        kill(*self.family(), self.process)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def family(self) -> list[psutil.Process]:
        """Return the servers with their own children, and whatever else the holder has started."""
        roots = [process for process in self.servers if lives(process)]
        family = {process for root in roots for process in [root, *descendants(root.pid)]}
        return list(family | {*descendants(self.process.pid)})

    def kill_everything(self) -> None:
        holder = psutil.Process(self.process.pid)
        kill_at_once([holder, *self.family()])
        self.process.wait()

    def kill_alone(self) -> None:
        kill(self.process)
        self.process.wait()


def write(urls: EmbeddedUrls, value: str) -> None:
    """Leave a committed row in the database and a key in the queue."""
    with psycopg.connect(conninfo(urls.owner)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [value])
    with redis.Redis.from_url(urls.redis) as client:
        client.set("note", value)


def read(urls: EmbeddedUrls) -> list[str]:
    with psycopg.connect(conninfo(urls.owner)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note ORDER BY text")]


def key(urls: EmbeddedUrls) -> bytes | None:
    with redis.Redis.from_url(urls.redis) as client:
        return client.get("note")


def eventually(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
