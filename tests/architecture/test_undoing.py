"""Nothing that a person wrote disappears with one click: a question comes first, or „Rückgängig“ stands in the message.

The addresses are found in the URL map by the words that such addresses bear; that no other form deletes anything is
asked in test_forms.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tenants import Role
from tests.core.web.html import Element, parse
from tests.support.acting import acting
from tests.support.endings import NOTHING_WRITTEN, UNDONE, endpoint, ends
from tests.support.site import NO_SUCH_THING


def test_whatever_ends_something_asks_first_or_can_be_undone(site):
    at_once = {name for name, methods in ends(site).items() if "GET" not in methods}
    assert at_once == set(UNDONE) | set(NOTHING_WRITTEN)
    assert set(UNDONE.values()) <= {rule.endpoint for rule in site.app.url_map.iter_rules()}


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
            actor = body.actor(*Role)
            client = act.as_(actor)
            if NO_SUCH_THING in path or not site.access("POST", rule.rule).admits(actor):
                continue
            answer = client.post(path)
            assert answer.status_code == 303, answer.text[-2000:]
            (form,) = undo_buttons(parse(client.get(answer.location).text))
            assert endpoint(site, form["action"]) == UNDONE[what]
            sent = {each["name"]: each.get("value") for each in form.all("input")}
            assert client.post(form["action"], data=sent).status_code == 303
            tried += 1
    assert tried, "no tenant has such a thing"
