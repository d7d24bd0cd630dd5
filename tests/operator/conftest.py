"""Commands as an operator runs them, on a database that is really written to."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from kimhub.cli import kimhub
from tests.support.works import queue, works

__all__ = ["queue", "works"]


@pytest.fixture
def invoke(committing, cluster, monkeypatch):
    """Run a command; return click's result. What the operator must put right is raised."""
    urls = committing.urls
    monkeypatch.setenv("KIMHUB_VAR", cluster.var)
    monkeypatch.setenv("KIMHUB_DATABASE_URL", urls.app)
    monkeypatch.setenv("KIMHUB_DATABASE_OWNER_URL", urls.owner)
    monkeypatch.setenv("KIMHUB_DATABASE_RELAY_URL", urls.relay)
    monkeypatch.setenv("KIMHUB_REDIS_URL", "redis://127.0.0.1:1/0")

    def invoke(*arguments):
        return CliRunner().invoke(kimhub, arguments, catch_exceptions=False)

    return invoke


@pytest.fixture
def run(invoke):
    """Run a command and return what it printed."""

    def run(*arguments):
        return invoke(*arguments).stdout

    return run
