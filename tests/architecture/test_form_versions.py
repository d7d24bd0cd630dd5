"""Every form of an existing thing carries the state it was made from, as the pages of the URL map show them.

Who sends a form that somebody has overtaken loses nothing and overwrites nothing: the answer is 409, with what was
typed and what is stored.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine, NullPool, create_engine
from werkzeug.routing import Rule

from kimhub.core.database.urls import with_database
from tenants import Role, db
from tests.core.web.html import Element, parse
from tests.factories.tenants import District, create_district
from tests.support.acting import Acting, acting
from tests.support.samples import CONSTANTS, TENANT_THINGS

STATES = {"fassung", "version", "seq"}
"""Hidden fields that hold a state: of the form's fields, of a document, of a proceeding's run."""
ADDS = {
    "desk.put_off_line": "adds a row, once",
    "planning.add_position": "adds a row to the plan as it is by then",
    "planning.add_line": "adds a row to the plan as it is by then",
    "committees.new_seat": "adds a seat",
    "meetings.put_on": "adds a row",
    "meetings.put_paper_on": "adds a row",
    "coverage.change_rule": "adds a rule; the last word counts, and earlier ones stay readable",
    "coverage.relate": "adds a row, once",
    "coverage.waive": "adds a row, once",
    "applications.new_document": "adds a file",
    "applications.new_section": "adds a section",
    "applications.new_participant": "adds a participant",
    "applications.receipt": "adds an event that can happen once",
    "applications.withdraw": "adds an event that can happen once",
    "distributions.key_figures": "is read into the state that it was uploaded for, or not at all",
    "funding.new_grant_document": "adds a file",
    "funding.new_amendment": "begins the one draft that there can be",
    "funding.state_spending": "adds a statement",
    "mittelabruf.receive": "adds an entry",
    "mittelabruf.cancel_entry": "adds a contra entry, once",
    "mittelabruf.reverse": "adds a contra entry, once",
    "mittelabruf.repay_money": "adds an entry",
    "mittelabruf.add_payment": "adds a payment",
    "releases.of_application": "chooses what a check page then shows; that one carries the state",
    "releases.of_group": "chooses what a check page then shows; that one carries the state",
    "releases.of_plan": "chooses what a check page then shows; that one carries the state",
    "spending.reverse": "adds a contra entry, once",
    "identity.end": "ends a client, once",
    "identity.end_member": "ends a role, once",
}
"""Forms that overwrite nothing, and why."""
STEPS = {
    *(f"funding.{step}_allocation" for step in ("confirm", "object", "waive", "uphold")),
    *("funding.amend", "funding.end", "positions.answer", "positions.withdraw"),
}
"""Steps for which the sample stands elsewhere; they share the template of those that are opened here."""
ELSEWHERE = {
    "applications.submit",
    "applications.gemeinden",
    "distributions.check_drafts",
    "distributions.check_issue",
    "releases.check_application",
    "releases.check_group",
    "releases.check_plan",
}
"""Pages whose form is sent only when nothing stands in its way; tested with their feature."""


@pytest.fixture(scope="module")
def site(cluster) -> Iterator[tuple[Flask, District, Engine]]:
    """A database that really commits, with its superuser."""
    name = f"forms_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with cluster.copy_of_template(name):
        app = cluster.create_app(name)
        superuser = create_engine(with_database(cluster.urls(name).admin, name), poolclass=NullPool)
        with superuser.begin() as connection:
            district = create_district(connection)
        yield app, district, superuser
        with app.app_context():
            db.engine.dispose()


def form_routes(app: Flask) -> list[Rule]:
    """The pages of a thing that show something and take something."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if {"GET", "POST"} <= (rule.methods or set())
        and set(rule.arguments) - {"slug"}
        and rule.rule.startswith("/t/")
    ]


def opened(site, who: Acting, rule: Rule) -> tuple[str, Element] | None:
    """The address and page of a thing made for it, by the first tenant that can have such a thing."""
    _, district, superuser = site
    for body in (district.kreis, district.gemeinde, district.stadt):
        client = who.as_(body.actor(*Role))
        with superuser.begin() as connection:
            made = {
                name: TENANT_THINGS[name](connection, body) if name in TENANT_THINGS else CONSTANTS[name]
                for name in rule.arguments - {"slug"}
            }
        if None in made.values():
            continue
        address = rule.rule.replace("<slug>", body.slug)
        for name, value in made.items():
            address = (
                address.replace(f"<uuid:{name}>", value)
                .replace(f"<int:{name}>", value)
                .replace(f"<{name}>", value)
            )
        answer = client.get(address)
        if answer.status_code == 200:
            return address, parse(answer.text)
    return None


MISSING = {
    "measures.drop": {"note": "Weil."},
    "committees.join": {"participant": "freistadt"},
    **{
        name: {"reason": "Muster"} for name in ("funding.edit_draft", "notices.withdraw", "releases.withdraw")
    },
}
"""What a sample lacks although its form asks for it."""


def posted(page: Element, address: str) -> list[Element]:
    return [form for form in page.all("form", method="post") if urlsplit(form["action"]).path == address]


def typed_in(form: Element) -> dict[str, str]:
    """What a browser would send without anybody having typed."""
    found = {each["name"]: each.text for each in form.all("textarea")}
    for each in form.all("input"):
        if each.get("type") in {"hidden", "text", "email"} or "checked" in each.attributes:
            found[each["name"]] = each.get("value")
    for each in form.all("select"):
        for option in each.all("option"):
            if "selected" in option.attributes:
                found[each["name"]] = option["value"]
    return found


def test_every_form_of_an_existing_thing_carries_its_state(site):
    without, opened_here = {}, set()
    with acting(site[0]) as who:
        for rule in form_routes(site[0]):
            found = opened(site, who, rule)
            for form in posted(found[1], found[0]) if found else ():
                opened_here.add(rule.endpoint)
                hidden = {each["name"] for each in form.all("input", type="hidden") if each.get("value")}
                if not hidden & STATES:
                    without[rule.endpoint] = sorted(hidden)
    asked = {rule.endpoint for rule in form_routes(site[0])}
    assert {endpoint: names for endpoint, names in without.items() if endpoint not in ADDS} == {}
    assert asked - opened_here - set(ADDS) == STEPS | ELSEWHERE
    assert set(ADDS) <= asked, "a reason for a form that is gone"


def test_a_form_that_was_overtaken_saves_nothing_and_says_so(site):
    wrong, sent = [], []
    with acting(site[0]) as who:
        for rule in form_routes(site[0]):
            found = opened(site, who, rule)
            for form in posted(found[1], found[0]) if found else ():
                typed = typed_in(form)
                if not typed.get("fassung"):
                    continue
                sent.append(rule.endpoint)
                answer = who.client.post(
                    found[0], data={**typed, **MISSING.get(rule.endpoint, {}), "fassung": "0:0"}
                )
                if answer.status_code != 409 or "nzwischen" not in answer.text:
                    wrong.append(f"{rule.endpoint}: {answer.status_code}")
    assert wrong == []
    assert len(sent) > 8
