"""Nothing that a person wrote disappears with one click: a question comes first, or „Rückgängig“ stands in the message.

The addresses are found in the URL map by the words that such addresses bear, and by what really happens: every form of
the portal that is sent as it stands, and deletes a row, must be one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from tenants import Role
from tests.core.web.html import Element, parse
from tests.support.acting import acting
from tests.support.forms import Found, found_forms
from tests.support.site import NO_SUCH_THING, Site

WORDS = re.compile(
    "entfernen|loeschen|verwerfen|ablegen|beenden|zurueckziehen|stornieren|verzichten|ueberschreiben"
)
"""What addresses are called at which something ends."""
UNDONE = {
    "applications.put_away": "applications.take_up",
    "funding.archive_entry": "funding.take_up_entry",
    "planning.archive": "planning.take_up",
    "mittelabruf.remove_payment": "mittelabruf.add_payment",
}
"""What happens at once, and the address at which „Rückgängig“ in the message fetches it back."""
NOTHING_WRITTEN = {
    "identity.end_session": "ends a sign-in",
    "identity.end_others": "ends sign-ins",
}
"""What ends at once because nobody wrote it, and what that is."""
REWRITES = {
    "funding.edit_allocation": "replaces amounts by those typed; it carries the state it was made from"
}
"""Forms for which a row is deleted because another one takes its place."""


@pytest.fixture(scope="module")
def forms(site: Site) -> list[Found]:
    """Every form of the portal once."""
    return found_forms(site)


def ends(site: Site) -> dict[str, frozenset[str]]:
    """The pages at which something ends, with their methods."""
    found: dict[str, frozenset[str]] = {}
    for rule in site.app.url_map.iter_rules():
        if WORDS.search(rule.rule) and not rule.rule.startswith("/api/") and "POST" in (rule.methods or ()):
            found[rule.endpoint] = found.get(rule.endpoint, frozenset()) | frozenset(rule.methods or ())
    return found


def endpoint(site: Site, address: str, method: str = "POST") -> str:
    return str(site.app.url_map.bind("localhost").match(urlsplit(address).path, method)[0])


def test_whatever_ends_something_asks_first_or_can_be_undone(site):
    at_once = {name for name, methods in ends(site).items() if "GET" not in methods}
    assert at_once == set(UNDONE) | set(NOTHING_WRITTEN)
    assert set(UNDONE.values()) <= {rule.endpoint for rule in site.app.url_map.iter_rules()}


def test_no_page_but_the_question_itself_holds_its_form(site, forms):
    asking = {name for name, methods in ends(site).items() if "GET" in methods}
    elsewhere = [
        str(form)
        for form in forms
        if endpoint(site, form.action) in asking and urlsplit(form.action).path != urlsplit(form.page).path
    ]
    assert elsewhere == []


def deletions(site: Site) -> int:
    with site.admin.begin() as connection:
        return int(
            connection.scalar(text("SELECT count(*) FROM audit_event WHERE operation = 'DELETE'")) or 0
        )


def test_no_other_form_deletes_what_somebody_wrote(site, forms):
    ending, deleting = ends(site), set()
    for form in forms:
        if endpoint(site, form.action) in {*ending, *REWRITES}:
            continue
        for button in ((), *((each,) for each in form.buttons)):
            before = deletions(site)
            site.visit(form.who, "POST", form.action, form=(*form.hidden, *form.typed, *button))
            if deletions(site) > before:
                deleting.add(str(form))
    assert deleting == set()


def undo_buttons(page: Element) -> Iterator[Element]:
    for form in page.all("form", method="post"):
        if any(button.text.strip() == "Rückgängig" for button in form.all("button")):
            yield form


@pytest.mark.parametrize("what", UNDONE)
def test_the_message_offers_the_way_back_and_it_leads_there(site, what):
    rule = next(rule for rule in site.app.url_map.iter_rules() if rule.endpoint == what)
    tried = 0
    with acting(site.app) as act:
        for body in (site.district.kreis, site.district.gemeinde, site.district.stadt):
            path = site.path(("POST", rule.rule), body.slug, body, fresh=True)
            client = act.as_(body.actor(*Role))
            if NO_SUCH_THING in path:
                continue
            answer = client.post(path)
            assert answer.status_code == 303, answer.text[-2000:]
            (form,) = undo_buttons(parse(client.get(answer.location).text))
            assert endpoint(site, form["action"]) == UNDONE[what]
            sent = {each["name"]: each.get("value") for each in form.all("input")}
            assert client.post(form["action"], data=sent).status_code == 303
            tried += 1
    assert tried, "no tenant has such a thing"
