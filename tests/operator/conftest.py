"""Commands as an operator runs them, on a database that is really written to."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kimhub.cli import kimhub
from tests.support.works import queue, works

__all__ = ["queue", "works"]


@pytest.fixture
def invoke(committing, monkeypatch):
    """Run a command; return click's result. What the operator must put right is raised."""
    committing.set_environ(monkeypatch)

    def invoke(*arguments):
        return CliRunner().invoke(kimhub, arguments, catch_exceptions=False)

    return invoke


@pytest.fixture
def run(invoke):
    """Run a command and return what it printed."""

    def run(*arguments):
        return invoke(*arguments).stdout

    return run
