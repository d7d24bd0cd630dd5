"""The pages of committees cost the same however much is entered, and show each body what is its own."""

from __future__ import annotations

from datetime import date

import pytest

from kimhub.committees.terms import CommitteeKind, RuleKind, Sector
from kimhub.committees.usecases.committees import Ruling, set_rule
from kimhub.programme.days.periods import TimeUnit
from tenants import Role, db, transaction
from tests.committees.acts import entered, joined, named, seated
from tests.support.acting import acting
from tests.support.statements import counted

DIRECTORY = "/gremien/verzeichnis"


@pytest.fixture
def browse(hall):
    """The browser of a body's Geschäftsführung, or of somebody else there."""
    with acting(hall.app) as somebody:

        def browse(body, role=Role.COMMITTEE_OFFICE):
            return somebody.as_(body.actor(role))

        yield browse


def sent(client, path):
    with counted(db.engine) as statements:
        answer = client.get(path)
    assert answer.status_code == 200, answer.text[:300]
    return len(statements)


def test_the_directory_costs_the_same_for_one_committee_and_for_twenty(hall, browse):
    page = f"/t/musterstadt{DIRECTORY}"
    entered(hall.gemeinde)
    few = sent(browse(hall.district.gemeinde), page)
    for number in range(19):
        committee_id = entered(hall.gemeinde, CommitteeKind.AUSSCHUSS, f"Ausschuss {number}")
        named(hall.gemeinde, committee_id, f"Umbenannt {number}", date(2026, 1, 1))
        seated(hall.gemeinde, committee_id, hall.people["anna"])
    assert sent(browse(hall.district.gemeinde), page) == few


@pytest.mark.parametrize("kind", [CommitteeKind.RAT, CommitteeKind.LENKUNGSGRUPPE])
def test_a_committee_costs_the_same_for_one_seat_and_for_thirty(hall, browse, kind):
    committee_id = joined(hall.kreis, hall.gemeinde, kind=kind, term_until=None)
    page = f"/t/musterkreis{DIRECTORY}/{committee_id}"
    words = {} if kind.is_political else {"sector": Sector.JOBCENTER}

    def fill(day):
        seated(hall.kreis, committee_id, **words)
        seated(hall.kreis, committee_id, since=date(2020, 1, day), until=date(2020, 2, day), **words)
        seated(hall.gemeinde, committee_id, **words)

    fill(1)
    few = sent(browse(hall.district.kreis), page)
    for day in range(2, 16):
        fill(day)
    seated(hall.kreis, committee_id, hall.people["kim"], **words)
    for rule in RuleKind:
        with transaction(hall.kreis):
            set_rule(hall.kreis, committee_id, Ruling(kind=rule, amount=3, unit=TimeUnit.WEEK, source="§ 2"))
    assert sent(browse(hall.district.kreis), page) == few


def test_each_body_sees_its_own_seats_and_the_lead_no_names_of_others(hall, browse):
    committee_id = joined(hall.kreis, hall.gemeinde, hall.sibling)
    seated(hall.kreis, committee_id, hall.people["kim"])
    seated(hall.gemeinde, committee_id, hall.people["anna"])
    seated(hall.sibling, committee_id, organization="Verein der Nachbarn")
    of = {
        body: browse(body).get(f"/t/{body.slug}{DIRECTORY}/{committee_id}").text
        for body in (hall.district.kreis, hall.district.gemeinde, hall.district.sibling)
    }
    label = Role.COMMITTEE_MEMBER.label
    shown = {
        f"{label} Musterkreis": {hall.district.kreis},
        f"{label} Musterstadt": {hall.district.gemeinde},
        "Verein der Nachbarn": {hall.district.kreis, hall.district.sibling},
    }
    for words, bodies in shown.items():
        assert {body for body, page in of.items() if words in page} == bodies, words
    assert "@" not in of[hall.district.kreis]


def test_a_body_without_part_finds_no_page(hall, browse):
    committee_id = joined(hall.kreis, hall.gemeinde)
    seat_id = seated(hall.gemeinde, committee_id)
    stranger = browse(hall.district.sibling)
    for path in (
        f"{committee_id}",
        f"{committee_id}/sitze/neu",
        f"{committee_id}/sitze.csv",
        f"sitze/{seat_id}",
    ):
        assert stranger.get(f"/t/oehringhausen{DIRECTORY}/{path}").status_code == 404, path
    lead = browse(hall.district.kreis)
    assert lead.get(f"/t/musterkreis{DIRECTORY}/sitze/{seat_id}").status_code == 404


def test_the_seats_of_a_committee_are_sent_as_a_file(hall, browse):
    committee_id = joined(hall.kreis, hall.gemeinde)
    seated(hall.gemeinde, committee_id, hall.people["anna"], faction="Grün")
    seated(hall.kreis, committee_id, hall.people["kim"])
    file = browse(hall.district.gemeinde).get(f"/t/musterstadt{DIRECTORY}/{committee_id}/sitze.csv").text
    assert "Grün" in file
    assert "Musterkreis" not in file


def test_a_member_reads_and_is_offered_no_change(hall, browse):
    committee_id = entered(hall.gemeinde)
    here = f"/t/musterstadt{DIRECTORY}/{committee_id}"
    reader = browse(hall.district.gemeinde, Role.COMMITTEE_MEMBER)
    page = reader.get(here).text
    for end in ("/bearbeiten", "/sitze/neu", "/loeschen", "/fristen/", "/kommunen", "/bezeichnung"):
        assert f"{here}{end}" not in page, end
    assert reader.get(f"{here}/bearbeiten").status_code == 403
