"""Lines go to standard error as it is when they are written, and carry no personal data."""

from __future__ import annotations

import io
import json
import sys

import pytest
import structlog

from kimhub.core.logs import configure_logs
from kimhub.core.settings import Settings


@pytest.fixture
def as_before():
    """Leave the logs of this process as other tests want them."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def test_an_application_outlives_the_file_that_standard_error_once_was(monkeypatch, as_before):
    once = io.StringIO()
    monkeypatch.setattr(sys, "stderr", once)
    configure_logs(Settings.from_environ({}))
    log = structlog.get_logger("test")
    once.close()
    now = io.StringIO()
    monkeypatch.setattr(sys, "stderr", now)
    log.warning("still here")
    assert "still here" in now.getvalue()


def test_what_names_a_person_is_blanked(monkeypatch, as_before):
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logs(Settings.from_environ({"KIMHUB_LOG_FORMAT": "json"}))
    structlog.get_logger("test").warning("mail refused", email="a@b.example", tenant_id=6)
    line = json.loads(written.getvalue())
    assert (line["email"], line["tenant_id"], line["event"]) == ("[removed]", 6, "mail refused")
