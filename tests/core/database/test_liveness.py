"""A connection that the server has ended is replaced before anyone notices; one that lives is not asked."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, event, text

from kimhub.core.database import liveness
from kimhub.core.database.liveness import POOL_EVENTS

BACKEND = text("SELECT pg_backend_pid()")


@pytest.fixture
def engine(committing):
    made = create_engine(committing.urls.app, pool_size=1, pool_events=POOL_EVENTS)
    yield made
    made.dispose()


def backend(engine):
    with engine.connect() as connection:
        return connection.scalar(BACKEND)


def end(committing, pid):
    admin = create_engine(committing.urls.admin)
    with admin.connect() as connection:
        assert connection.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    admin.dispose()


class SilentPoll:
    """A socket that says nothing, as when a firewall has dropped the connection."""

    def register(self, *_what):
        pass

    def poll(self, _timeout):
        return []


def test_a_connection_ended_by_the_server_is_replaced(committing, engine):
    first = backend(engine)
    end(committing, first)
    assert backend(engine) != first


def test_a_living_connection_is_taken_again_without_a_word_to_the_server(engine):
    first = backend(engine)
    sent = []
    event.listen(engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
    assert backend(engine) == first
    assert sent == [BACKEND.text]


def test_after_a_long_rest_the_connection_is_asked(committing, engine, monkeypatch):
    first = backend(engine)
    asked = []
    monkeypatch.setattr(liveness, "LONGEST_REST", -1.0)
    monkeypatch.setattr(liveness, "_ask", asked.append)
    assert backend(engine) == first
    assert len(asked) == 1


def test_a_connection_that_does_not_answer_is_replaced(committing, engine, monkeypatch):
    first = backend(engine)
    monkeypatch.setattr(liveness, "LONGEST_REST", -1.0)
    assert backend(engine) == first
    monkeypatch.setattr(liveness.select, "poll", SilentPoll)
    end(committing, first)
    assert backend(engine) != first
