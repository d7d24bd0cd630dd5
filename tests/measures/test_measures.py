"""What a group decides to do goes from proposal to result, and what held before stays readable."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kimhub.committees.public import CommitteeKind, Naming, join_participant, name_committee
from kimhub.committees.usecases.committees import (
    CommitteeDetails,
    change_committee,
    delete_committee,
    part_with,
)
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.measures.models import MeasureStateError
from kimhub.measures.terms import MeasureState
from kimhub.measures.usecases.measures import delete_measure
from tenants import Role, transaction
from tests.measures.acts import DECIDED_ON, WHAT, changed, days, decided, proposed, read, stepped
from tests.measures.conftest import entered
from tests.support.today import heute


def test_a_measure_is_proposed_decided_begun_and_done(ctx, kreis, group):
    measure_id = proposed(kreis, group, due=days(30))
    assert read(kreis, measure_id).state is MeasureState.PROPOSED
    assert read(kreis, measure_id).steps == []
    stepped(kreis, measure_id, "decide")
    stepped(kreis, measure_id, "begin", DECIDED_ON + timedelta(days=30))
    stepped(kreis, measure_id, "finish", days(0), "Der Dienst ist eingerichtet.")
    file = read(kreis, measure_id)
    assert (file.measure.decided_on, file.measure.closed_on) == (DECIDED_ON, days(0))
    assert file.measure.closing_note == "Der Dienst ist eingerichtet."
    assert [(step.state, step.happened_on) for step in file.steps] == [
        ("decided", DECIDED_ON), ("in_progress", DECIDED_ON + timedelta(days=30)), ("done", days(0)),
    ]  # fmt: skip
    assert {step.actor_label for step in file.steps} == {kreis.label}


def test_what_held_before_stays_readable_once_it_is_decided(ctx, kreis, group):
    measure_id = proposed(kreis, group, due=days(30))
    changed(kreis, measure_id, title="Anderer Vorschlag", due=days(40))
    assert read(kreis, measure_id).steps == []
    stepped(kreis, measure_id, "decide")
    changed(kreis, measure_id, title="Anderer Vorschlag", due=days(90), responsible="Volkshochschule")
    changed(
        kreis,
        measure_id,
        title="Anderer Vorschlag",
        due=days(90),
        responsible="Volkshochschule",
        paper="TOP 3",
    )
    steps = read(kreis, measure_id).steps
    assert [(step.state, step.due, step.responsible) for step in steps] == [
        ("decided", days(40), "Jobcenter"), ("decided", days(90), "Volkshochschule"),
    ]  # fmt: skip
    stepped(
        kreis, measure_id, "finish", days(-1)
    )  # a new wording of today does not hold up what was yesterday


@pytest.mark.parametrize(
    ("states", "step"),
    [
        ((), "begin"), ((), "finish"), (("decide",), "decide"), (("decide", "begin"), "begin"),
        (("decide", "finish"), "drop"), (("drop",), "decide"), (("decide", "drop"), "finish"),
    ],
)  # fmt: skip
def test_no_other_step_is_taken(ctx, kreis, group, states, step):
    measure_id = proposed(kreis, group)
    for name in states:
        stepped(kreis, measure_id, name, days(0), "Weil.")
    with pytest.raises(MeasureStateError):
        stepped(kreis, measure_id, step, days(0), "Weil.")


@pytest.mark.parametrize("end", ["finish", "drop"])
def test_what_is_over_is_not_changed_neither_by_the_program_nor_by_the_database(ctx, kreis, group, end):
    measure_id = decided(kreis, group)
    stepped(kreis, measure_id, end, days(0), "Weil.")
    with pytest.raises(MeasureStateError):
        changed(kreis, measure_id, title="Etwas anderes")
    with transaction(kreis) as session:
        rows = session.execute(
            text("UPDATE measure SET title = 'Etwas anderes' WHERE id = :id"), {"id": measure_id}
        )
        assert rows.rowcount == 0
    assert read(kreis, measure_id).measure.title == WHAT


def test_a_measure_is_given_up_with_a_reason_only(ctx, kreis, group):
    measure_id = proposed(kreis, group)
    with pytest.raises(InvalidInputError) as refused:
        stepped(kreis, measure_id, "drop", days(0))
    assert list(refused.value.fields) == ["note"]
    stepped(kreis, measure_id, "drop", days(0), "Das Land regelt es jetzt selbst.")
    file = read(kreis, measure_id)
    assert (file.state, file.measure.decided_on) == (MeasureState.DROPPED, None)
    assert file.measure.closing_note == "Das Land regelt es jetzt selbst."


def test_only_a_proposal_is_deleted(ctx, kreis, group):
    mistake, kept = proposed(kreis, group), decided(kreis, group)
    with transaction(kreis):
        delete_measure(kreis, mistake)
    with pytest.raises(NotFoundError):
        read(kreis, mistake)
    with pytest.raises(MeasureStateError), transaction(kreis):
        delete_measure(kreis, kept)
    with transaction(kreis) as session:
        assert session.execute(text("DELETE FROM measure WHERE id = :id"), {"id": kept}).rowcount == 0


@pytest.mark.parametrize(
    ("name", "on"), [("decide", 1), ("begin", 1), ("finish", 1), ("begin", None), ("finish", None)]
)
def test_no_step_lies_ahead_or_before_the_one_before(ctx, kreis, group, name, on):
    measure_id = proposed(kreis, group) if name == "decide" else decided(kreis, group)
    day = days(on) if on else DECIDED_ON - timedelta(days=1)
    with pytest.raises(InvalidInputError) as refused:
        stepped(kreis, measure_id, name, day)
    assert list(refused.value.fields) == ["happened_on"]


def test_only_a_group_that_steers_decides_measures_and_only_while_it_is_one(ctx, kreis, group):
    council = entered(kreis, CommitteeKind.KREISTAG, "Kreistag")
    with pytest.raises(InvalidInputError) as refused:
        proposed(kreis, council)
    assert list(refused.value.fields) == ["committee_id"]
    renamed = entered(kreis, CommitteeKind.AUSSCHUSS, "Ausschuss")
    with transaction(kreis):
        naming = Naming(kind=CommitteeKind.PROJEKTGRUPPE, name="Projektgruppe", since=date(2026, 2, 1))
        name_committee(kreis, renamed, naming)
    measure_id = proposed(kreis, renamed)
    with pytest.raises(InvalidInputError) as refused:
        stepped(kreis, measure_id, "decide", date(2026, 1, 31))
    assert list(refused.value.fields) == ["happened_on"]
    stepped(kreis, measure_id, "decide", date(2026, 2, 1))
    open_one = proposed(kreis, group)
    with transaction(kreis):
        change_committee(kreis, group, CommitteeDetails(dissolved_on=date(2026, 3, 1)))
    with pytest.raises(InvalidInputError):
        stepped(kreis, open_one, "decide", date(2026, 3, 2))
    with pytest.raises(InvalidInputError):
        proposed(kreis, group)
    stepped(kreis, open_one, "decide", date(2026, 3, 1))


def test_each_body_keeps_its_own_measures_of_a_joint_group(ctx, district, kreis):
    gemeinde, stranger = district.gemeinde.actor(Role.OFFICER), district.sibling.actor(Role.OFFICER)
    joint = entered(kreis, CommitteeKind.PROJEKTGRUPPE, "Gemeinsame Projektgruppe")
    with transaction(kreis):
        join_participant(kreis, joint, gemeinde.tenant_slug)
    own, theirs = decided(kreis, joint), decided(gemeinde, joint)
    for actor, other in ((kreis, theirs), (gemeinde, own), (stranger, own)):
        with pytest.raises(NotFoundError):
            read(actor, other)
    with pytest.raises(NotFoundError):
        proposed(stranger, joint)
    with pytest.raises(DBAPIError, match="fk_measure_participant"), transaction(kreis):
        part_with(kreis, joint, gemeinde.tenant_slug)
    with pytest.raises(DBAPIError, match="fk_measure_participant"), transaction(kreis):
        delete_committee(kreis, joint)


def test_only_who_keeps_committees_keeps_measures(ctx, district, kreis, group):
    member = district.kreis.actor(Role.COMMITTEE_MEMBER)
    measure_id = decided(kreis, group)
    assert read(member, measure_id).measure.title == WHAT
    for act in (
        lambda: proposed(member, group),
        lambda: changed(member, measure_id),
        lambda: stepped(member, measure_id, "finish", days(0)),
    ):
        with pytest.raises(ForbiddenError):
            act()


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ("state = 'decided'", "ck_measure_decided"), ("decided_on = '2026-03-12'", "ck_measure_decided"),
        ("state = 'done', decided_on = '2026-03-12'", "ck_measure_closed"),
        ("state = 'dropped', closed_on = '2026-03-12'", "ck_measure_reason"),
        ("state = 'done', decided_on = '2026-03-12', closed_on = '2026-03-11'", "ck_measure_order"),
        ("baustein = 4", "ck_measure_baustein"), ("responsible = ''", "ck_measure_responsible"),
    ],
)  # fmt: skip
def test_the_database_itself_refuses(ctx, kreis, group, values, rule):
    measure_id = proposed(kreis, group)
    with pytest.raises(DBAPIError) as refused, transaction(kreis) as session:
        session.execute(text(f"UPDATE measure SET {values} WHERE id = :id"), {"id": measure_id})
    assert isinstance(refused.value.orig, psycopg.Error)
    assert refused.value.orig.diag.constraint_name == rule


def test_heute_names_what_is_to_be_done_soon_and_what_is_late(ctx, kreis, group):
    late, soon = decided(kreis, group, due=days(-3)), decided(kreis, group, due=days(14))
    over = decided(kreis, group, due=days(-3))
    stepped(kreis, over, "finish", days(0))
    quiet = [
        decided(kreis, group, due=days(15)),
        decided(kreis, group),
        proposed(kreis, group, due=days(-3)),
        over,
    ]
    found = {
        measure_id: name
        for name, lines in heute(ctx, kreis).items()
        for line in lines
        for measure_id in (late, soon, *quiet)
        if str(measure_id) in line.url
    }
    assert {key: name.value for key, name in found.items()} == {late: "Überfällig", soon: "Zu erledigen"}
