"""A release from its giving to its withdrawal, as the Kreis and its Gemeinden live it."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import count

import pytest
from sqlalchemy import text

from kimhub.applications.public import Involvement, Participation, add_participant, involve_gemeinden
from kimhub.applications.usecases.change_application import put_away_application
from kimhub.applications.usecases.create_application import correct_application
from kimhub.applications.usecases.follow_application import Happening, withdraw_application
from kimhub.core.errors import ForbiddenError, InvalidInputError, StaleError
from kimhub.core.readers import Withdrawal
from kimhub.planning.public import get_plan
from kimhub.planning.usecases.archive_plan import archive_plan
from kimhub.planning.usecases.store_plan import change_plan
from kimhub.releases.models import NothingToReleaseError, PartKind, ReleaseWithdrawnError
from kimhub.releases.queries import withdrawn_from, withdrawn_lately
from kimhub.releases.usecases.give_release import (
    PartsDetails,
    Readers,
    give_to_new_gemeinden,
    release_parts,
    release_plan,
)
from kimhub.releases.usecases.withdraw_release import withdraw_release
from tenants import Permission, Role, transaction
from tenants.errors import WrongBodyError
from tests.applications.conftest import make_draft, make_plan, submit, write
from tests.releases.acts import BOTH, TO_ALL, read, received, recipients, released, version_of, withdrawn
from tests.releases.conftest import MUSTERSTADT, NEUDORF

NUMBERS = count()
OWN_PART = {"involved": True, "how": "Mitglied der Projektgruppe."}


def test_all_gemeinden_of_the_kreis_read_who_took_part_and_nobody_else(site, ki, application):
    d = site.district
    (release_id,) = released(ki, application, PartKind.PARTICIPANTS)
    for body in d.all():
        said = read(body.actor(*Role), release_id)
        if body == d.kreis or body.parent_id == d.kreis.id:
            assert [one["name"] for one in said["participants"]] == ["Ausländeramt", "Jobcenter"], body.name
        else:
            assert said is None, body.name
    assert recipients(ki, release_id) == {body.slug for body in d.all() if body.parent_id == d.kreis.id}


def test_each_gemeinde_reads_how_it_is_involved_and_nothing_of_another(site, ki, olga, otto, application):
    (release_id,) = released(ki, application, PartKind.INVOLVEMENT)
    assert read(olga, release_id) == OWN_PART
    assert read(otto, release_id) == {"involved": False, "how": "Geheim für andere."}
    for reader in (olga, otto):
        with transaction(reader, read_only=True) as session:
            assert session.scalar(text("SELECT count(*) FROM release_portion")) == 0
            assert session.scalar(text("SELECT count(*) FROM release_recipient")) == 1
            everything = session.scalar(
                text(
                    "SELECT string_agg(r.content::text || q.content::text, '')"
                    " FROM release AS r, release_recipient AS q"
                )
            )
        assert ("Geheim" in everything) == (reader == otto)
        assert "Kommt später" not in everything


def test_a_gemeinde_of_which_nothing_is_said_reads_just_that(ki, olga, application):
    with transaction(ki):
        involve_gemeinden(ki, application, {MUSTERSTADT: Involvement(involved=None, how="")})
    (release_id,) = released(ki, application, PartKind.INVOLVEMENT)
    assert read(olga, release_id) == {"involved": None, "how": ""}


def test_single_gemeinden_read_it_and_no_reader_learns_who_else(site, ki, olga, otto, application):
    one = Readers(named=[site.district.gemeinde.slug])
    (release_id,) = released(ki, application, PartKind.PARTICIPANTS, readers=one)
    assert read(otto, release_id) is None
    assert read(olga, release_id)
    with transaction(ki):
        assert give_to_new_gemeinden(ki) == 0
    assert recipients(ki, release_id) == {site.district.gemeinde.slug}


def test_what_is_released_stays_as_it_was_when_the_application_changes(ki, olga, application):
    people, own = released(ki, application)
    with transaction(ki):
        add_participant(ki, application, Participation(name="Schulamt", inside=True, contribution=""))
        involve_gemeinden(ki, application, {MUSTERSTADT: Involvement(involved=False, how="Doch nicht.")})
    assert read(olga, own) == OWN_PART
    assert len(read(olga, people)["participants"]) == 2
    with transaction(ki) as session:
        for change in ("UPDATE release SET content = '{}'", "DELETE FROM release"):
            with pytest.raises(Exception, match="permission denied"), session.begin_nested():
                session.execute(text(change))


def test_a_newer_release_of_the_same_part_supersedes_the_older_one(ki, olga, otto, site, application):
    released(ki, application)
    one = Readers(named=[site.district.gemeinde.slug])
    (newer,) = released(ki, application, PartKind.PARTICIPANTS, readers=one)
    assert Counter(received(olga)) == Counter(
        {("participants", "current"): 1, ("participants", "superseded"): 1, ("involvement", "current"): 1}
    )
    assert Counter(received(otto)) == Counter({("participants", "current"): 1, ("involvement", "current"): 1})
    withdrawn(ki, newer)
    assert Counter(received(olga)) == Counter({("participants", "current"): 1, ("involvement", "current"): 1})


def test_a_correction_is_a_newer_state_of_the_application_that_it_corrects(ki, olga, application):
    write(ki, application)
    with transaction(ki):
        involve_gemeinden(ki, application, {NEUDORF: Involvement(involved=True, how="x")})
    submit(ki, application)
    released(ki, application, PartKind.PARTICIPANTS)
    with transaction(ki):
        correction = correct_application(ki, application).id
    released(ki, correction, PartKind.PARTICIPANTS)
    assert received(olga) == [("participants", "current"), ("participants", "superseded")]


def test_what_does_not_hold_any_more_is_not_released(ki, application):
    """Corrected, withdrawn, put away: a release of it now would look like the newest state."""
    write(ki, application)
    submit(ki, application)
    with transaction(ki):
        correction = correct_application(ki, application).id
    released(ki, application, PartKind.PARTICIPANTS)
    submit(ki, correction)
    with pytest.raises(NothingToReleaseError, match="berichtigt"):
        released(ki, application, PartKind.PARTICIPANTS)
    with transaction(ki):
        withdraw_application(ki, correction, Happening(happened_on=date(2021, 4, 1), note="Anders."))
    with pytest.raises(NothingToReleaseError, match="zurückgezogen"):
        released(ki, correction, PartKind.PARTICIPANTS)
    draft, plan_id = make_draft(ki), make_plan(ki)
    with transaction(ki):
        add_participant(ki, draft, Participation(name="Schulamt", inside=True, contribution=""))
        put_away_application(ki, draft)
        archive_plan(ki, plan_id)
    with pytest.raises(NothingToReleaseError, match="abgelegt"):
        released(ki, draft, PartKind.PARTICIPANTS)
    with pytest.raises(NothingToReleaseError, match="abgelegt"), transaction(ki):
        release_plan(ki, plan_id, TO_ALL)


def test_other_applications_are_other_things(ki, olga, application):
    released(ki, application, PartKind.PARTICIPANTS)
    other = make_draft(ki)
    with transaction(ki):
        add_participant(ki, other, Participation(name="Schulamt", inside=True, contribution=""))
    released(ki, other, PartKind.PARTICIPANTS)
    assert received(olga) == [("participants", "current")] * 2


def test_the_figures_of_a_plan_are_its_sums_and_no_single_position(ki, olga):
    plan_id = make_plan(ki)
    with transaction(ki):
        release_id = release_plan(ki, plan_id, TO_ALL).id
    said = read(olga, release_id)
    assert said["years"] == [2021, 2022, 2023]
    by_label = {row["label"]: row for row in said["rows"]}
    assert by_label["Eigenanteil"]["total"] == "380108.05"
    assert not [label for label in by_label if "E13" in label or "S17" in label]


def test_each_officer_is_told_once_and_a_member_and_an_auditor_are_not(site, ki, application):
    released(ki, application)
    site.deliver()
    site.deliver()
    d = site.district
    assert site.lines() == Counter(
        {(d.gemeinde.slug, "olga", "release.give"): 2, (d.sibling.slug, "otto", "release.give"): 2}
    )


def test_what_is_withdrawn_nobody_reads_and_everybody_is_told(site, ki, olga, otto, application):
    people, own = released(ki, application)
    withdrawn(ki, people)
    assert read(olga, people) is None
    assert read(ki, people)
    assert received(olga) == [("involvement", "current")]
    site.deliver()
    assert site.lines()[site.district.gemeinde.slug, "olga", "release.withdraw"] == 1
    with transaction(olga, read_only=True) as session:
        taken = withdrawn_from(session, olga.tenant_id, people)
        assert taken["about"].startswith("Beteiligte an der Förderskizze: ")
        assert taken["given_at"] < taken["withdrawn_at"]
        assert [row["id"] for row in withdrawn_lately(session, olga.tenant_id)] == [people]
        assert withdrawn_from(session, olga.tenant_id, own) is None
    with pytest.raises(ReleaseWithdrawnError):
        withdrawn(ki, people)


def test_it_can_be_taken_from_one_gemeinde_alone(site, ki, olga, otto, application):
    (release_id,) = released(ki, application, PartKind.INVOLVEMENT)
    withdrawn(ki, release_id, recipient=site.district.sibling.slug)
    assert read(olga, release_id) == OWN_PART
    assert read(otto, release_id) is None


def test_a_withdrawal_needs_a_reason_and_the_right(ki, olga, application):
    (release_id,) = released(ki, application, PartKind.PARTICIPANTS)
    with pytest.raises(InvalidInputError), transaction(ki):
        withdraw_release(ki, release_id, Withdrawal(""))
    with pytest.raises(ForbiddenError), transaction(olga):
        withdraw_release(olga, release_id, Withdrawal("Weil"))


@pytest.mark.parametrize("part", BOTH)
def test_what_is_empty_is_not_released(ki, application, part):
    empty = make_draft(ki)
    with pytest.raises(NothingToReleaseError):
        released(ki, empty, part)


@pytest.mark.parametrize(
    ("parts", "readers", "field"),
    [
        ((PartKind.PARTICIPANTS,), Readers(), "to_gemeinden"),
        ((PartKind.PARTICIPANTS,), Readers(named=["fernstadt"]), "named"),
        ((PartKind.PLAN,), TO_ALL, "parts"),
        ((), TO_ALL, "parts"),
    ],
)
def test_a_release_names_parts_and_readers_of_the_own_kreis(ki, application, parts, readers, field):
    with pytest.raises(InvalidInputError) as refused, transaction(ki):
        release_parts(ki, application, PartsDetails(parts=parts, readers=readers))
    assert list(refused.value.fields) == [field]


def test_another_state_than_the_one_that_was_read_is_not_released(ki, application):
    details, version = PartsDetails(parts=BOTH, readers=TO_ALL), version_of(ki, application)
    with pytest.raises(StaleError), transaction(ki):
        release_parts(ki, application, details, expected_version=version - 1)


def test_only_a_kreis_gives_and_only_with_the_right_to_read_what_it_gives(site, ki, application):
    d = site.district
    details = PartsDetails(parts=BOTH, readers=TO_ALL)
    aachen = d.gemeinde.actor(Role.KI_COORDINATOR)
    with pytest.raises(WrongBodyError), transaction(aachen):
        release_parts(aachen, application, details)
    for actor in (d.kreis.actor(Role.OFFICER), d.kreis.machine(Permission.RELEASE_WRITE)):
        with pytest.raises(ForbiddenError), transaction(actor):
            release_parts(actor, application, details)


def joined(site):
    """Let Neudorf take part; return its id."""
    with site.superuser.begin() as connection:
        return connection.scalar(
            text(
                "INSERT INTO tenant (kind, name, slug, ags, parent_id, is_grant_recipient, has_auslaenderbehoerde,"
                " has_jugendamt, integration_committee, sort_key) VALUES ('gemeinde', 'Neudorf', :slug, :ags,"
                " :kreis, false, false, false, 'none', 'neudorf') RETURNING id"
            ),
            {"slug": f"neudorf-{next(NUMBERS)}", "ags": NEUDORF, "kreis": site.district.kreis.id},
        )


def test_a_gemeinde_that_joins_while_something_is_released_is_not_missed(site, ki, application):
    """The job after the commit looks once more: whichever of both is committed last, it sees the other."""
    with transaction(ki):
        (release,) = release_parts(
            ki, application, PartsDetails(parts=[PartKind.INVOLVEMENT], readers=TO_ALL)
        )
        release_id = release.id
        joined(site)
    before = recipients(ki, release_id)
    site.deliver()
    assert [slug.startswith("neudorf") for slug in recipients(ki, release_id) - before] == [True]


def test_a_gemeinde_that_joins_later_reads_its_own_part_as_it_was(site, ki, application):
    """Also what the application says no more: frozen is frozen, for those, too, that come later."""
    (release_id,) = released(ki, application, PartKind.INVOLVEMENT)
    with transaction(ki):
        involve_gemeinden(ki, application, {NEUDORF: Involvement(involved=False, how="Anders.")})
    new = joined(site)
    with transaction(ki):
        assert give_to_new_gemeinden(ki) == 1
        assert give_to_new_gemeinden(ki) == 0
    with site.superuser.connect() as connection:
        found = connection.scalar(
            text("SELECT content FROM release_recipient WHERE recipient_id = :new"), {"new": new}
        )
    assert found == {"involved": True, "how": "Kommt später."}
    assert [slug for slug in recipients(ki, release_id) if slug.startswith("neudorf")]


def test_the_words_of_others_are_no_part_of_any_event(site, ki, application):
    released(ki, application)
    with site.superuser.connect() as connection:
        told = connection.scalars(text("SELECT about FROM event")).all()
    assert told
    assert not [one for one in told if "Geheim" in one or "Projektgruppe" in one]


def test_stand_and_source_are_those_of_the_moment(ki, olga):
    plan_id = make_plan(ki)
    with transaction(ki):
        first = release_plan(ki, plan_id, TO_ALL)
        assert (first.source_version, first.submitted_on) == (1, None)
    with transaction(ki) as session:
        stored = get_plan(session, plan_id)
        change_plan(ki, plan_id, stored.plan, expected_version=stored.version)
    with pytest.raises(StaleError), transaction(ki):
        release_plan(ki, plan_id, TO_ALL, expected_version=1)
    assert received(olga) == [("plan", "current")]
