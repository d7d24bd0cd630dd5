"""The Vorgang between two tenants: who sees it, who may move it, and that nobody can rewrite it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from tenants import Permission, Role, transaction
from tenants.errors import ForbiddenError, InvalidInputError, NotFoundError, error_for_constraint
from tenants.proceedings import (
    DRAFT,
    Proceeding,
    ProceedingEntry,
    ProceedingMovedError,
    ProceedingNote,
    Side,
    Transition,
    Workflow,
    add_note,
    advance,
    latest_entry,
    open_proceeding,
    timeline,
)
from tests.factories.tenants import create_district
from tests.support.patience import PATIENCE

ASK = Transition(
    "ask", ("submitted",), "question", Side.COUNTERPART, Permission.REQUEST_DECIDE, "Rückfrage", "hat gefragt",
    note_required=True,
)  # fmt: skip
WORKFLOW = Workflow(
    kind="test",
    title="Testvorgang",
    states={DRAFT: "Entwurf", "submitted": "eingereicht", "question": "Rückfrage", "endorsed": "befürwortet"},
    transitions=(
        Transition(
            "submit", (DRAFT,), "submitted", Side.INITIATOR, Permission.REQUEST_WRITE, "Einreichen", "hat eingereicht"
        ),
        ASK,
        Transition(
            "endorse", ("submitted",), "endorsed", Side.COUNTERPART, Permission.REQUEST_DECIDE, "Befürworten",
            "hat befürwortet",
        ),
    ),
)  # fmt: skip
DECLARE = text(
    "INSERT INTO workflow_transition VALUES (:kind, :action, :source, :target, :side) ON CONFLICT DO NOTHING"
)


def declare(connection):
    for t in WORKFLOW.transitions:
        for source in t.from_states:
            connection.execute(
                DECLARE,
                {
                    "kind": WORKFLOW.kind,
                    "action": t.action,
                    "source": source,
                    "target": t.to_state,
                    "side": t.side,
                },
            )


@pytest.fixture(scope="session", autouse=True)
def declared(owner_engine):
    """The test's own workflow stands in the database while this worker runs, and is gone after."""
    with owner_engine.begin() as connection:
        declare(connection)
    yield
    with owner_engine.begin() as connection:
        connection.execute(text("DELETE FROM workflow_transition WHERE kind = 'test'"))


@pytest.fixture
def officer(district):
    return district.gemeinde.actor(Role.OFFICER)


@pytest.fixture
def coordinator(district):
    return district.kreis.actor(Role.KI_COORDINATOR)


@pytest.fixture
def draft(ctx, district, officer):
    with transaction(officer) as session:
        proceeding = open_proceeding(
            session, officer, WORKFLOW, counterpart_id=district.kreis.id, subject="Koordinierungsstelle"
        )
    return proceeding.id


@pytest.fixture
def submitted(draft, officer):
    step(officer, draft, "submit")
    return draft


def step(actor, proceeding_id, action, **arguments):
    with transaction(actor) as session:
        proceeding = session.scalars(select(Proceeding).where(Proceeding.id == proceeding_id)).one_or_none()
        if proceeding is None:
            raise NotFoundError
        return advance(session, actor, WORKFLOW, proceeding, action=action, **arguments)


def sees(actor, model=Proceeding):
    with transaction(actor, read_only=True) as session:
        return len(session.scalars(select(model)).all())


def test_a_draft_is_seen_by_its_initiator_alone(draft, officer, coordinator, district):
    assert sees(officer) == 1
    for body in district.all():
        if body != district.gemeinde:
            assert sees(body.actor(Role.AUDITOR)) == 0, body.name


def test_both_sides_and_nobody_else_see_a_submitted_file(submitted, district):
    for body in district.all():
        expected = 1 if body in {district.gemeinde, district.kreis} else 0
        assert sees(body.actor(Role.AUDITOR)) == expected, body.name
        assert sees(body.actor(Role.AUDITOR), ProceedingEntry) == expected, body.name


def test_both_sides_read_the_same_timeline_but_only_their_own_notes(submitted, officer, coordinator):
    with transaction(coordinator) as session:
        proceeding = session.scalars(select(Proceeding)).one()
        add_note(session, coordinator, proceeding, text="Vorher mit dem Kämmerer sprechen")
    step(coordinator, submitted, "ask", note="Wie viele Zugewanderte leben dort?")
    texts = {}
    for actor in (officer, coordinator):
        with transaction(actor, read_only=True) as session:
            proceeding = session.scalars(select(Proceeding)).one()
            texts[actor.tenant_slug] = [item.text for item in timeline(session, WORKFLOW, proceeding)]
    assert texts[officer.tenant_slug] == ["hat eingereicht", "hat gefragt"]
    assert sorted(texts[coordinator.tenant_slug]) == ["Interne Notiz", "hat eingereicht", "hat gefragt"]
    assert sees(officer, ProceedingNote) == 0


def test_the_initiator_cannot_take_the_counterparts_step(submitted, district):
    everything = district.gemeinde.actor(*Role)
    with pytest.raises(ProceedingMovedError):
        step(everything, submitted, "endorse")


def test_a_step_needs_its_permission(submitted, district):
    with pytest.raises(ForbiddenError):
        step(district.kreis.actor(Role.OFFICER), submitted, "endorse")


def test_a_question_needs_its_text(submitted, coordinator):
    with pytest.raises(InvalidInputError) as refused:
        step(coordinator, submitted, "ask", note="   ")
    assert "note" in refused.value.fields


def test_a_step_on_what_is_no_longer_the_state_is_refused_and_says_where_it_stands(submitted, coordinator):
    step(coordinator, submitted, "endorse", expected_seq=1)
    with pytest.raises(ProceedingMovedError, match="befürwortet") as refused:
        step(coordinator, submitted, "ask", note="?", expected_seq=1)
    assert refused.value.extra == {"state": "endorsed", "seq": 2}


def test_the_database_refuses_a_step_that_the_workflow_does_not_grant(submitted, officer, district):
    forged = text(
        "INSERT INTO proceeding_entry (tenant_id, id, proceeding_id, initiator_id, counterpart_id, kind, seq,"
        " previous_seq, action, from_state, to_state, note, actor_label)"
        " VALUES (:me, gen_random_uuid(), :proceeding, :me, :kreis, 'test', 2, 1, 'endorse', 'submitted', 'endorsed',"
        " '', '')"
    )
    with (
        pytest.raises(IntegrityError, match="fk_proceeding_entry_transition"),
        transaction(officer) as session,
    ):
        session.execute(
            forged, {"me": district.gemeinde.id, "kreis": district.kreis.id, "proceeding": submitted}
        )


@pytest.mark.parametrize(
    "statement", ["UPDATE proceeding_entry SET note = 'x'", "DELETE FROM proceeding_entry"]
)
def test_entries_are_never_changed_or_deleted(submitted, officer, statement):
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(officer) as session:
        session.execute(text(statement))


@pytest.mark.parametrize("change", ["subject = 'Etwas anderes'", "released_at = NULL"])
def test_what_the_other_side_has_seen_is_neither_reworded_nor_withdrawn(
    submitted, officer, coordinator, change
):
    with transaction(officer) as session:
        assert session.execute(text(f"UPDATE proceeding SET {change}")).rowcount == 0
    with transaction(coordinator, read_only=True) as session:
        assert session.scalars(select(Proceeding)).one().subject == "Koordinierungsstelle"


def test_nobody_takes_a_step_on_a_file_that_is_not_released(draft, officer, district):
    premature = text(
        "INSERT INTO proceeding_entry (tenant_id, id, proceeding_id, initiator_id, counterpart_id, kind, seq,"
        " action, from_state, to_state, note, actor_label)"
        " VALUES (:me, gen_random_uuid(), :proceeding, :me, :kreis, 'test', 1, 'submit', 'draft', 'submitted', '', '')"
    )
    with (
        pytest.raises(IntegrityError, match="fk_proceeding_entry_proceeding"),
        transaction(officer) as session,
    ):
        session.execute(
            premature, {"me": district.gemeinde.id, "kreis": district.kreis.id, "proceeding": draft}
        )


def test_of_two_simultaneous_decisions_exactly_one_stands(committing):
    with committing.as_owner() as connection:
        district = create_district(connection)
        declare(connection)
    officer, kreis = district.gemeinde.actor(Role.OFFICER), district.kreis
    with committing.app.app_context():
        with transaction(officer) as session:
            proceeding_id = open_proceeding(session, officer, WORKFLOW, counterpart_id=kreis.id, subject="x")
            session.flush()
            proceeding_id = proceeding_id.id
        step(officer, proceeding_id, "submit")
    barrier = Barrier(2)

    def decide(action):
        actor = kreis.actor(Role.KI_COORDINATOR)
        with committing.app.app_context():
            try:
                with transaction(actor) as session:
                    proceeding = session.scalars(select(Proceeding)).one()
                    latest_entry(session, proceeding.id)
                    barrier.wait(timeout=PATIENCE)
                    advance(session, actor, WORKFLOW, proceeding, action=action, note="n")
            except ProceedingMovedError:
                return "moved"
            except IntegrityError as violation:
                return type(error_for_constraint(violation.orig.diag.constraint_name))
            return "stands"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(decide, ["endorse", "ask"]))
    assert outcomes.count("stands") == 1
    assert set(outcomes) - {"stands"} <= {"moved", ProceedingMovedError}
    with committing.app.app_context(), transaction(officer, read_only=True) as session:
        assert [e.seq for e in session.scalars(select(ProceedingEntry).order_by(ProceedingEntry.seq))] == [
            1,
            2,
        ]
