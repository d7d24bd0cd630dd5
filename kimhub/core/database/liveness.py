"""Whether a pooled connection still lives, without asking the server each time it is taken.

A server that ends a connection leaves word in the socket, and a quick look at the socket sees it. Only after a rest
in which a firewall may have forgotten the connection does a round trip decide. The pool's own ``pre_ping`` takes
that round trip twice in every request.
"""

from __future__ import annotations

import select
import time
from typing import Any

import psycopg
from sqlalchemy.exc import DisconnectionError

LONGEST_REST = 30.0
"""Seconds after which a connection is asked. Firewalls forget after minutes."""
_SINCE = "kimhub.at_rest_since"


def _rest(_connection: Any, record: Any) -> None:
    record.info[_SINCE] = time.monotonic()


def _take(connection: psycopg.Connection[Any], record: Any, _proxy: Any) -> None:
    """Let the pool replace the connection if it has ended."""
    since = record.info.get(_SINCE)
    if since is None:
        return
    if connection.closed:
        raise DisconnectionError("the connection is closed")
    looking = select.poll()
    looking.register(connection.fileno(), select.POLLIN)
    if looking.poll(0):
        raise DisconnectionError("the server has ended the connection")
    if time.monotonic() - since > LONGEST_REST:
        _ask(connection)


def _ask(connection: psycopg.Connection[Any]) -> None:
    try:
        was, connection.autocommit = connection.autocommit, True
        connection.execute("")
        connection.autocommit = was
    except psycopg.Error as error:
        raise DisconnectionError("the server does not answer on the connection") from error


POOL_EVENTS = [(_rest, "checkin"), (_take, "checkout")]
"""For ``create_engine(pool_events=…)``."""
