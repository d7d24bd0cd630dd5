"""Holding mails back after a restore, until the operator has looked.

What waited when a backup was made was sent long ago by the time it is restored, and so was what the restored work
writes anew. Whether a database is a restored one it can tell itself: PostgreSQL numbers every cluster and every table,
and a restore makes both or at least the tables anew. Copies of the files (a snapshot, point-in-time recovery) keep the
numbers: there the operator says so (`kimhub mail hold`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

HERE = "(SELECT system_identifier || '/' || 'mail'::regclass::oid FROM pg_control_system())"
"""SQL: the name of this database's table of mails, that no other one ever has."""
DELIVER = "mail.deliver"
"""The kind of job that sends a mail."""
MAY_LEAVE = f"NOT EXISTS (SELECT FROM mail_release WHERE place <> {HERE})"
"""SQL: whether mails may leave this database."""
KNOW = f"""
WITH known AS (
  INSERT INTO mail_release (place) SELECT {HERE} WHERE NOT EXISTS (SELECT FROM mail_release)
  ON CONFLICT DO NOTHING RETURNING 1
)
SELECT count(*) FROM known
"""  # noqa: S608 - constants
"""Write down the place the first time that anybody looks: nothing can wait there yet."""

_HELD = text(f"SELECT NOT ({MAY_LEAVE})")
_WAITS = f"kind = '{DELIVER}' AND state IN ('waiting', 'dispatched')"
_WAITING = text(
    f"SELECT count(*) AS number, min(created_at) AS oldest, max(created_at) AS newest FROM job WHERE {_WAITS}"  # noqa: S608
)
_HOLD = text(
    "INSERT INTO mail_release (place) VALUES ('')"
    " ON CONFLICT (one) DO UPDATE SET place = '', released_at = clock_timestamp()"
)
_RELEASE = text(
    f"INSERT INTO mail_release (place) VALUES ({HERE}) ON CONFLICT (one)"  # noqa: S608 - constants
    " DO UPDATE SET place = excluded.place, released_at = clock_timestamp()"
)
_DROP = text(
    f"UPDATE job SET state = 'dropped', finished_at = clock_timestamp() WHERE {_WAITS}"  # noqa: S608 - constants
)


@dataclass(frozen=True, slots=True)
class WaitingMails:
    """How many mails wait, and when the first and the last were written."""

    number: int
    oldest: datetime | None
    newest: datetime | None


def is_held(connection: Connection) -> bool:
    """Return whether no mail leaves this database. As the relay's role, as all here."""
    return bool(connection.scalar(_HELD))


def waiting_mails(connection: Connection) -> WaitingMails:
    """Return what waits to be sent."""
    return WaitingMails(**connection.execute(_WAITING).mappings().one())


def hold_mails(connection: Connection) -> None:
    """Let no mail leave until they are released; what a worker has in hand goes out."""
    connection.execute(_HOLD)


def release_mails(connection: Connection, *, drop: bool) -> int:
    """Let mails leave; with `drop` those that wait now are given up. Return how many wait, or were given up."""
    number = connection.execute(_DROP).rowcount if drop else waiting_mails(connection).number
    connection.execute(_RELEASE)
    return number
