"""Programs that the machine must have for some tests, and what happens where one is missing.

A developer's run skips what it cannot test and says which package helps. A complete run (`KIMHUB_TEST_COMPLETE`, set by
`.ci/run`) skips nothing: there, whatever would be skipped has failed.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from shutil import which
from typing import NoReturn, TypeVar

import pytest

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
"""Debian puts servers where an ordinary user's PATH does not lead."""


def debian_postgres(version: int) -> Path:
    """Return Debian's installation of that major version (with bin, lib, share)."""
    programs = Path(f"/usr/lib/postgresql/{version}")
    return programs if (programs / "bin/initdb").exists() else _missing("PostgreSQL", f"postgresql-{version}")


def pgbouncer() -> Path:
    """Return the program, which KIMHUB_TEST_PGBOUNCER may name."""
    return _program("pgbouncer", os.environ.get("KIMHUB_TEST_PGBOUNCER"))


def nginx() -> Path:
    """Return the program; Debian's smallest package of it suffices."""
    return _program("nginx", package="nginx-light")


def _program(name: str, named: str | None = None, *, package: str | None = None) -> Path:
    found = named or which(name, path=SYSTEM_PATH)
    return Path(found) if found else _missing(name, package or name)


def _missing(name: str, package: str) -> NoReturn:
    pytest.skip(f"{name} is not installed (Debian: apt-get install {package})")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In a complete run, a skipped test has failed."""
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module."""
    return _judged((yield))


def _judged(report: Report) -> Report:
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("KIMHUB_TEST_COMPLETE"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"A complete run skips nothing. {reason}"
    return report
