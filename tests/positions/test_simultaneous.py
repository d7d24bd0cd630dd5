"""Two people at the same moment, on connections that really commit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import select

from kimhub.core.attempt import attempt
from kimhub.positions.models import RequestFixedError
from kimhub.positions.queries import request_file
from kimhub.positions.usecases.update_request import UpdateRequest, update_request
from tenants import Role, transaction
from tenants.proceedings import ProceedingEntry, ProceedingMovedError, Step, latest_entry
from tests.factories.requests import DETAILS, STEPS, draft, step, submitted
from tests.support.acting import acting
from tests.support.committed import committed_district
from tests.support.patience import PATIENCE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("endorse", "reject"),
        ("endorse", "endorse"),
        ("ask", "reject"),
        ("endorse", "withdraw"),
        ("reject", "withdraw"),
    ],
)
def test_of_two_simultaneous_decisions_exactly_one_stands(committing, first, second):
    district = committed_district(committing)
    officer, coordinator = district.gemeinde.actor(Role.OFFICER), district.kreis.actor(Role.KI_COORDINATOR)
    with committing.app.app_context():
        request_id = submitted(officer)
    barrier = Barrier(2)

    def decide(action):
        actor = officer if action == "withdraw" else coordinator
        with committing.app.app_context(), transaction(actor) as session:
            assert latest_entry(session, request_id).seq == 1  # both have seen the same state
            barrier.wait(timeout=PATIENCE)
            try:
                with attempt(session):
                    STEPS[action](actor, Step(request_id, note="Weil", expected_seq=1))
            except ProceedingMovedError:
                session.rollback()
                return "moved"
            return action

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(decide, [first, second]))
    assert sorted(outcome == "moved" for outcome in outcomes) == [False, True]
    with committing.app.app_context(), transaction(officer, read_only=True) as session:
        run = session.scalars(select(ProceedingEntry.action).order_by(ProceedingEntry.seq)).all()
    assert run == ["submit", *(outcome for outcome in outcomes if outcome != "moved")]


def test_a_change_that_was_begun_before_the_answer_is_part_of_it_and_none_comes_after(committing):
    district = committed_district(committing)
    officer, coordinator = district.gemeinde.actor(Role.OFFICER), district.kreis.actor(Role.KI_COORDINATOR)
    with committing.app.app_context():
        request_id = submitted(officer)
        step(coordinator, request_id, "ask", note="Wofür genau?")
    changed, answering = Event(), Event()

    def change():
        with committing.app.app_context(), transaction(officer):
            update_request(officer, UpdateRequest(request_id=request_id, details=DETAILS))
            changed.set()
            assert answering.wait(timeout=PATIENCE)

    def answer():
        assert changed.wait(timeout=PATIENCE)
        with committing.app.app_context(), transaction(officer):
            answering.set()
            STEPS["answer"](officer, Step(request_id, note="Dafür"))

    with ThreadPoolExecutor(2) as pool:
        for work in (pool.submit(change), pool.submit(answer)):
            work.result(timeout=PATIENCE)
    with committing.app.app_context():
        with transaction(officer, read_only=True) as session:
            assert request_file(session, request_id).state == "answered"
        with pytest.raises(RequestFixedError), transaction(officer):
            update_request(officer, UpdateRequest(request_id=request_id, details=DETAILS))


def test_a_draft_submitted_twice_at_once_is_submitted_once(committing):
    officer = committed_district(committing).gemeinde.actor(Role.OFFICER)
    with committing.app.app_context():
        request_id = draft(officer)
    barrier = Barrier(2)

    def submit(_):
        with committing.app.app_context():
            try:
                with transaction(officer) as session:
                    session.execute(select(1))
                    barrier.wait(timeout=PATIENCE)
                    STEPS["submit"](officer, Step(request_id, expected_seq=0))
            except ProceedingMovedError:
                return "moved"
        return "submitted"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(submit, range(2))) == ["moved", "submitted"]


def test_over_http_one_decision_stands_and_the_other_answer_shows_it(committing):
    district = committed_district(committing)
    officer, coordinator = district.gemeinde.actor(Role.OFFICER), district.kreis.actor(Role.KI_COORDINATOR)
    with acting(committing.app) as stand_in:
        stand_in.actor = coordinator
        for _ in range(5):
            with committing.app.app_context():
                request_id = submitted(officer)
            file = f"/t/musterkreis/stellen/antraege/{request_id}"
            barrier = Barrier(2)

            def decide(path, file=file, barrier=barrier):
                client = type(stand_in.client)(committing.app, committing.app.response_class)
                barrier.wait(timeout=PATIENCE)
                return client.post(f"{file}/{path}", data={"note": f"Weil {path}", "seq": "1"})

            with ThreadPoolExecutor(2) as pool:
                answers = dict(
                    zip(
                        ["befuerworten", "ablehnen"],
                        pool.map(decide, ["befuerworten", "ablehnen"]),
                        strict=True,
                    )
                )
            assert sorted(answer.status_code for answer in answers.values()) == [303, 409]
            stands = next(path for path, answer in answers.items() if answer.status_code == 303)
            late = next(answer.text for answer in answers.values() if answer.status_code == 409)
            assert f"Weil {stands}" in late
            assert f'href="{file}"' in late
