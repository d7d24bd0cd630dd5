"""What holds for every form of the portal: it deletes nothing unasked, and nothing typed into it is ever a 500.

The forms are found, not listed: each page is opened by people who may, and each form that leads to an address of its
own is sent as it stands, and with values that some of Python's functions take for numbers and others do not, or that
no column can hold. One module, because finding them takes longer than sending them.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from tests.support.endings import REWRITES, endpoint, ends
from tests.support.forms import Fields, Found, found_forms
from tests.support.site import Site

HOSTILE = {
    "5,000 digits": "9" * 5_000,
    "a digit that is no decimal": "²",
    "beyond a bigint": "9" * 20,
    "a huge exponent": "1e999999",
}
FORMS_AT_LEAST = 30
"""More are found today; fewer mean that the search is broken."""


@pytest.fixture(scope="module")
def forms(site: Site) -> list[Found]:
    """Every form of the portal once."""
    return found_forms(site)


def sent(form: Found, value: str) -> Iterator[Fields]:
    """Everything typed is `value`; then each hidden field alone, beside what stands in the form; with each button."""
    for button in ((), *((each,) for each in form.buttons)):
        yield (*form.hidden, *((name, value) for name, _ in form.typed), *button)
        for index, (name, _) in enumerate(form.hidden):
            if name != "csrf_token":
                yield (*form.hidden[:index], (name, value), *form.hidden[index + 1 :], *form.typed, *button)


def test_forms_are_found(forms):
    assert len(forms) >= FORMS_AT_LEAST


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


@pytest.mark.parametrize("what", HOSTILE)
def test_no_form_is_broken_by(site, forms, what):
    broken = []
    for form in forms:
        for fields in sent(form, HOSTILE[what]):
            try:
                site.visit(form.who, "POST", form.action, form=fields)
            except AssertionError as finding:
                broken.append(f"{form}: {finding}")
    assert broken == []
