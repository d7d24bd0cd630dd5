"""The pages of measures: what is open, one measure with its course, and what only some may do there."""

from __future__ import annotations

import re

import pytest

from kimhub.committees.public import CommitteeKind
from tenants import Role, db
from tests.core.web.html import parse
from tests.measures.acts import WHAT, changed, days, decided, proposed, read, stepped
from tests.measures.conftest import entered
from tests.support.statements import counted

HERE = "/t/musterkreis/gremien/massnahmen"


def values_of(page):
    """The fields of the form on a page, as a browser sends them back."""
    form = next(form for form in parse(page).all("form", method="post") if form["action"].startswith(HERE))
    return {each["name"]: each.get("value", "") for each in form.all("input") if each.get("name")}


def test_a_measure_goes_its_way_through_the_forms(browse, district, kreis, group):
    client = browse(district.kreis)
    sent = {
        **values_of(client.get(f"{HERE}/neu").text), "committee_id": str(group), "title": WHAT,
        "responsible": "Jobcenter", "origin": "gemeinde", "due": days(30).strftime("%d.%m.%Y"), "baustein": "2",
    }  # fmt: skip
    made = client.post(f"{HERE}/neu", data=sent)
    assert made.status_code == 303, made.text[-3000:]
    here = made.location
    assert "vorgeschlagen" in client.get(here).text
    for path, on, note in (
        ("beschliessen", "12.03.2026", ""),
        ("beginnen", "13.03.2026", ""),
        ("umsetzen", "", "Gut."),
    ):
        form = values_of(client.get(f"{here}/{path}").text)
        sent = {**form, "note": note, **({"happened_on": on} if on else {})}
        answer = client.post(f"{here}/{path}", data=sent)
        assert answer.status_code == 303, answer.text[-3000:]
    page = client.get(here).text
    for words in (
        "Beschlossen am 12.03.2026",
        "In Arbeit seit 13.03.2026",
        "Umgesetzt am",
        "Gut.",
        "Baustein 2",
    ):
        assert words in page, words
    assert f"{here}/bearbeiten" not in page


def test_the_course_tells_what_held_before(browse, district, kreis, group):
    measure_id = decided(kreis, group, due=days(10), text="Alt")
    changed(kreis, measure_id, due=days(20), responsible="Volkshochschule", text="Neu")
    page = browse(district.kreis).get(f"{HERE}/{measure_id}").text
    for words in (
        f"Bis wann: {days(20):%d.%m.%Y} (vorher: {days(10):%d.%m.%Y})", "Wer: Volkshochschule (vorher: Jobcenter)",
        "Beschreibung geändert (vorher: Alt)",
    ):  # fmt: skip
        assert words in page, words


def test_whoever_comes_second_sees_what_the_first_has_done(browse, district, kreis, group):
    client = browse(district.kreis)
    measure_id = proposed(kreis, group)
    here = f"{HERE}/{measure_id}"
    first, second = (values_of(client.get(f"{here}/beschliessen").text) for _ in range(2))
    assert client.post(f"{here}/beschliessen", data={**first, "note": ""}).status_code == 303
    late = client.post(f"{here}/beschliessen", data={**second, "note": ""})
    assert late.status_code == 409
    assert len(read(kreis, measure_id).steps) == 1


def test_the_list_says_what_is_open_and_is_narrowed(browse, district, kreis, group):
    other = entered(kreis, CommitteeKind.PROJEKTGRUPPE, "Projektgruppe Sprache")
    late = decided(kreis, group, title="Spät", due=days(-1))
    proposed(kreis, other, title="Neu")
    done = decided(kreis, group, title="Erledigt")
    stepped(kreis, done, "finish", days(0))
    client = browse(district.kreis)
    page = client.get(HERE).text
    assert (
        "Offen: 2 Maßnahmen (1 beschlossen und noch nicht umgesetzt, 1 vorgeschlagen, 1 überfällig)." in page
    )
    order = [re.search(f">{title}<", page).start() for title in ("Spät", "Neu", "Erledigt")]
    assert order == sorted(order)
    shown = {
        "stand=offen": {"Spät", "Neu"}, "stand=done": {"Erledigt"}, f"gremium={other}": {"Neu"}, "suche=spät": {"Spät"},
    }  # fmt: skip
    for asked, titles in shown.items():
        file = client.get(f"{HERE}/liste.csv?{asked}").text
        assert {title for title in ("Spät", "Neu", "Erledigt") if title in file} == titles, asked
    assert f"{HERE}/{late}" in page


def test_the_list_and_a_measure_cost_the_same_for_one_and_for_twenty(browse, district, kreis, group):
    client = browse(district.kreis)
    measure_id = decided(kreis, group)

    def sent(path):
        with counted(db.engine) as statements:
            assert client.get(path).status_code == 200
        return len(statements)

    few = sent(HERE), sent(f"{HERE}/{measure_id}")
    for number in range(19):
        decided(kreis, group, title=f"Maßnahme {number}")
        changed(kreis, measure_id, due=days(number))
    assert (sent(HERE), sent(f"{HERE}/{measure_id}")) == few


@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.AUDITOR])
def test_a_reader_is_offered_no_change(browse, district, kreis, group, role):
    measure_id = decided(kreis, group)
    reader = browse(district.kreis, role)
    for path in (HERE, f"{HERE}/{measure_id}"):
        page = reader.get(path).text
        for end in ("/neu", "/bearbeiten", "/umsetzen", "/beginnen", "/nicht-weiterverfolgen"):
            assert end not in page, (path, end)
    assert reader.get(f"{HERE}/{measure_id}/umsetzen").status_code == 403


def test_the_committee_leads_to_its_measures(browse, district, kreis, group):
    directory = "/t/musterkreis/gremien/verzeichnis"
    client = browse(district.kreis)
    assert f"{HERE}?gremium={group}" in client.get(f"{directory}/{group}").text
    council = entered(kreis, CommitteeKind.KREISTAG, "Kreistag")
    assert f"{HERE}?gremium={council}" not in client.get(f"{directory}/{council}").text
