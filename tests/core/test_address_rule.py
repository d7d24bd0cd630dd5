"""Addresses are built as werkzeug builds them, from the first link on, and nothing is compiled before that."""

from __future__ import annotations

import pytest
from werkzeug.routing import BuildError, Map, Rule

from kimhub.core.address_rule import AddressRule

RULES = [
    ("/", "start"),
    ("/t/<slug>/plan/<uuid:plan_id>", "plan"),
    ("/t/<slug>/seite/<int(min=1):rule>", "page"),
    ("/datei/<path:name>", "file"),
]
VALUES = [
    ("start", {}),
    ("start", {"weiter": "/a b?c=d", "rule": ["1", "2"]}),
    ("plan", {"slug": "kreis mit ü", "plan_id": "6f2c1d9e-0000-4000-8000-000000000000"}),
    ("page", {"slug": "k", "rule": 7, "sortiert": "name"}),
    ("file", {"name": "a/b c"}),
]


def addresses(kind: type[Rule]):
    return Map([kind(address, endpoint=endpoint) for address, endpoint in RULES]).bind("localhost")


@pytest.mark.parametrize(("endpoint", "values"), VALUES)
@pytest.mark.parametrize("append_unknown", [True, False])
def test_an_address_is_built_as_werkzeug_builds_it(endpoint, values, append_unknown):
    ours, theirs = (
        [addresses(kind).build(endpoint, values, append_unknown=append_unknown) for _ in ("first", "again")]
        for kind in (AddressRule, Rule)
    )
    assert ours == theirs


def test_what_is_missing_or_no_number_is_refused_as_ever():
    for values in ({"slug": "k"}, {"slug": "k", "rule": "x"}):
        for kind in (AddressRule, Rule):
            with pytest.raises((BuildError, ValueError)):
                addresses(kind).build("page", values)


def test_an_unknown_converter_is_refused_when_the_rule_is_added():
    with pytest.raises(LookupError, match="nowhere"):
        Map([AddressRule("/<nowhere:x>", endpoint="x")])


def test_nothing_is_compiled_before_somebody_links(app, monkeypatch):
    assert {type(rule) for rule in app.url_map.iter_rules()} == {AddressRule}
    with monkeypatch.context() as patch:
        patch.setattr(Rule, "_compile_builder", lambda *_: pytest.fail("compiled"))
        made = Map([AddressRule("/anmelden", endpoint="sign_in")]).bind("localhost")
        assert made.match("/anmelden") == ("sign_in", {})
    assert made.build("sign_in") == "/anmelden"
