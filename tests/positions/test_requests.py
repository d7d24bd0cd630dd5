"""A request from its draft to the decision, as both sides live it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from kimhub.core.documents import UploadedFile
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.positions.criteria import Criterion, Fact
from kimhub.positions.models import IncompleteRequestError, OtherSideError, RequestFixedError
from kimhub.positions.queries import criteria_lines, request_file
from kimhub.positions.usecases.add_internal_note import AddInternalNote, add_internal_note
from kimhub.positions.usecases.create_request import NotEligibleError, RequestDetails
from kimhub.positions.usecases.delete_draft import delete_draft
from kimhub.positions.usecases.set_criterion import SetCriterion, set_criterion
from kimhub.positions.usecases.update_request import UpdateRequest, update_request
from kimhub.positions.workflow import WORKFLOW
from tenants import Role, transaction
from tenants.proceedings import ProceedingMovedError, timeline
from tests.factories.files import PDF, PNG
from tests.factories.requests import DETAILS, STEPS, draft, step, submitted

OTHER = RequestDetails(
    function="Koordinierungsstelle Einwanderung",
    fte=Decimal("0.50"),
    starts_on=date(2027, 3, 1),
    justification="Weil",
)


def state(actor, request_id):
    with transaction(actor, read_only=True) as session:
        return request_file(session, request_id).state.value


def lines(actor, request_id):
    with transaction(actor, read_only=True) as session:
        found = criteria_lines(session, request_file(session, request_id).request)
        return {line.criterion: line for line in found}


def change(
    actor, request_id, criterion=Criterion.JUGENDAMT, *, met=True, evidence="Jugendamt seit 1991", **more
):
    with transaction(actor):
        set_criterion(
            actor,
            SetCriterion(request_id=request_id, criterion=criterion, met=met, evidence=evidence, **more),
        )


def reaches(officer, coordinator, *actions):
    """Return a request after `actions`; each is taken by the side whose step it is."""
    request_id = draft(officer)
    for action in actions:
        side = officer if action in {"submit", "answer", "withdraw"} else coordinator
        step(side, request_id, action, note="Text")
    return request_id


# the draft


def test_a_draft_takes_its_criteria_from_the_master_data(officer, district):
    found = lines(officer, draft(officer))
    assert all(line.met and line.evidence for line in found.values())
    assert "Integrationsausschuss" in found[Criterion.INTEGRATION_COMMITTEE].evidence
    poor = district.sibling.actor(Role.OFFICER)
    found = lines(poor, draft(poor))
    assert {criterion: line.met for criterion, line in found.items()} == {
        Criterion.AUSLAENDERBEHOERDE: False,
        Criterion.JUGENDAMT: True,
        Criterion.INTEGRATION_COMMITTEE: False,
    }


def test_a_draft_is_deleted_with_its_criteria_and_notes_and_the_audit_keeps_them(officer):
    request_id = draft(officer)
    with transaction(officer):
        add_internal_note(officer, AddInternalNote(request_id=request_id, text="Noch unsicher"))
    with transaction(officer):
        delete_draft(officer, request_id)
    with transaction(officer, read_only=True) as session:
        with pytest.raises(NotFoundError):
            request_file(session, request_id)
        for table in ("proceeding", "position_request", "proceeding_note", "request_criterion"):
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0, table


@pytest.mark.parametrize("actions", [("submit",), ("submit", "ask"), ("submit", "withdraw")])
def test_what_the_kreis_has_seen_is_not_deleted(officer, coordinator, actions):
    request_id = reaches(officer, coordinator, *actions)
    with pytest.raises(RequestFixedError, match="Nur Entwürfe"), transaction(officer):
        delete_draft(officer, request_id)
    before = state(officer, request_id)
    with transaction(officer) as session:
        for table, column in (
            ("position_request", "id"),
            ("proceeding", "id"),
            ("request_criterion", "request_id"),
        ):
            statement = text(f"DELETE FROM {table} WHERE {column} = :id")
            assert session.execute(statement, {"id": request_id}).rowcount == 0, table
    assert state(officer, request_id) == before


def test_who_only_reads_deletes_no_draft(officer, district):
    request_id = draft(officer)
    reader = district.gemeinde.actor(Role.AUDITOR)
    with pytest.raises(ForbiddenError), transaction(reader):
        delete_draft(reader, request_id)


def test_a_draft_can_say_otherwise_than_the_master_data(district, ctx):
    actor = district.sibling.actor(Role.OFFICER)
    request_id = draft(actor, criteria={Criterion.AUSLAENDERBEHOERDE: Fact(True, "Amt 32, seit 01.01.2026")})
    assert lines(actor, request_id)[Criterion.AUSLAENDERBEHOERDE].met


@pytest.mark.parametrize("body", ["kreis", "stadt", "authority"])
def test_only_a_gemeinde_of_a_kreis_can_ask(district, ctx, body):
    with pytest.raises(NotEligibleError, match="kreisangehörige Gemeinden"):
        draft(getattr(district, body).actor(*Role))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.OFFICER}))
def test_only_who_may_write_requests_begins_one(district, ctx, role):
    with pytest.raises(ForbiddenError):
        draft(district.gemeinde.actor(role))


def test_a_draft_can_be_changed_and_its_file_follows(officer):
    request_id = draft(officer)
    with transaction(officer):
        update_request(officer, UpdateRequest(request_id=request_id, details=OTHER))
    with transaction(officer, read_only=True) as session:
        file = request_file(session, request_id)
        assert (file.request.function, file.request.fte) == (OTHER.function, OTHER.fte)
        assert file.proceeding.subject == OTHER.function


def test_a_draft_is_seen_by_its_gemeinde_alone(officer, district):
    request_id = draft(officer)
    for body in district.all():
        if body != district.gemeinde:
            with pytest.raises(NotFoundError):
                state(body.actor(*Role), request_id)


# criteria and documents


def test_a_criterion_is_met_only_with_evidence(officer):
    request_id = draft(officer)
    with pytest.raises(InvalidInputError) as refused:
        change(officer, request_id, evidence="   ")
    assert list(refused.value.fields) == ["evidence"]


def test_a_document_belongs_to_its_criterion_and_is_replaced_or_removed(officer):
    request_id = draft(officer)
    change(officer, request_id, file=UploadedFile("Beschluss.pdf", PDF))
    assert lines(officer, request_id)[Criterion.JUGENDAMT].document.name == "Beschluss.pdf"
    change(officer, request_id, file=UploadedFile("Karte.png", PNG))
    assert lines(officer, request_id)[Criterion.JUGENDAMT].document.name == "Karte.png"
    change(officer, request_id)
    assert lines(officer, request_id)[Criterion.JUGENDAMT].document.name == "Karte.png"
    change(officer, request_id, remove_document=True)
    assert lines(officer, request_id)[Criterion.JUGENDAMT].document is None


def test_documents_reach_the_kreis_with_the_submission_and_later_ones_at_once(officer, coordinator):
    request_id = draft(officer)
    change(officer, request_id, file=UploadedFile("Beschluss.pdf", PDF))
    step(officer, request_id, "submit")
    assert lines(coordinator, request_id)[Criterion.JUGENDAMT].document.name == "Beschluss.pdf"
    step(coordinator, request_id, "ask", note="Bitte das Original")
    change(officer, request_id, file=UploadedFile("Original.pdf", PDF))
    assert lines(coordinator, request_id)[Criterion.JUGENDAMT].document.name == "Original.pdf"


# submission


def test_each_missing_criterion_blocks_with_its_own_reason(district, ctx):
    actor = district.sibling.actor(Role.OFFICER)
    request_id = draft(actor)
    with pytest.raises(IncompleteRequestError) as refused:
        step(actor, request_id, "submit")
    fields = refused.value.fields
    assert list(fields) == ["criteria.auslaenderbehoerde", "criteria.integration_committee"]
    assert "keine eigene Ausländerbehörde" in fields["criteria.auslaenderbehoerde"][0]
    assert "weder Integrationsrat noch Integrationsausschuss" in fields["criteria.integration_committee"][0]
    assert state(actor, request_id) == "draft"


@pytest.mark.parametrize("criterion", Criterion)
def test_one_missing_criterion_is_enough(officer, criterion):
    request_id = draft(officer)
    change(officer, request_id, criterion, met=False, evidence="")
    with pytest.raises(IncompleteRequestError) as refused:
        step(officer, request_id, "submit")
    assert list(refused.value.fields) == [f"criteria.{criterion}"]
    change(officer, request_id, criterion, met=True, evidence="doch")
    step(officer, request_id, "submit")
    assert state(officer, request_id) == "submitted"


def test_a_request_without_justification_is_not_submitted(officer):
    bare = RequestDetails(function="Koordinierung", fte=Decimal("0.50"), starts_on=date(2027, 1, 1))
    with pytest.raises(IncompleteRequestError) as refused:
        step(officer, draft(officer, bare), "submit")
    assert list(refused.value.fields) == ["justification"]


def test_gemeinde_and_kreis_and_nobody_else_see_a_submitted_request(officer, district):
    request_id = submitted(officer)
    for body in district.all():
        actor = body.actor(*Role)
        if body in {district.gemeinde, district.kreis}:
            assert state(actor, request_id) == "submitted"
            assert len(lines(actor, request_id)) == 3
        else:
            with pytest.raises(NotFoundError):
                state(actor, request_id)


# the way to the decision


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (["submit"], "submitted"),
        (["submit", "ask"], "question"),
        (["submit", "ask", "answer"], "answered"),
        (["submit", "ask", "answer", "ask", "answer", "endorse"], "endorsed"),
        (["submit", "endorse"], "endorsed"),
        (["submit", "reject"], "rejected"),
        (["submit", "ask", "reject"], "rejected"),
        (["submit", "withdraw"], "withdrawn"),
        (["submit", "ask", "withdraw"], "withdrawn"),
        (["submit", "ask", "answer", "withdraw"], "withdrawn"),
    ],
)
def test_a_request_goes_its_way(officer, coordinator, actions, expected):
    request_id = reaches(officer, coordinator, *actions)
    assert state(officer, request_id) == state(coordinator, request_id) == expected


@pytest.mark.parametrize("decision", ["endorse", "reject"])
@pytest.mark.parametrize("action", ["withdraw", "answer", "submit"])
def test_after_the_decision_the_gemeinde_changes_nothing_more(officer, coordinator, decision, action):
    request_id = reaches(officer, coordinator, "submit", decision)
    with pytest.raises(ProceedingMovedError):
        step(officer, request_id, action, note="Text")


@pytest.mark.parametrize("actions", [["submit", "withdraw"], ["submit", "endorse"], ["submit", "reject"]])
@pytest.mark.parametrize("action", ["ask", "endorse", "reject"])
def test_what_is_over_is_over_for_the_kreis_too(officer, coordinator, actions, action):
    request_id = reaches(officer, coordinator, *actions)
    with pytest.raises(ProceedingMovedError):
        step(coordinator, request_id, action, note="Text")


@pytest.mark.parametrize("action", ["ask", "reject", "answer"])
def test_a_question_an_answer_and_a_rejection_need_words(officer, coordinator, action):
    request_id = reaches(officer, coordinator, "submit", *(["ask"] if action == "answer" else []))
    with pytest.raises(InvalidInputError) as refused:
        step(officer if action == "answer" else coordinator, request_id, action, note=" ")
    assert list(refused.value.fields) == ["note"]


@pytest.mark.parametrize("action", STEPS)
def test_a_step_belongs_to_one_side_whatever_the_role(officer, coordinator, district, action):
    request_id = reaches(officer, coordinator, "submit")
    wrong = district.gemeinde if action in {"ask", "endorse", "reject"} else district.kreis
    with pytest.raises(OtherSideError):
        step(wrong.actor(*Role), request_id, action, note="Text")


@pytest.mark.parametrize("action", STEPS)
def test_a_step_needs_its_permission(officer, coordinator, district, action):
    request_id = reaches(officer, coordinator, "submit", *(["ask"] if action == "answer" else []))
    if action == "submit":
        request_id = draft(officer)
    side = district.kreis if action in {"ask", "endorse", "reject"} else district.gemeinde
    with pytest.raises(ForbiddenError):
        step(side.actor(Role.AUDITOR), request_id, action, note="Text")


@pytest.mark.parametrize("action", STEPS)
def test_for_everybody_else_there_is_nothing_to_act_on(officer, coordinator, district, action):
    request_id = reaches(officer, coordinator, "submit")
    for body in district.all():
        if body not in {district.gemeinde, district.kreis}:
            with pytest.raises(NotFoundError):
                step(body.actor(*Role), request_id, action, note="Text")


def test_a_decision_on_a_state_that_is_over_is_refused_and_names_the_present_one(officer, coordinator):
    request_id = reaches(officer, coordinator, "submit")
    step(coordinator, request_id, "ask", note="?", expected_seq=1)
    with pytest.raises(ProceedingMovedError, match="Rückfrage") as refused:
        step(coordinator, request_id, "endorse", expected_seq=1)
    assert refused.value.extra == {"state": "question", "seq": 2}


# changing after the submission


@pytest.mark.parametrize(
    "actions", [["submit"], ["submit", "ask", "answer"], ["submit", "endorse"], ["submit", "reject"]]
)
def test_what_was_submitted_stays_as_it_is(officer, coordinator, actions):
    request_id = reaches(officer, coordinator, *actions)
    with pytest.raises(RequestFixedError), transaction(officer):
        update_request(officer, UpdateRequest(request_id=request_id, details=OTHER))
    with pytest.raises(RequestFixedError):
        change(officer, request_id, evidence="anderes")


def test_while_a_question_is_open_the_gemeinde_may_change_its_request(officer, coordinator):
    request_id = reaches(officer, coordinator, "submit", "ask")
    with transaction(officer):
        update_request(officer, UpdateRequest(request_id=request_id, details=OTHER))
    change(officer, request_id, evidence="Urkunde vom 01.02.1991")
    assert lines(coordinator, request_id)[Criterion.JUGENDAMT].evidence == "Urkunde vom 01.02.1991"


# what both sides read


def test_both_sides_read_the_same_timeline_and_only_their_own_notes(officer, coordinator):
    request_id = reaches(officer, coordinator, "submit", "ask", "answer", "endorse")
    for actor, note in ((officer, "Rat informieren"), (coordinator, "In den Antrag 2027 aufnehmen")):
        with transaction(actor):
            add_internal_note(actor, AddInternalNote(request_id=request_id, text=note))
    told = {}
    for actor in (officer, coordinator):
        with transaction(actor, read_only=True) as session:
            items = timeline(session, WORKFLOW, request_file(session, request_id).proceeding)
        told[actor.tenant_slug] = [item.text for item in items if not item.internal]
        assert [item.note for item in items if item.internal] == [
            "Rat informieren" if actor is officer else "In den Antrag 2027 aufnehmen"
        ]
    assert told[officer.tenant_slug] == told[coordinator.tenant_slug] == [
        "hat den Antrag eingereicht", "hat eine Rückfrage gestellt", "hat die Rückfrage beantwortet",
        "hat den Antrag befürwortet",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "allowed"), [(Role.OFFICER, True), (Role.KI_COORDINATOR, True), (Role.AUDITOR, False)]
)
def test_notes_are_kept_by_those_who_write_or_decide(officer, district, role, allowed):
    request_id = submitted(officer)
    actor = district.kreis.actor(role)
    command = AddInternalNote(request_id=request_id, text="Notiz")
    if allowed:
        with transaction(actor):
            add_internal_note(actor, command)
        return
    with pytest.raises(ForbiddenError), transaction(actor):
        add_internal_note(actor, command)


def test_an_empty_note_is_refused(officer):
    request_id = draft(officer)
    with pytest.raises(InvalidInputError), transaction(officer):
        add_internal_note(officer, AddInternalNote(request_id=request_id, text="  "))


def test_the_usual_details_are_complete():
    assert DETAILS.justification
