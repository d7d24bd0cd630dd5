"""What lies where below `KIMHUB_VAR`, and under which addresses the embedded servers answer there.

Everything follows from the directory alone, so any process that knows `KIMHUB_VAR` finds the servers.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from kimhub.core.database.roles import ROLE_APP, ROLE_OWNER, ROLE_RELAY, ROLE_SIGN_IN

PROJECT = Path(__file__).resolve().parents[2]
"""The source tree: var/ by default, and migrations/, wsgi.py, gunicorn.conf.py lie beside the packages."""
DATABASE = "kimhub"
POSTGRES_PORT = 5432
"""Part of the socket's file name only; nothing listens on TCP."""
LONGEST_SOCKET_PATH = 107
"""Bytes of a socket's path: `sun_path` of unix(7) has 108, the last is NUL."""


@dataclass(frozen=True)
class EmbeddedUrls:
    """Addresses of one database and one queue; database addresses as SQLAlchemy wants them."""

    owner: str
    app: str
    sign_in: str
    relay: str
    admin: str
    """The superuser `postgres`, connected to the maintenance database."""
    redis: str


@dataclass(frozen=True)
class Layout:
    """The files of one pair of embedded servers below one absolute directory."""

    var: Path

    @property
    def postgres(self) -> Path:
        """PostgreSQL's data directory."""
        return self.var / "postgres"

    @property
    def redis(self) -> Path:
        """Redis' working directory with its append-only file."""
        return self.var / "redis"

    @property
    def log(self) -> Path:
        """What the servers say."""
        return self.var / "log"

    @property
    def lock(self) -> Path:
        """Held locked by the process that runs the servers; says which one that is."""
        return self.var / "lock"

    @property
    def sockets(self) -> Path:
        """The directory of both sockets: `run` below var, or a short one below /tmp if that is too long."""
        near = self.var / "run"
        if len(os.fsencode(near / f".s.PGSQL.{POSTGRES_PORT}.lock")) <= LONGEST_SOCKET_PATH:
            return near
        digest = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"kimhub-{digest}"

    @property
    def redis_socket(self) -> Path:
        """Redis listens here and nowhere else."""
        return self.sockets / "redis.sock"

    def urls(self, database: str = DATABASE) -> EmbeddedUrls:
        """Return the addresses for a database of this server, whether the server runs or not."""
        return EmbeddedUrls(
            owner=self._postgres_url(ROLE_OWNER, database),
            app=self._postgres_url(ROLE_APP, database),
            sign_in=self._postgres_url(ROLE_SIGN_IN, database),
            relay=self._postgres_url(ROLE_RELAY, database),
            admin=self._postgres_url("postgres", "postgres"),
            redis=f"unix://{quote(str(self.redis_socket))}?db=0",
        )

    def _postgres_url(self, role: str, database: str) -> str:
        host = quote(str(self.sockets), safe="")
        return f"postgresql+psycopg://{role}@/{quote(database)}?host={host}&port={POSTGRES_PORT}"
