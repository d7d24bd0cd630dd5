"""What is put away over the API can be fetched back over the API, wherever a page offers both."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from flask import Flask

from kimhub.core.api import PREFIX
from tests.support.acting import acting
from tests.support.changes import CHANGES, Site
from tests.support.committed import committed_district

SHELVES = {
    "applications.put_away": "applications",
    "funding.archive_entry": "organizations",
    "planning.archive": "plans",
}
"""The page that puts away, and what the API calls the same things."""


@pytest.fixture(scope="module")
def committed(cluster) -> Iterator[tuple[Flask, Site]]:
    name = f"shelves_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.committing(name) as here:
        yield here.app, Site(committed_district(here))


def test_every_page_that_puts_away_has_its_steps_over_the_api(app):
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    away = re.compile(r"/(ablegen|wiederaufnehmen)$")
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if away.search(rule.rule) and rule.rule.replace("ablegen", "wiederaufnehmen") in rules
    }
    assert {page for page in pages if not page.split(".")[1].startswith("take_up")} == set(SHELVES)


@pytest.mark.parametrize("things", SHELVES.values())
def test_what_is_put_away_leaves_the_list_and_comes_back_as_it_was(committed, things):
    app, site = committed
    name = next(one for one in CHANGES if re.fullmatch(rf"POST /{things}/{{\w+}}/archive", one))
    with app.app_context():
        made = CHANGES[name].ready(site)
    key = next(iter(made.values()))
    everything, thing = f"{PREFIX}/{things}", f"{PREFIX}/{things}/{key}"
    with acting(app) as stand_in:
        client = stand_in.as_(site.actor(CHANGES[name].who))

        def shown(address: str) -> bool:
            return str(key) in {row["id"] for row in client.get(address).json["items"]}

        def step(action: str) -> object:
            answer = client.post(f"{thing}/{action}", headers={"If-Match": client.get(thing).headers["ETag"]})
            assert answer.status_code == 200, answer.text
            return answer.json["archived_at"]

        before = client.get(thing).json
        assert shown(everything)
        assert step("archive") is not None
        assert not shown(everything)
        assert shown(f"{everything}?archived=true")
        assert step("take-up") is None
        assert shown(everything)
        after = client.get(thing).json
    assert {**after, "version": before.get("version")} == {**before, "version": before.get("version")}
