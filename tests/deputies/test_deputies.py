"""Who may name whom as deputy, from when to when, and who ends it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from kimhub.core import clock
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.deputies.queries import get_deputation, missing_rights, stand_ins
from kimhub.deputies.usecases.deputies import NameDeputy, NoPartyError, end_deputation, name_deputy
from tenants import Permission, Role, db, transaction

DAY = timedelta(days=1)


@pytest.fixture
def act(town, people):
    """Run a use case as a person of the Gemeinde, in a transaction that commits."""
    roles = {
        "olga": Role.OFFICER, "adam": Role.ADMINISTRATOR, "paula": Role.AUDITOR, "ruth": Role.AUDITOR,
        "carla": Role.COMMITTEE_MEMBER, "cem": Role.COMMITTEE_MEMBER,
    }  # fmt: skip

    def act(name, use_case, *arguments):
        actor = town.actor(name, town.district.gemeinde, roles[name])
        with town.works.app.app_context(), transaction(actor):
            return use_case(actor, *arguments)

    return act


def wanted(people, deputy="paula", whom=None, begin=0, end=7):
    today = clock.today()
    return NameDeputy(
        account_id=people[whom] if whom else None,
        deputy_id=people.get(deputy) or uuid4(),
        starts_on=today + begin * DAY,
        ends_on=today + end * DAY,
    )


def refused(act, name, command):
    with pytest.raises(InvalidInputError) as refusal:
        act(name, name_deputy, command)
    ((field, (words,)),) = refusal.value.fields.items()
    return field, words


def standing(town, day=0):
    with town.works.app.app_context(), transaction(town.district.gemeinde.actor(*Role)) as session:
        return [
            (one.account_name, one.deputy_id)
            for one in stand_ins(session, town.district.gemeinde.id, clock.today() + day * DAY)
        ]


def test_a_person_names_their_own_deputy_who_stands_in_on_both_days_and_between(town, act, people):
    act("olga", name_deputy, wanted(people, begin=1, end=3))
    assert [len(standing(town, day)) for day in range(5)] == [0, 1, 1, 1, 0]


def test_the_administration_names_a_deputy_for_anybody_and_others_only_their_own(town, act, people):
    made = act("adam", name_deputy, wanted(people, whom="olga"))
    assert (made.account_id, made.account_name) == (people["olga"], "Sachbearbeitung Musterstadt")
    with pytest.raises(ForbiddenError):
        act("paula", name_deputy, wanted(people, "ruth", whom="olga"))


@pytest.mark.parametrize("deputy", ["kim", "nobody"])
def test_a_deputy_without_a_role_here_is_refused_with_the_cure(act, people, deputy):
    field, words = refused(act, "olga", wanted(people, deputy))
    assert field == "deputy_id"
    assert "Vergeben Sie sie zuerst unter „Personen und Rollen“" in words


def test_who_is_invited_or_has_left_or_is_shut_out_is_no_deputy(town, act, people):
    town.settle("fred", (town.district.gemeinde, Role.AUDITOR))
    people["fred"] = town.people["fred"].account_id
    for name, change in (
        ("paula", "membership SET accepted_at = NULL WHERE account_id"),
        ("ruth", "membership SET ended_at = now() WHERE account_id"),
        ("fred", "account SET disabled_at = now() WHERE id"),
    ):
        with town.superuser.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(f"UPDATE {change} = :id"), {"id": people[name]})
        assert refused(act, "olga", wanted(people, name))[0] == "deputy_id"


def test_nobody_stands_in_for_themselves_nor_for_who_has_no_role_nor_in_the_past(act, people):
    assert refused(act, "olga", wanted(people, "olga"))[0] == "deputy_id"
    assert refused(act, "adam", wanted(people, whom="kim"))[0] == "account_id"
    assert refused(act, "olga", wanted(people, begin=3, end=2))[0] == "ends_on"
    assert refused(act, "olga", wanted(people, begin=-3, end=-1))[0] == "ends_on"


def test_either_of_them_or_the_administration_ends_it_and_it_stays_readable(town, act, people):
    for name in ("olga", "paula", "adam"):
        made = act("olga", name_deputy, wanted(people))
        with pytest.raises(NoPartyError):
            act("ruth", end_deputation, made.id)
        ended = act(name, end_deputation, made.id)
        assert act(name, end_deputation, made.id).ended_at == ended.ended_at
        assert standing(town) == []
        kept = act("ruth", lambda _, it: get_deputation(db.session(), it), made.id)
        assert (kept.deputy_name, kept.ended_at) == ("Prüfung Musterstadt", ended.ended_at)


def test_a_committee_member_names_nobody_and_ends_what_it_is_party_to(town, act, people):
    """Whom a committee member is represented by, the council decides (§ 58 GO NRW); whose mail comes, they may end."""
    with pytest.raises(ForbiddenError):
        act("carla", name_deputy, wanted(people))
    made = act("adam", name_deputy, wanted(people, "carla", whom="olga"))
    with pytest.raises(NoPartyError):
        act("cem", end_deputation, made.id)
    assert standing(town) == [(made.account_name, people["carla"])]
    act("carla", end_deputation, made.id)
    assert standing(town) == []


def test_another_tenant_sees_none(town, act, people):
    made = act("olga", name_deputy, wanted(people))
    stranger = town.district.kreis.actor(*Role)
    with town.works.app.app_context(), transaction(stranger), pytest.raises(NotFoundError):
        end_deputation(stranger, made.id)


def test_what_a_deputy_may_not_do_is_said_by_the_rights_that_messages_ask_for():
    told = frozenset({Permission.REQUEST_WRITE, Permission.FUNDING_WRITE})
    officer = frozenset({Role.OFFICER})
    assert missing_rights(officer, officer, told) == []
    assert missing_rights(officer, frozenset({Role.AUDITOR}), told) == [
        Permission.FUNDING_WRITE,
        Permission.REQUEST_WRITE,
    ]
    assert missing_rights(officer, frozenset({Role.KI_COORDINATOR}), told) == [Permission.REQUEST_WRITE]
