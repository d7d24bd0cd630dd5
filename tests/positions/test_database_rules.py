"""What the database keeps on its own, tried with plain SQL as the application's role."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from kimhub.core.attempt import declared_error
from kimhub.positions.criteria import Criterion
from kimhub.positions.models import IncompleteRequestError, RequestFixedError
from kimhub.positions.workflow import WORKFLOW
from tenants import transaction
from tests.factories.requests import draft, step, submitted


def run(actor, statement, **values):
    with transaction(actor) as session:
        return session.execute(text(statement), values)


def violates(name, actor, statement, **values):
    with pytest.raises(IntegrityError, match=name) as refused:
        run(actor, statement, **values)
    return declared_error(refused.value)


@pytest.mark.parametrize("criterion", Criterion)
def test_no_request_is_released_without_its_three_criteria(officer, criterion):
    request_id = draft(officer)
    run(officer, "UPDATE request_criterion SET met = false WHERE criterion = :c", c=criterion)
    error = violates(
        f"fk_position_request_meets_{criterion}",
        officer,
        "UPDATE position_request SET released_at = now() WHERE id = :id",
        id=request_id,
    )
    assert isinstance(error, IncompleteRequestError)


def test_no_submission_stands_without_the_release(officer, district):
    request_id = draft(officer)
    run(officer, "UPDATE request_criterion SET met = false WHERE request_id = :id", id=request_id)
    run(officer, "UPDATE proceeding SET released_at = now() WHERE id = :id", id=request_id)
    violates(
        "only with its three criteria",
        officer,
        "INSERT INTO proceeding_entry (tenant_id, id, proceeding_id, initiator_id, counterpart_id, kind, seq, action,"
        " from_state, to_state, note, actor_label) VALUES (:me, gen_random_uuid(), :id, :me, :kreis,"
        " 'position_request', 1, 'submit', 'draft', 'submitted', '', '')",
        id=request_id,
        me=officer.tenant_id,
        kreis=district.kreis.id,
    )


def test_a_criterion_cannot_fall_away_under_a_submitted_request(officer, coordinator):
    request_id = submitted(officer)
    step(coordinator, request_id, "ask", note="?")
    error = violates("fk_position_request_meets_", officer, "UPDATE request_criterion SET met = false")
    assert isinstance(error, IncompleteRequestError)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE position_request SET fte = 0.1", "UPDATE position_request SET released_at = NULL",
     "UPDATE request_criterion SET evidence = 'anderes'"],
)  # fmt: skip
def test_what_was_submitted_cannot_be_changed(officer, statement):
    submitted(officer)
    error = violates("only while a question is open", officer, statement)
    assert isinstance(error, RequestFixedError)
    assert "Rückfrage" in error.detail


def test_a_criterion_stands_once_and_is_met_only_with_evidence(officer):
    request_id = draft(officer)
    violates(
        "uq_request_criterion_",
        officer,
        "INSERT INTO request_criterion (tenant_id, id, request_id, criterion, met, evidence)"
        " VALUES (:me, gen_random_uuid(), :id, 'jugendamt', true, 'x')",
        me=officer.tenant_id,
        id=request_id,
    )
    violates("ck_request_criterion_evidence", officer, "UPDATE request_criterion SET evidence = ''")


@pytest.mark.parametrize("fte", ["0", "-0.5", "1.01"])
def test_it_is_one_position_at_most(officer, fte):
    draft(officer)
    violates("ck_position_request_fte", officer, f"UPDATE position_request SET fte = {fte}")


def test_a_request_goes_to_the_own_kreis_and_no_other(officer, district):
    request_id = draft(officer)
    forged = (
        "WITH p AS (INSERT INTO proceeding (tenant_id, id, kind, counterpart_id, subject) VALUES"
        " (:me, gen_random_uuid(), 'position_request', :kreis, 'x') RETURNING id)"
        " INSERT INTO position_request (tenant_id, id, counterpart_id, function, fte, starts_on)"
        " SELECT :me, id, :kreis, 'x', 1, '2027-01-01' FROM p"
    )
    violates(
        "fk_position_request_kreis",
        officer,
        forged,
        me=officer.tenant_id,
        kreis=district.other_kreis.id,
        id=request_id,
    )


def test_a_request_cannot_be_handed_to_another_kreis(officer):
    draft(officer)
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(officer, "UPDATE position_request SET counterpart_id = 1")


def test_a_draft_is_deleted_only_as_a_whole(officer):
    draft(officer)
    violates("fk_request_criterion_request", officer, "DELETE FROM position_request")
    violates("fk_position_request_proceeding", officer, "DELETE FROM proceeding")


def test_the_kreis_cannot_write_into_the_request(officer, coordinator):
    submitted(officer)
    for table in ("position_request", "request_criterion"):
        column = "function" if table == "position_request" else "evidence"
        assert run(coordinator, f"UPDATE {table} SET {column} = 'x'").rowcount == 0


def test_a_document_of_another_tenant_cannot_serve_as_evidence(officer, district, ctx):
    from kimhub.core.documents import UploadedFile, store_document
    from tenants import Role
    from tests.factories.files import PDF

    draft(officer)
    other = district.sibling.actor(Role.OFFICER)
    with transaction(other) as session:
        foreign = store_document(session, other, UploadedFile("a.pdf", PDF)).id
    violates(
        "fk_request_criterion_document", officer, "UPDATE request_criterion SET document_id = :d", d=foreign
    )


def test_the_database_knows_the_declared_workflow(officer):
    declared = {
        (t.action, source, t.to_state, t.side.value) for t in WORKFLOW.transitions for source in t.from_states
    }
    rows = run(
        officer,
        "SELECT action, from_state, to_state, side FROM workflow_transition WHERE kind = 'position_request'",
    )
    assert {tuple(row) for row in rows} == {tuple(map(str, row)) for row in declared}
