"""How bodies are named: the designation from the register, and the name within a German sentence."""

from __future__ import annotations

import csv

import pytest

from tenants import TenantKind
from tenants.naming import accusative, at, dative, designation, genitive, nominative, to_begin
from tenants.register_file import SHIPPED


def _official_names() -> dict[str, str]:
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        found = {}
        for row in csv.DictReader(file):
            before = designation(TenantKind(row["kind"]), row["name"], row["status"])
            found[row["ags"]] = f"{before} {row['name']}".strip()
        return found


def test_every_body_of_the_register_says_what_it_is() -> None:
    names = _official_names()
    assert (names["05315000"], names["05382056"], names["05382064"]) == (
        "Stadt Köln",
        "Stadt Sankt Augustin",
        "Gemeinde Swisttal",
    )
    assert (names["05334"], names["05334002"]) == ("Städteregion Aachen", "Stadt Aachen")
    assert {names[ags] for ags in ("05382", "05978", "05766", "05958", "05162")} == {
        "Rhein-Sieg-Kreis", "Kreis Unna", "Kreis Lippe", "Hochsauerlandkreis", "Rhein-Kreis Neuss",
    }  # fmt: skip
    assert all(nominative(name) != name for name in names.values())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Stadt Köln", ("die Stadt Köln", "die Stadt Köln", "der Stadt Köln", "bei der Stadt Köln")),
        ("Kreis Unna", ("der Kreis Unna", "den Kreis Unna", "dem Kreis Unna", "beim Kreis Unna")),
        (
            "Rheinisch-Bergischer Kreis",
            (
                "der Rheinisch-Bergische Kreis", "den Rheinisch-Bergischen Kreis",
                "dem Rheinisch-Bergischen Kreis", "beim Rheinisch-Bergischen Kreis",
            ),
        ),
        (
            "Städteregion Aachen",
            (
                "die Städteregion Aachen", "die Städteregion Aachen",
                "der Städteregion Aachen", "bei der Städteregion Aachen",
            ),
        ),
        ("Troisdorf", ("Troisdorf", "Troisdorf", "Troisdorf", "bei Troisdorf")),
    ],
)  # fmt: skip
def test_a_sentence_takes_the_article_of_the_body(name: str, expected: tuple[str, ...]) -> None:
    assert (nominative(name), accusative(name), dative(name), at(name)) == expected


def test_a_sentence_begins_with_a_capital_letter() -> None:
    assert to_begin(nominative("Märkischer Kreis")) == "Der Märkische Kreis"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Stadt Köln", "der Stadt Köln"),
        ("Kreis Unna", "des Kreises Unna"),
        ("Rhein-Sieg-Kreis", "des Rhein-Sieg-Kreises"),
        ("Rhein-Kreis Neuss", "des Rhein-Kreises Neuss"),
        ("Hochsauerlandkreis", "des Hochsauerlandkreises"),
        ("Märkischer Kreis", "des Märkischen Kreises"),
        ("Städteregion Aachen", "der Städteregion Aachen"),
        ("Troisdorf", "Troisdorf"),
    ],
)
def test_whose_something_is(name: str, expected: str) -> None:
    assert genitive(name) == expected
