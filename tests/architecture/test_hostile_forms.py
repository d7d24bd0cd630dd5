"""Whatever is typed into any form, or written into its hidden fields, is refused or taken: never a 500.

The forms are found, not listed: each page is opened by somebody who may, and each form that leads to an address of its
own is sent with values that some of Python's functions take for numbers and others do not, or that no column can hold.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
