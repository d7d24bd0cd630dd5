"""The settings of one process, read from `KIMHUB_*` variables and checked before anything starts.

Nothing else in the program reads the environment. Every problem is reported at once, each with its variable
and its cure, so that an operator corrects a configuration in one round.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from sqlalchemy import make_url

from kimhub.core.database.roles import ROLE_APP, ROLE_OWNER, ROLE_RELAY, ROLE_SIGN_IN
from kimhub.core.database.urls import sqlalchemy_url
from kimhub.core.layout import PROJECT, Layout
from kimhub.core.operator_error import OperatorError
from kimhub.core.secret_files import derived_key, made_once, new_session_secret, new_signing_key

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)

PREFIX = "KIMHUB_"
RESERVED_PREFIXES = ("KIMHUB_TEST_",)
"""Read by the test suite itself, never by the program."""
SHORTEST_SECRET = 32
REQUIRED_IN_PRODUCTION = {
    "DATABASE_URL": "postgresql://kimhub_app:password@host:5432/kimhub",
    "REDIS_URL": "redis://host:6379/0",
    "SECRET_KEY": "at least 32 random characters, the same for all processes",
    "JWT_KEY_FILE": "a file with the private key (PEM, curve P-256), the same for all processes",
    "BASE_URL": "the address in the browser, as in https://kim.example.nrw",
}
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class SettingsError(OperatorError):
    """The environment does not describe a running KIMHub. `problems` holds one sentence per variable."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "KIMHub cannot start with these settings:\n" + "\n".join(f"  - {p}" for p in problems)
        )


class Environment(StrEnum):
    """Where KIMHub runs: with servers and secrets of its own, or on given ones."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


class LogFormat(StrEnum):
    """How a log line is written: for machines or for people."""

    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    """The least severe log line that is written."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True)
class SmtpServer:
    """The server that takes outgoing mail."""

    host: str
    port: int
    username: str | None
    password: str | None = field(repr=False)
    security: SmtpSecurity


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of a process. Addresses are in SQLAlchemy's spelling; `repr` shows no secret."""

    environment: Environment
    var: Path
    """Absolute directory for the embedded servers, generated secrets and mails that are not sent."""
    database_url: str = field(repr=False)
    """Role kimhub_app: pages, API, jobs."""
    database_sign_in_url: str | None = field(repr=False)
    """Role kimhub_signin: the web process, beside `database_url`. No other process should have one."""
    database_owner_url: str | None = field(repr=False)
    """Role kimhub_owner: migrations and operator commands. A web process needs none and should have none."""
    database_relay_url: str | None = field(repr=False)
    """Role kimhub_relay: only the relay."""
    database_admin_url: str | None = field(repr=False)
    """A role that may create roles and databases: only `kimhub db init`."""
    redis_url: str = field(repr=False)
    embedded_postgres: bool
    """Whether `kimhub run` starts the database itself."""
    embedded_redis: bool
    given_secret_key: str | None = field(repr=False)
    """None: `secret_key` keeps one of its own in var/."""
    jwt_key_file: Path
    base_url: str
    """Address under which people reach KIMHub, without a slash at the end."""
    host: str
    port: int
    port_is_given: bool
    """Whether the port was asked for; otherwise `kimhub run` may take another one."""
    trusted_hosts: tuple[str, ...]
    proxy_hops: int
    """Number of trusted reverse proxies whose X-Forwarded-* headers count."""
    smtp: SmtpServer | None = field(repr=False)
    """None: mails are written as .eml files to var/mail."""
    mail_from: str
    log_format: LogFormat
    log_level: LogLevel
    max_upload_mb: int
    job_memory_mb: int
    """What the process of one job may use at most."""
    job_cpu_seconds: int
    """How long the process of one job may compute at most."""
    operator: tuple[str, ...]
    """Who runs this installation: the lines of the imprint; empty while it is only tried out."""
    contact: str
    """E-mail address for barriers, faults and wishes; may be empty."""
    metrics_token: str | None = field(repr=False)
    """Opens /metrics from elsewhere; without it only this machine may read them."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read and check all variables; an empty one counts as not set. Nothing is written.

        Raises SettingsError, which names every variable that is wrong.
        """
        return _Reader(environ).settings()

    @property
    def secret_key(self) -> str:
        """The secret that signs sessions. Without a given one (embedded mode only) it is made once in var/.

        Raises SettingsError where that file cannot be used.
        """
        return self.given_secret_key or _own_secret_key(self.var / "secret_key")

    @property
    def binding_secret(self) -> bytes:
        """The key that signs who acts in the database (tenants/signing.py), made from the secret key.

        Raises SettingsError as `secret_key` does.
        """
        return derived_key(self.secret_key, "kimhub: who acts in the database")

    @property
    def mail_directory(self) -> Path:
        """Where mails go as .eml files while no SMTP server is set."""
        return self.var / "mail"

    @property
    def own_var(self) -> Path | None:
        """The directory of the embedded database; None where the database is a given one."""
        return self.var if self.embedded_postgres else None

    @property
    def max_upload_bytes(self) -> int:
        """The largest accepted request body."""
        return self.max_upload_mb * 1024 * 1024

    @property
    def secure_cookies(self) -> bool:
        """Cookies carry `Secure` wherever people come through https."""
        return self.base_url.startswith("https://")

    def sign_in_url(self) -> str:
        """Return the address for sign-in. Raises SettingsError where this process was not given one."""
        return _given(self.database_sign_in_url, "KIMHUB_DATABASE_SIGNIN_URL", ROLE_SIGN_IN)

    def owner_url(self) -> str:
        """Return the owner's address. Raises SettingsError where this process was not given one."""
        return _given(self.database_owner_url, "KIMHUB_DATABASE_OWNER_URL", ROLE_OWNER)

    def relay_url(self) -> str:
        """Return the relay's address. Raises SettingsError where this process was not given one."""
        return _given(self.database_relay_url, "KIMHUB_DATABASE_RELAY_URL", ROLE_RELAY)

    def signing_key(self) -> str:
        """Return the private key for access tokens (PEM). The embedded mode makes it once.

        Raises SettingsError where the file cannot be read.
        """
        try:
            if self.environment is Environment.EMBEDDED:
                return made_once(self.jwt_key_file, new_signing_key)
            return self.jwt_key_file.read_text()
        except OSError as error:
            problem = (
                f"KIMHUB_JWT_KEY_FILE: {self.jwt_key_file} cannot be read ({error.strerror}); make one with "
                "`openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE`."
            )
            raise SettingsError([problem]) from error


def _given(url: str | None, variable: str, role: str) -> str:
    if url is None:
        raise SettingsError([f"{variable} is missing; this process signs in to the database as {role}."])
    return url


def known_variables() -> frozenset[str]:
    """Return the names of all variables that KIMHub reads."""
    reader = _Reader({})
    reader.settings()
    return reader.known


class _Reader:
    """Reads one environment and gathers what is wrong with it.

    A getter that meets a problem notes it and returns a stand-in of the right type; `settings` then raises.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        own = {name: value.strip() for name, value in environ.items() if name.startswith(PREFIX)}
        self._names = set(own)
        self._values = {name.removeprefix(PREFIX): value for name, value in own.items() if value}
        self._known: set[str] = set()
        self._problems: list[str] = []

    def settings(self) -> Settings:
        """Return the checked settings or raise SettingsError with all problems."""
        environment = self._choice("ENVIRONMENT", Environment, Environment.EMBEDDED)
        embedded = environment is Environment.EMBEDDED
        own_postgres = embedded and not self._has("DATABASE_URL")
        own_redis = embedded and not self._has("REDIS_URL")
        var = self._path("VAR", "var")
        own = Layout(var).urls()
        port = self._number("PORT", 8080, least=1, most=65535)
        base_url = self._parsed("BASE_URL", _base_url, f"http://localhost:{port}")
        settings = Settings(
            environment=environment,
            var=var,
            database_url=self._database("DATABASE_URL", ROLE_APP) or own.app,
            database_sign_in_url=self._database("DATABASE_SIGNIN_URL", ROLE_SIGN_IN)
            or (own.sign_in if own_postgres else None),
            database_owner_url=self._database("DATABASE_OWNER_URL", ROLE_OWNER)
            or (own.owner if own_postgres else None),
            database_relay_url=self._database("DATABASE_RELAY_URL", ROLE_RELAY)
            or (own.relay if own_postgres else None),
            database_admin_url=self._parsed("DATABASE_ADMIN_URL", sqlalchemy_url, None),
            redis_url=self._parsed("REDIS_URL", _redis_url, own.redis),
            embedded_postgres=own_postgres,
            embedded_redis=own_redis,
            given_secret_key=self._parsed("SECRET_KEY", _secret_key, None),
            jwt_key_file=self._path("JWT_KEY_FILE", str(var / "jwt_key.pem")),
            base_url=base_url,
            host=self._text("HOST", "127.0.0.1" if embedded else "0.0.0.0"),  # noqa: S104 — a container's port
            port=port,
            port_is_given=self._has("PORT"),
            trusted_hosts=self._trusted_hosts(base_url, embedded=embedded),
            proxy_hops=self._number("PROXY_HOPS", 0, least=0, most=9),
            smtp=self._parsed("SMTP_URL", _smtp_server, None),
            mail_from=self._parsed("MAIL_FROM", _mailbox, "KIMHub <kimhub@localhost>"),
            log_format=self._choice(
                "LOG_FORMAT", LogFormat, LogFormat.CONSOLE if embedded else LogFormat.JSON
            ),
            log_level=self._choice("LOG_LEVEL", LogLevel, LogLevel.INFO),
            max_upload_mb=self._number("MAX_UPLOAD_MB", 20, least=1, most=1024),
            job_memory_mb=self._number("JOB_MEMORY_MB", 1536, least=1024, most=65536),
            job_cpu_seconds=self._number("JOB_CPU_SECONDS", 600, least=1, most=86400),
            operator=tuple(line.strip() for line in self._text("OPERATOR", "").split("|") if line.strip()),
            contact=self._parsed("CONTACT", _mailbox, ""),
            metrics_token=self._text("METRICS_TOKEN", "") or None,
        )
        self._check_together(embedded=embedded, own_postgres=own_postgres)
        self._find_unknown()
        if self._problems:
            raise SettingsError(sorted(self._problems))
        return settings

    @property
    def known(self) -> frozenset[str]:
        """The variables asked for so far."""
        return frozenset(PREFIX + name for name in self._known)

    def _has(self, name: str) -> bool:
        self._known.add(name)
        return name in self._values

    def _wrong(self, name: str, what: str) -> None:
        self._problems.append(f"{PREFIX}{name} {what}.")

    def _text(self, name: str, default: str) -> str:
        self._known.add(name)
        return self._values.get(name, default)

    def _path(self, name: str, default: str) -> Path:
        """Read a path. A relative one begins at the source tree: every command means the same, wherever it is run."""
        return PROJECT / self._text(name, default)

    def _parsed(self, name: str, parse: Callable[[str], T], default: T) -> T:
        if not self._has(name):
            return default
        try:
            return parse(self._values[name])
        except ValueError as error:
            self._wrong(name, str(error))
            return default

    def _choice(self, name: str, choices: type[Choice], default: Choice) -> Choice:
        value = self._text(name, default).casefold()
        for choice in choices:
            if choice.casefold() == value:
                return choice
        self._wrong(name, f"must be one of: {', '.join(choices)}")
        return default

    def _number(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self._text(name, str(default))
        if value.isascii() and value.isdigit() and least <= int(value) <= most:
            return int(value)
        self._wrong(name, f"must be a whole number from {least} to {most}")
        return default

    def _database(self, name: str, role: str) -> str | None:
        def parse(value: str) -> str:
            url = sqlalchemy_url(value)
            parsed = make_url(url)
            if parsed.username != role:
                raise ValueError(f"must sign in as {role}, the role that `kimhub db init` makes for it")
            if not parsed.database:
                raise ValueError("must name the database at its end, as in …@host:5432/kimhub")
            return url

        return self._parsed(name, parse, None)

    def _trusted_hosts(self, base_url: str, *, embedded: bool) -> tuple[str, ...]:
        own = urlsplit(base_url).hostname or ""
        given = tuple(host.strip() for host in self._text("TRUSTED_HOSTS", own).split(",") if host.strip())
        for host in given:
            if "/" in host or ":" in host.strip("[]"):
                self._wrong(
                    "TRUSTED_HOSTS", f"must be host names without port, separated by commas; not “{host}”"
                )
        return tuple(dict.fromkeys((*given, *(LOOPBACK if embedded else ()))))

    def _check_together(self, *, embedded: bool, own_postgres: bool) -> None:
        if self._has("SMTP_URL") and not self._has("MAIL_FROM"):
            self._wrong("MAIL_FROM", "is missing; mails sent through KIMHUB_SMTP_URL need a sender address")
        roles = ("DATABASE_SIGNIN_URL", "DATABASE_OWNER_URL", "DATABASE_RELAY_URL")
        if own_postgres and any(self._has(name) for name in roles):
            self._wrong("DATABASE_URL", "is missing; it belongs to the KIMHUB_DATABASE_…_URL that is set")
        if embedded and not own_postgres:
            for name in roles:
                if not self._has(name):
                    self._wrong(name, "is missing; `kimhub run` on a given database needs all four roles")
        if not embedded:
            for name, cure in REQUIRED_IN_PRODUCTION.items():
                if not self._has(name):
                    self._wrong(name, f"is missing; in production it must be set: {cure}")

    def _find_unknown(self) -> None:
        known = self.known
        for name in self._names - known:
            if name.startswith(RESERVED_PREFIXES):
                continue
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(sorted(known))}"
            self._problems.append(f"{name} is not a setting of KIMHub; {hint}")


def _own_secret_key(path: Path) -> str:
    try:
        secret = made_once(path, new_session_secret)
    except OSError as error:
        problem = (
            f"KIMHUB_SECRET_KEY is not set and {path} cannot be used ({error.strerror}); "
            "start as the user that owns this directory or choose another one with KIMHUB_VAR."
        )
        raise SettingsError([problem]) from error
    try:
        return _secret_key(secret)
    except ValueError as error:
        raise SettingsError([f"KIMHUB_SECRET_KEY is not set and {path} {error}."]) from error


def _secret_key(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(
            f"must have at least {SHORTEST_SECRET} characters; make one with "
            '`python -c "import secrets; print(secrets.token_urlsafe(32))"`'
        )
    return value


def _split(value: str) -> SplitResult:
    parts = urlsplit(value)
    try:
        _ = parts.port
    except ValueError as error:
        raise ValueError("must have a number from 0 to 65535 as its port") from error
    return parts


def _redis_url(value: str) -> str:
    parts = _split(value)
    if parts.scheme not in {"redis", "rediss", "unix"} or not (parts.hostname or parts.path):
        raise ValueError("must be redis://, rediss:// or unix:// followed by the server")
    return value


def _base_url(value: str) -> str:
    parts = _split(value)
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.query
        or parts.fragment
        or parts.username
    ):
        raise ValueError("must be the address in the browser, as in https://kim.example.nrw")
    if parts.path.strip("/"):
        raise ValueError("must not have a path; KIMHub needs a host name of its own")
    return value.rstrip("/")


def _smtp_server(value: str) -> SmtpServer:
    parts = _split(value)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or options.keys() - {"starttls"}:
        raise ValueError(
            "must look like smtp://user:password@host:587?starttls or smtps://user:password@host"
        )
    if parts.scheme == "smtps":
        security = SmtpSecurity.TLS
    else:
        security = SmtpSecurity.STARTTLS if "starttls" in options else SmtpSecurity.NONE
    if parts.password and security is SmtpSecurity.NONE and parts.hostname not in LOOPBACK:
        raise ValueError("would send its password in the clear; add ?starttls or use smtps://")
    standard_port = {SmtpSecurity.TLS: 465, SmtpSecurity.STARTTLS: 587, SmtpSecurity.NONE: 25}[security]
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or standard_port,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        security=security,
    )


def _mailbox(value: str) -> str:
    address = parseaddr(value)[1]
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or "\n" in value:
        raise ValueError("must be a mail address, as in KIMHub <kim@kreis.example>")
    return value
