"""Which failures of the database pass by themselves, and what people are told of them: 503, never 500.

A server that is away, a lock that somebody else holds, a statement that took too long: nobody can mend these at the
keyboard, and the same request may succeed a moment later. So they are refusals with a sentence and a time to wait
(RFC 9110 §15.6.4 and §10.2.3), not faults of the program. Everything else that a database says stays a fault.

Source of the codes: PostgreSQL, appendix A.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import psycopg
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from tenants.errors import KimhubError


class UnavailableError(KimhubError):
    """Nothing was done, and the same request may succeed after `wait` seconds."""

    status = 503
    code = "unavailable"
    title = "Vorübergehend nicht erreichbar"
    sentence: ClassVar[str] = (
        "Die Datenbank antwortet gerade nicht. Versuchen Sie es in einer Minute noch einmal."
    )
    wait: ClassVar[int] = 10
    """Seconds, in the header Retry-After."""

    def __init__(self) -> None:
        super().__init__(self.sentence, extra={"retry_after": self.wait})


class OverloadedError(UnavailableError):
    """All connections are taken."""

    code = "overloaded"
    title = "Gerade zu viele Anfragen"
    sentence = (
        "Es sind gerade sehr viele Anfragen gleichzeitig da. Versuchen Sie es in einer Minute noch einmal."
    )


class LockedError(UnavailableError):
    """Somebody else has held a lock for longer than lock_timeout."""

    code = "locked"
    title = "Gerade in Bearbeitung"
    sentence = (
        "An denselben Daten wird gerade gearbeitet, zum Beispiel wird eine große Datei gebucht. "
        "Versuchen Sie es in einer Minute noch einmal."
    )
    wait = 30


class CollisionError(UnavailableError):
    """Two transactions stood in each other's way, and PostgreSQL has ended this one."""

    code = "collision"
    title = "Gleichzeitige Änderung"
    sentence = "Jemand anderes hat im selben Augenblick etwas geändert. Versuchen Sie es noch einmal."
    wait = 1


class TooSlowError(UnavailableError):
    """A statement or a whole transaction took longer than it may."""

    code = "too-slow"
    title = "Das hat zu lange gedauert"
    sentence = (
        "Die Anfrage hat zu lange gedauert und wurde abgebrochen. Versuchen Sie es später noch einmal; "
        "eine engere Auswahl oder eine kleinere Datei hilft."
    )
    wait = 60


class OutcomeUnknownError(UnavailableError):
    """The connection broke while the transaction was being committed: it counts wholly or not at all, but which?"""

    code = "outcome-unknown"
    title = "Das Ergebnis ist nicht bekannt"
    sentence = (
        "Die Verbindung zur Datenbank ist beim Speichern abgerissen. Sehen Sie nach, ob Ihre Eingabe gespeichert ist, "
        "bevor Sie sie noch einmal senden."
    )


_BY_CODE: Mapping[str, type[UnavailableError]] = {
    "55P03": LockedError,  # lock_not_available
    "40001": CollisionError,  # serialization_failure
    "40P01": CollisionError,  # deadlock_detected
    "57014": TooSlowError,  # query_canceled: statement_timeout
    "25P03": TooSlowError,  # idle_in_transaction_session_timeout
    "25P04": TooSlowError,  # transaction_timeout
    "53300": OverloadedError,  # too_many_connections
}
_BY_CLASS: Mapping[str, type[UnavailableError]] = {
    "08": UnavailableError,  # connection exception
    "53": UnavailableError,  # insufficient resources: disk, memory
    "57": UnavailableError,  # operator intervention: the server goes down, comes up, or ends the session
    "58": UnavailableError,  # system error outside PostgreSQL
}


_OF_THE_CONNECTION = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


def passing_trouble(error: BaseException) -> UnavailableError | None:
    """Return what people are told of `error` if it passes by itself, None if it is a fault of the program."""
    if isinstance(error, PoolTimeoutError):
        return OverloadedError()
    if isinstance(error, DisconnectionError):
        return UnavailableError()
    known = _BY_CODE.get(code_of(error)) or _BY_CLASS.get(code_of(error)[:2])
    if known:
        return known()
    if code_of(error) or not isinstance(error, _OF_THE_CONNECTION):
        return None
    # The client noticed by itself that the server is gone, so there is no code. A COMMIT carries no statement.
    if isinstance(error, DBAPIError) and error.connection_invalidated and error.statement is None:
        return OutcomeUnknownError()
    return UnavailableError()


def code_of(error: BaseException) -> str:
    """Return the SQLSTATE that PostgreSQL gave, an empty string where it gave none."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""


def needs_the_operator(error: BaseException) -> bool:
    """Tell whether waiting alone will not help: the server lacks disk or memory, or its system fails."""
    return code_of(error)[:2] in {"53", "58"} and code_of(error) != "53300"


def cause_of(error: BaseException) -> str:
    """Return what a log may say about `error`: its code, or how the connection failed. Never anybody's data."""
    code = code_of(error)
    if code:
        return code
    said = getattr(error, "orig", None) or (error if isinstance(error, psycopg.Error) else None)
    # Without a code the text is libpq's own about the connection: no statement and no row stands in it.
    return str(said).partition("\n")[0] if said else type(error).__name__
