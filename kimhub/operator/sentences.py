"""What went wrong in a command, as one message for whoever called it. `kimhub.cli` asks for every command."""

from __future__ import annotations

import errno

import psycopg
from psycopg import errors as pg
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from kimhub.core.database.trouble import UnavailableError, cause_of, passing_trouble
from kimhub.core.errors import KimhubError

LONGEST_LIST = 40
"""So many single findings are shown; whoever has more begins with these."""
_OTHER_STATE = (
    pg.UndefinedTable,
    pg.UndefinedFunction,
    pg.UndefinedColumn,
    pg.UndefinedObject,
    pg.InvalidSchemaName,
)
_SYSTEM = {
    errno.ENOENT: "gibt es nicht",
    errno.EACCES: "darf nicht gelesen oder geschrieben werden",
    errno.EPERM: "darf nicht gelesen oder geschrieben werden",
    errno.EROFS: "liegt auf einem schreibgeschützten Datenträger",
    errno.EISDIR: "ist ein Verzeichnis",
    errno.ENOTDIR: "liegt nicht in einem Verzeichnis",
    errno.EEXIST: "gibt es schon",
    errno.ENOSPC: "passt nicht mehr auf den Datenträger",
    errno.EDQUOT: "passt nicht mehr in den zugeteilten Platz",
}


def sentence_for(error: Exception) -> str | None:
    """Return what the operator is told: what is wrong and what helps. None for a fault of the program."""
    if isinstance(error, KimhubError):
        return _refusal(error)
    if isinstance(error, SQLAlchemyError | psycopg.Error):
        return _database(error)
    if isinstance(error, RedisError):
        return (
            "Die Warteschlange (Redis) ist nicht erreichbar. Prüfen Sie, ob sie läuft und ob KIMHUB_REDIS_URL stimmt "
            f"({_said(error)})."
        )
    if isinstance(error, OSError):
        return _system(error)
    return None


def _refusal(error: KimhubError) -> str:
    findings = [message for messages in error.fields.values() for message in messages]
    lines = [f"{error.title}. {error.detail}".strip(), *(f"  - {line}" for line in findings[:LONGEST_LIST])]
    if len(findings) > LONGEST_LIST:
        lines.append(f"  … und {len(findings) - LONGEST_LIST} weitere Stellen.")
    return "\n".join(lines)


def _database(error: Exception) -> str | None:
    said = getattr(error, "orig", error)
    if isinstance(said, _OTHER_STATE):
        return (
            "Die Datenbank ist nicht auf dem Stand dieser Fassung. Führen Sie zuerst „kimhub db migrate“ aus."
        )
    if isinstance(said, pg.InsufficientPrivilege):
        return (
            "Der Rolle, mit der sich KIMHub anmeldet, fehlt ein Recht. „kimhub db check“ zeigt, was von den Vorgaben "
            f"abweicht ({_said(said)})."
        )
    trouble = passing_trouble(error)
    if trouble is None:
        return None
    if type(trouble) is UnavailableError:
        return (
            "Die Datenbank ist nicht erreichbar. Prüfen Sie, ob sie läuft und ob ihre Adresse stimmt "
            f"({cause_of(error)})."
        )
    return f"{trouble.title}. {trouble.detail} ({cause_of(error)})"


def _system(error: OSError) -> str | None:
    if error.errno == errno.EPIPE or error.filename is None:
        return None
    return f"{error.filename} {_SYSTEM.get(error.errno or 0, f'ist nicht zu gebrauchen ({error.strerror})')}."


def _said(error: Exception) -> str:
    """Return the first line of what a library says, for whoever looks further."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
