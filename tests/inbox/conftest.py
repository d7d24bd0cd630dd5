"""A town on a database of the module's own; mails become files of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import NullPool, create_engine

from kimhub.core.database.urls import with_database
from tests.inbox.town import Town
from tests.support.works import Works, queue, works

__all__ = ["queue", "works"]


@pytest.fixture
def town(works: Works, monkeypatch, tmp_path) -> Iterator[Town]:
    known = works.app.extensions["kimhub.settings"]
    settings = replace(known, var=tmp_path, smtp=None, base_url="http://kim.example.nrw")
    monkeypatch.setitem(works.app.extensions, "kimhub.settings", settings)
    url = works.admin.url.render_as_string(hide_password=False)
    superuser = create_engine(with_database(url, works.relay.url.database), poolclass=NullPool)
    town = Town(works, superuser)
    yield town
    town.forget()
