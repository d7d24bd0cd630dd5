"""Promises and reminders: where they stand on Heute, who reads them, and that nothing said is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from kimhub.core import clock
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.desk.queries import Group
from kimhub.followups.models import FollowUpEndedError, FollowUpKind
from kimhub.followups.queries import follow_up_file
from kimhub.followups.usecases.follow_ups import (
    FollowUpDetails,
    NewFollowUp,
    change_follow_up,
    end_follow_up,
    take_up_follow_up,
    write_follow_up,
)
from tenants import Permission, Role, transaction
from tests.support.reader import reading
from tests.support.today import heute

K = FollowUpKind
WHAT = "Beschluss nachreichen"


def days(number):
    return clock.today() + timedelta(days=number)


@pytest.fixture
def later(monkeypatch):
    """Let it be some days later for what asks the clock."""
    present = clock.now()

    def later(number):
        monkeypatch.setattr(clock, "now", lambda: present + timedelta(days=number))

    return later


def written(actor, due_on, kind=K.REMINDER, role=Role.OFFICER, about=""):
    with transaction(actor):
        return write_follow_up(
            actor, NewFollowUp(kind=kind, title=WHAT, due_on=due_on, role=role, about=about)
        ).id


def changed(actor, follow_up_id, **more):
    with transaction(actor):
        change_follow_up(actor, follow_up_id, FollowUpDetails(**{"kind": K.REMINDER, "title": WHAT, **more}))


def stands(ctx, actor):
    """In which part of Heute it stands, or None."""
    found = [group for group, lines in heute(ctx, actor).items() if any(line.what == WHAT for line in lines)]
    assert len(found) < 2
    return found[0] if found else None


# --- where it stands -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "groups"),
    [
        (K.REMINDER, (Group.LATER, Group.TO_DO)),
        (K.PROMISED, (Group.WAITING, Group.WAITING)),
        (K.PROMISE, (Group.TO_DO, Group.TO_DO)),
    ],
)
def test_its_kind_and_its_day_say_in_which_part_of_heute_it_stands(ctx, officer, later, kind, groups):
    written(officer, days(5), kind, about="Stadt Bornheim, telefonisch zugesagt")
    assert stands(ctx, officer) is groups[0]
    later(5)
    assert stands(ctx, officer) is groups[1]
    later(6)
    assert stands(ctx, officer) is Group.OVERDUE
    (line,) = heute(ctx, officer)[Group.OVERDUE]
    assert line.whom == "Stadt Bornheim, telefonisch zugesagt"
    assert "seit gestern überfällig" in line.when


def test_what_is_done_leaves_heute_and_stays_readable_and_can_be_taken_up(ctx, officer):
    made = written(officer, days(0))
    with transaction(officer):
        end_follow_up(officer, made)
    assert stands(ctx, officer) is None
    with transaction(officer, read_only=True) as session:
        kept = follow_up_file(session, made).follow_up
        assert (kept.title, kept.ended_by) == (WHAT, "Sachbearbeitung")
        assert kept.ended_at is not None
    with pytest.raises(FollowUpEndedError), transaction(officer):
        end_follow_up(officer, made)
    with pytest.raises(FollowUpEndedError):
        changed(officer, made, due_on=days(1))
    with transaction(officer):
        take_up_follow_up(officer, made)
    assert stands(ctx, officer) is Group.TO_DO


def test_whoever_puts_it_to_another_day_leaves_the_old_one_readable(ctx, officer, later):
    made = written(officer, days(1))
    changed(officer, made, due_on=days(9))
    later(10)
    changed(officer, made, due_on=days(0), title="Anders")
    changed(officer, made, due_on=days(0), title="Wieder anders")
    with transaction(officer, read_only=True) as session:
        file = follow_up_file(session, made)
        assert sorted(day.due_on for day in file.days) == [days(-9), days(-1)]
        assert {day.actor_label for day in file.days} == {"Sachbearbeitung"}


def test_what_is_overdue_can_be_corrected_without_another_day(ctx, officer, later):
    made = written(officer, days(0))
    later(3)
    changed(officer, made, due_on=days(-3), title="Genauer")
    assert [line.what for line in heute(ctx, officer)[Group.OVERDUE]] == ["Genauer"]


@pytest.mark.parametrize("number", [-1, 367])
def test_a_day_that_is_past_or_too_far_is_refused(officer, number):
    with pytest.raises(InvalidInputError) as refused:
        written(officer, days(number))
    assert list(refused.value.fields) == ["due_on"]
    made = written(officer, days(1))
    with pytest.raises(InvalidInputError):
        changed(officer, made, due_on=days(number))


# --- whose it is -----------------------------------------------------------------------------------------------------


def test_one_for_a_role_is_read_by_all_who_hold_it_and_by_nobody_else(ctx, person, district, officer):
    written(officer, days(0))
    assert stands(ctx, person(district.gemeinde, Role.OFFICER)) is Group.TO_DO
    for other in (Role.ADMINISTRATOR, Role.COMMITTEE_OFFICE):
        assert stands(ctx, person(district.gemeinde, other)) is None
    assert stands(ctx, person(district.sibling, Role.OFFICER)) is None
    assert stands(ctx, person(district.kreis, Role.OFFICER)) is None


def test_ones_own_is_read_by_oneself_alone(ctx, person, district, officer):
    made = written(officer, days(0), role=None)
    colleague = person(district.gemeinde, Role.OFFICER, Role.ADMINISTRATOR)
    assert stands(ctx, officer) is Group.TO_DO
    assert stands(ctx, colleague) is None
    with pytest.raises(NotFoundError), transaction(colleague):
        end_follow_up(colleague, made)
    for address in ("", f"/{made}"):
        with reading(ctx, colleague) as reader:
            assert WHAT not in reader.open(f"/t/musterstadt/wiedervorlagen{address}").response.text
    with reading(ctx, officer) as reader:
        assert WHAT in reader.open(f"/t/musterstadt/wiedervorlagen/{made}").main
        assert WHAT in reader.open("/t/musterstadt/wiedervorlagen").main


def test_nobody_writes_for_a_role_that_is_anothers(person, district):
    administrator = person(district.gemeinde, Role.ADMINISTRATOR)
    with pytest.raises(InvalidInputError):
        written(administrator, days(0), role=Role.OFFICER)
    written(administrator, days(0), role=Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COMMITTEE_MEMBER])
def test_who_has_no_work_on_heute_writes_none(person, district, role):
    reader = person(district.gemeinde, role)
    with pytest.raises(ForbiddenError):
        written(reader, days(0), role=None)


def test_the_audit_names_what_was_written_changed_and_ended(ctx, officer):
    made = written(officer, days(3))
    changed(officer, made, due_on=days(4))
    with transaction(officer):
        end_follow_up(officer, made)
    with transaction(officer) as session:
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        found = session.execute(
            text("SELECT table_name, count(*) FROM audit_event WHERE table_name LIKE 'follow_up%' GROUP BY 1")
        ).all()
    assert dict(map(tuple, found)) == {"follow_up": 3, "follow_up_day": 1}


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_person_writes_it_from_heute_moves_it_and_says_that_it_is_done(ctx, officer):
    with reading(ctx, officer) as reader:
        start = reader.open("/t/musterstadt/")
        form = reader.open(start.links["Zusage oder Wiedervorlage eintragen"])
        typed = {"kind": "promised", "title": WHAT, "about": "Stadt Bornheim", "whose": "officer"}
        refused = reader.fill(form, {**typed, "due_on": "1.1.2020"})
        assert refused.status == 422
        assert "späteren Tag" in refused.main
        assert stands(ctx, officer) is None
        done = reader.fill(refused, {**typed, "due_on": f"{days(3):%d.%m.%Y}"})
        assert f"„{WHAT}“ ist eingetragen" in done.response.text
        file = reader.open(done.links[WHAT])
        assert "Sachbearbeitung" in file.main
        form = reader.open(file.links["Ändern oder verschieben"])
        moved = reader.fill(form, {**typed, "due_on": f"{days(8):%d.%m.%Y}"})
        assert f"bis {days(3):%d.%m.%Y}" in moved.main
        ended = reader.fill(moved, {}, to=f"{moved.path}/erledigt")
        assert stands(ctx, officer) is None
        assert "ist erledigt" in ended.response.text
        listed = reader.open("/t/musterstadt/wiedervorlagen?erledigte=auch").main
        assert "erledigt am" in listed
        back = reader.fill(ended, {}, to=f"{moved.path}/wiederaufnehmen")
        assert "steht wieder auf „Heute“" in back.response.text
    assert stands(ctx, officer) is Group.WAITING


def test_two_people_change_one_and_the_second_sees_what_the_first_wrote(ctx, officer):
    made = written(officer, days(3))
    address = f"/t/musterstadt/wiedervorlagen/{made}/aendern"
    with reading(ctx, officer) as reader:
        first, second = reader.open(address), reader.open(address)
        typed = {"kind": "reminder", "about": "", "due_on": f"{days(3):%d.%m.%Y}"}
        reader.fill(first, {**typed, "title": "Von der ersten"})
        overtaken = reader.fill(second, {**typed, "title": "Von der zweiten"})
        assert overtaken.status == 409
        assert "Von der ersten" in overtaken.main
        assert "Von der zweiten" in overtaken.response.text


def test_no_permission_no_link(ctx, person, district):
    auditor = person(district.gemeinde, Role.AUDITOR)
    assert not auditor.may(Permission.FOLLOW_UP_WRITE)
    with reading(ctx, auditor) as reader:
        assert "Wiedervorlage" not in reader.open("/t/musterstadt/").main
