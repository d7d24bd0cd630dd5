"""The errors of the platform: one family, each with an HTTP status, a stable code and a German sentence.

RFC 9457 gives the shape (status, code as the last part of ``type``, title, detail). Features subclass
`KimhubError`; a constraint of the database is given its error beside the model with `constraint_error`.
The kernel holds the family because isolation and proceedings raise from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, NamedTuple


class KimhubError(Exception):
    """A refusal that a person can understand and act on.

    `detail` says what is wrong and what to do (German, shown as it is); `fields` maps a field path such as
    ``positions[1].fte`` to its messages; `extra` holds further members of the problem document.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Es ist ein Fehler aufgetreten"
    page_status: ClassVar[int | None] = None
    """The status of a page, where it is another than that of the API."""

    def __init__(
        self,
        detail: str = "",
        *,
        fields: Mapping[str, list[str]] | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.fields: Mapping[str, list[str]] = dict(fields or {})
        self.extra = dict(extra or {})


class NotFoundError(KimhubError):
    """The thing does not exist or belongs to another tenant: both answer alike, to the byte."""

    status = 404
    code = "not-found"
    title = "Nicht gefunden"

    def __init__(
        self, detail: str = "Den gesuchten Eintrag gibt es nicht oder Sie haben keinen Zugang."
    ) -> None:
        super().__init__(detail)


class ForbiddenError(KimhubError):
    """The actor belongs to the tenant but its roles do not include the needed permission."""

    status = 403
    code = "forbidden"
    title = "Keine Berechtigung"


class WrongBodyError(ForbiddenError):
    """The thing is for other bodies, whatever the roles; `detail` says for which (`tenants.bodies`)."""

    code = "wrong-body"
    title = "Für Ihre Verwaltung nicht vorgesehen"


class NotSignedInError(KimhubError):
    """Nobody acts: a page answers with the sign-in form, the API with 401."""

    status = 401
    code = "not-signed-in"
    title = "Anmeldung erforderlich"


class InvalidInputError(KimhubError):
    """Input breaks a rule; `fields` names each field and its cure."""

    status = 422
    code = "invalid-input"
    title = "Die Angaben sind unvollständig oder fehlerhaft"


class ConflictError(KimhubError):
    """The thing has moved on, or its state does not allow the step."""

    status = 409
    code = "conflict"
    title = "Der Vorgang hat sich geändert"


class StaleError(KimhubError):
    """The change was made on a state that is not the present one: 412 for If-Match, 409 for a form."""

    status = 412
    code = "stale"
    title = "Der Eintrag wurde inzwischen geändert"
    page_status = 409

    def __init__(
        self,
        detail: str = "Eine andere Person hat ihn geändert. Ihre Änderung wurde nicht gespeichert. "
        "Öffnen Sie ihn neu und tragen Sie die Änderung dort ein.",
        *,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail, extra=extra)


class TooManyRequestsError(KimhubError):
    """A rate limit was reached; `extra["retry_after"]` is in seconds."""

    status = 429
    code = "too-many-requests"
    title = "Zu viele Versuche"


class SharedForGoodError(ConflictError):
    """What another tenant has seen is not taken back."""

    code = "shared-for-good"


class _Declared(NamedTuple):
    error: type[KimhubError]
    make: Callable[[str], KimhubError]


_CONSTRAINT_ERRORS: dict[str, _Declared] = {}


def constraint_error(name: str, error: type[KimhubError], detail: str, *, field: str = "") -> None:
    """Declare which error people get when the database constraint `name` refuses a row; `field` is what it is about."""
    _CONSTRAINT_ERRORS[name] = _Declared(
        error, lambda _evidence: error(detail, fields={field: [detail]}) if field else error(detail)
    )


def constraint_error_from(
    name: str, error: type[KimhubError], make: Callable[[str], KimhubError] | None = None
) -> None:
    """Declare the error for a constraint of ours that says more: `make` or `error` gets the DETAIL that it raised."""
    _CONSTRAINT_ERRORS[name] = _Declared(error, make or error)


def error_for_constraint(name: str | None, evidence: str | None = None) -> KimhubError | None:
    """Return a fresh error for a violated constraint, or None when nobody declared one."""
    declared = _CONSTRAINT_ERRORS.get(name or "")
    return declared.make(evidence or "") if declared else None


def error_declared_for(name: str) -> type[KimhubError] | None:
    """Return what kind of error a constraint becomes, or None when nobody declared one."""
    declared = _CONSTRAINT_ERRORS.get(name)
    return declared.error if declared else None


constraint_error(
    "stays_shared",
    SharedForGoodError,
    "Was eine andere Stelle schon gesehen hat, lässt sich nicht zurücknehmen. "
    "Teilen Sie ihr mit, was sich geändert hat.",
)
