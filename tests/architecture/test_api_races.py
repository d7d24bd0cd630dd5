"""Several make the same change on the same state at the same moment, on connections that really commit.

For every operation that changes a thing, as the OpenAPI document lists them: exactly one stands, the others are told
that their state is overtaken (412), or that the thing has moved on (409). Nobody is told that a lost text was stored,
and nothing fails with an error of the program.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, local

import pytest
from flask import Flask

from kimhub.core import versions
from kimhub.core.api import PREFIX, openapi_document
from tests.architecture.test_api_contract import operations
from tests.support.acting import acting
from tests.support.browser import SameOriginClient
from tests.support.changes import CHANGES, Change, Site
from tests.support.committed import committed_district
from tests.support.patience import PATIENCE

TOGETHER = 4
"""As many as there are connections in the pool."""


@pytest.fixture(scope="module")
def committed(cluster) -> Iterator[tuple[Flask, Site]]:
    name = f"races_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.committing(name) as here:
        yield here.app, Site(committed_district(here))


def raced(
    app: Flask, site: Site, name: str, change: Change, *, before: Callable[[], None] = lambda: None
) -> Counter[int]:
    """Return how often each status was the answer; `before` is done once the state was seen."""
    method, pattern = name.split(" ")
    with app.app_context():
        made = change.ready(site)
    address = PREFIX + re.sub(r"\{(\w+)\}", lambda one: str(made[one[1]]), pattern)
    thing = PREFIX + re.sub(r"\{(\w+)\}", lambda one: str(made[one[1]]), pattern.split("}")[0] + "}")
    with acting(app) as stand_in:
        seen = stand_in.as_(site.actor(change.who)).get(thing).headers["ETag"]
        before()
        together = Barrier(TOGETHER)

        def send(n: int) -> int:
            client = SameOriginClient(app, app.response_class)
            words = change.says(n, made) if change.says else None
            together.wait(timeout=PATIENCE)
            return client.open(address, method=method, json=words, headers={"If-Match": seen}).status_code

        with ThreadPoolExecutor(TOGETHER) as pool:
            return Counter(pool.map(send, range(TOGETHER)))


def test_every_change_that_the_api_offers_is_raced(app):
    offered = {
        f"{method.upper()} {path.removeprefix(PREFIX)}"
        for method, path, _, _ in operations(openapi_document(app))
        if method != "get" and "{" in path
    }
    assert offered == set(CHANGES), "say in tests/support/changes.py how a thing is made ready for the change"


@pytest.mark.parametrize("name", CHANGES)
def test_of_several_who_make_a_change_on_one_state_exactly_one_succeeds(committed, name):
    statuses = raced(*committed, name, CHANGES[name])
    succeeded = sum(count for status, count in statuses.items() if 200 <= status < 300)
    assert succeeded == 1, statuses
    gone = {404} if name.startswith("DELETE") else set()
    assert set(statuses) - {200, 201, 204} <= {409, 412} | gone, statuses


@pytest.mark.parametrize("name", ["PUT /organizations/{organization_id}", "PUT /allocations/{allocation_id}"])
def test_a_state_that_is_compared_without_the_lock_is_noticed(committed, name, monkeypatch):
    compared, mine, real = Barrier(TOGETHER), local(), versions.mark

    def mark(*parts: object) -> str:
        if not hasattr(mine, "compared"):
            mine.compared = True
            compared.wait(timeout=PATIENCE)  # all compare before one of them writes
        return real(*parts)

    def without_lock() -> None:
        monkeypatch.setattr(versions, "locked", lambda *_: None)
        monkeypatch.setattr(versions, "mark", mark)

    statuses = raced(*committed, name, CHANGES[name], before=without_lock)
    assert statuses[200] > 1, statuses
