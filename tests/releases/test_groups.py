"""What a Kreis releases of its Lenkungsgruppe: for whom somebody sits there and what was decided, never a name."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from kimhub.committees.public import (
    CommitteeKind,
    NewCommittee,
    NewSeat,
    SeatRole,
    Sector,
    create_committee,
    fill_seat,
)
from kimhub.committees.usecases.committees import CommitteeDetails, change_committee, delete_committee
from kimhub.committees.usecases.seats import SeatDetails, change_seat
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from kimhub.inbox.rhythm import Rhythm
from kimhub.measures.public import (
    MeasureOrigin,
    MeasureStepDetails,
    NewMeasure,
    begin_measure,
    decide_measure,
    propose_measure,
)
from kimhub.programme.public import Baustein
from kimhub.releases.models import NothingToReleaseError, PartKind
from kimhub.releases.usecases.give_release import PartsDetails, Readers, release_of_group
from tenants import Permission, Role, transaction
from tests.releases.acts import TO_ALL, read, received, withdrawn
from tests.support.acting import acting
from tests.support.browser import hidden_fields, save

KIM = date(2021, 5, 1)
NAME = "Geheimrätin Musterfrau"
BOTH = (PartKind.MEMBERS, PartKind.MEASURES)
KREIS, GEMEINDE = "/t/musterkreis/gremien", "/t/musterstadt/gremien"


def seated(actor, committee_id, **words):
    with transaction(actor):
        return fill_seat(actor, committee_id, NewSeat(**{"role": SeatRole.MEMBER, "since": KIM, **words})).id


def decided(actor, committee_id, title, *steps, **words):
    proposed = NewMeasure(
        committee_id=committee_id, title=title, responsible="Jobcenter", origin=MeasureOrigin.CASE_WORK,
        origin_text="Das bleibt im Kreis.", **words,
    )  # fmt: skip
    with transaction(actor):
        measure_id = propose_measure(actor, proposed).id
    for step in steps:
        with transaction(actor):
            step(actor, measure_id, MeasureStepDetails(happened_on=date(2026, 3, 12)))


@pytest.fixture
def account(site) -> UUID:
    """The account of somebody of the Kreis who is called by a name there."""
    seated_one = site.settle("seated", (site.district.kreis, Role.OFFICER))
    with site.superuser.begin() as connection:
        for table, key in (("membership", "account_id"), ("account", "id")):
            connection.execute(
                text(f"UPDATE {table} SET display_name = :name WHERE {key} = :id"),
                {"name": NAME, "id": seated_one.account_id},
            )
    return seated_one.account_id


@pytest.fixture
def group(site, ki, account) -> UUID:
    """A Lenkungsgruppe with three seats, of which two are held by somebody who signs in, and three measures."""
    with transaction(ki):
        named = NewCommittee(kind=CommitteeKind.LENKUNGSGRUPPE, name="Lenkungsgruppe KIM", since=KIM)
        committee_id = create_committee(ki, named).id
    seated(ki, committee_id, holder=account, role=SeatRole.MANAGEMENT)
    seated(ki, committee_id, organization="Jobcenter", function="Leitung", sector=Sector.JOBCENTER)
    seated(ki, committee_id, organization="Verein", until=date(2022, 1, 1))
    decided(ki, committee_id, "Sprachmittlung", decide_measure, due=date(2026, 12, 31))
    decided(ki, committee_id, "Wegweiser", decide_measure, begin_measure, baustein=Baustein.CASE_MANAGEMENT)
    decided(ki, committee_id, "Nur ein Vorschlag")
    return committee_id


def released(ki, committee_id, *parts, readers=TO_ALL, **more):
    with transaction(ki):
        found = release_of_group(ki, committee_id, PartsDetails(parts=parts or BOTH, readers=readers), **more)
        return [one.id for one in found]


def test_a_gemeinde_reads_for_whom_somebody_sits_there_and_what_was_decided(ki, olga, group):
    members, measures = released(ki, group)
    assert read(olga, members) == {
        "members": [
            {"role": "member", "sector": "jobcenter", "organization": "Jobcenter", "function": "Leitung"},
            {"role": "management", "sector": None, "organization": "Verwaltung", "function": ""},
        ]
    }
    assert read(olga, measures) == {
        "measures": [
            {
                "title": "Sprachmittlung", "responsible": "Jobcenter", "due": "2026-12-31", "baustein": None,
                "state": "decided", "decided_on": "2026-03-12",
            },
            {
                "title": "Wegweiser", "responsible": "Jobcenter", "due": None, "baustein": 2,
                "state": "in_progress", "decided_on": "2026-03-12",
            },
        ]
    }  # fmt: skip


def test_whoever_signs_in_stands_for_an_area_where_one_is_named(site, ki, olga, account, group):
    with transaction(ki):
        other = NewCommittee(kind=CommitteeKind.PROJEKTGRUPPE, name="Projektgruppe", since=KIM)
        other_id = create_committee(ki, other).id
    seat_id = seated(ki, other_id, holder=account, sector=Sector.WOHLFAHRT, function="Sprecherfunktion")
    (release_id,) = released(ki, other_id, PartKind.MEMBERS)
    said = {"role": "member", "sector": "wohlfahrt", "function": "Sprecherfunktion"}
    assert read(olga, release_id) == {"members": [{**said, "organization": "Freie Wohlfahrtspflege"}]}
    with transaction(ki):
        change_seat(ki, seat_id, SeatDetails(role=SeatRole.CHAIR, since=KIM))
    assert read(olga, release_id)["members"][0]["role"] == "member"


def test_no_name_and_no_account_is_in_anything_that_a_gemeinde_reads(site, ki, olga, account, group):
    """The tables as row-level security shows them, lists, pages, files, API, inbox and mails."""
    site.choose("olga", site.district.gemeinde, Rhythm.AT_ONCE)
    ids = released(ki, group)
    withdrawn(ki, ids[0])
    ids = [*ids, *released(ki, group)]
    site.deliver()
    tables = (
        "release",
        "release_recipient",
        "release_portion",
        "event",
        "receipt",
        "delivery",
        "committee",
        "seat",
    )
    with transaction(olga, read_only=True) as session:
        found = [
            session.scalar(text(f"SELECT coalesce(string_agg(t::text, ''), '') FROM {table} AS t"))
            for table in tables
        ]
    assert "Sprachmittlung" in "".join(found)
    with acting(site.works.app) as somebody:
        browser = somebody.as_(olga)
        paths = [f"{GEMEINDE}/vom-kreis", f"{GEMEINDE}/vom-kreis/liste.csv", "/t/musterstadt/posteingang"]
        paths += [f"{GEMEINDE}/vom-kreis/{one}" for one in ids]
        found += [browser.get(path).text for path in paths]
        machine = somebody.as_(site.district.gemeinde.machine(Permission.RELEASE_READ))
        found += [machine.get(f"/api/v1/releases/{path}").text for path in ("received", *ids)]
    with site.superuser.connect() as connection:
        mails = connection.scalars(text("SELECT m::text FROM mail AS m WHERE m::text LIKE '%olga@%'")).all()
    assert mails
    found += mails
    everything = "".join(found)
    assert "Verwaltung (Geschäftsführung)" in everything
    for hidden in (
        NAME,
        "Musterfrau",
        str(account),
        "seated@kim.example",
        "Das bleibt im Kreis",
        "Nur ein Vorschlag",
    ):
        assert hidden not in everything, hidden


def test_what_is_released_stays_and_a_newer_one_supersedes_it(ki, olga, group):
    members, measures = released(ki, group)
    before = read(olga, members), read(olga, measures)
    seated(ki, group, organization="Volkshochschule")
    decided(ki, group, "Neues", decide_measure)
    assert (read(olga, members), read(olga, measures)) == before
    released(ki, group, PartKind.MEMBERS)
    assert sorted(received(olga)) == [
        ("measures", "current"), ("members", "current"), ("members", "superseded"),
    ]  # fmt: skip


def test_what_is_empty_over_or_of_another_kind_is_not_released(site, ki, group):
    with transaction(ki):
        council = NewCommittee(kind=CommitteeKind.KREISTAG, name="Kreistag", since=KIM)
        empty = NewCommittee(kind=CommitteeKind.PROJEKTGRUPPE, name="Leer", since=KIM)
        council_id, empty_id = create_committee(ki, council).id, create_committee(ki, empty).id
    decided(ki, empty_id, "Nur ein Vorschlag")
    for committee_id, part in ((council_id, PartKind.MEMBERS), *((empty_id, part) for part in BOTH)):
        with pytest.raises(NothingToReleaseError):
            released(ki, committee_id, part)
    with transaction(ki):
        change_committee(ki, group, CommitteeDetails(dissolved_on=date(2026, 4, 1)))
    with pytest.raises(NothingToReleaseError, match="aufgelöst"):
        released(ki, group)


def test_only_a_kreis_that_leads_the_group_and_may_read_it_releases(site, ki, group):
    gemeinde = site.district.gemeinde.actor(Role.KI_COORDINATOR)
    with transaction(gemeinde):
        named = NewCommittee(kind=CommitteeKind.PROJEKTGRUPPE, name="Fremd", since=KIM)
        foreign = create_committee(gemeinde, named).id
    with pytest.raises(NotFoundError):
        released(ki, foreign)
    for actor in (
        site.district.kreis.actor(Role.OFFICER),
        site.district.kreis.machine(Permission.RELEASE_WRITE),
    ):
        with pytest.raises(ForbiddenError):
            released(actor, group)
    for parts in ((PartKind.PLAN,), (PartKind.PARTICIPANTS,)):
        with pytest.raises(InvalidInputError):
            released(ki, group, *parts)
    with pytest.raises(InvalidInputError):
        released(ki, group, readers=Readers())
    with pytest.raises(StaleError):
        released(ki, group, expected="0" * 32)
    released(ki, group)
    with pytest.raises(IntegrityError), transaction(ki):
        delete_committee(ki, group)


def test_a_kreis_sees_every_word_before_and_releases_just_that(site, ki, olga, group):
    form = f"{KREIS}/freigaben/gremium/{group}"
    with acting(site.works.app) as somebody:
        browser = somebody.as_(ki)
        assert form in browser.get(f"{KREIS}/freigaben/neu").text
        chosen = browser.post(form, data={"parts": ["members", "measures"], "to_gemeinden": "true"})
        check = browser.get(chosen.location).text
        for words in (
            "Jobcenter, Leitung",
            "Verwaltung",
            "Geschäftsführung",
            "Sprachmittlung",
            "31.12.2026",
            "in Arbeit",
        ):
            assert words in check, words
        assert "Nur ein Vorschlag" not in check
        seen = hidden_fields(check, chosen.location)
        decided(ki, group, "Dazwischen", decide_measure)
        late = browser.post(chosen.location, data=seen)
        assert late.status_code == 409
        assert received(olga) == []
        assert save(browser, chosen.location, {}).location == f"{KREIS}/freigaben"
        assert "Lenkungsgruppe KIM" in browser.get(f"{KREIS}/freigaben").text
        lines = somebody.as_(olga).get(f"{GEMEINDE}/vom-kreis").text
        assert "Mitglieder des Gremiums" in lines
    with transaction(olga, read_only=True) as session:
        (measures,) = session.scalars(text("SELECT id FROM release WHERE kind = 'measures'")).all()
    with acting(site.works.app) as somebody:
        page = somebody.as_(olga).get(f"{GEMEINDE}/vom-kreis/{measures}").text
    for words in (
        "Dazwischen",
        "Wegweiser (zuständig: Jobcenter, Baustein 2, beschlossen am 12.03.2026, Stand: in Arbeit)",
        "Das Gremium hat beschlossen: ", "(Auskunft des Musterkreises vom ",
        "Quelle: Lenkungsgruppe KIM, Stand ",
    ):  # fmt: skip
        assert words in page, words


def test_a_machine_releases_parts_of_a_group_without_a_version(site, ki, group):
    scopes = (
        Permission.RELEASE_READ,
        Permission.RELEASE_WRITE,
        Permission.COMMITTEE_READ,
        Permission.PLAN_READ,
    )
    with acting(site.works.app) as stand_in:
        giver = stand_in.as_(site.district.kreis.machine(*scopes))
        said = {"part": "members", "source_id": str(group), "to_gemeinden": True}
        made = giver.post("/api/v1/releases", json=said)
        assert made.status_code == 201, made.text
        assert [one["organization"] for one in made.json["members"]] == ["Jobcenter", "Verwaltung"]
        assert made.json["measures"] == []
        refused = giver.post("/api/v1/releases", json={**said, "part": "plan"})
        assert [error["field"] for error in refused.json["errors"]] == ["version"]
