"""Submitting and editing at the same moment, on connections that really commit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from sqlalchemy import text

from kimhub.applications.errors import ApplicationFixedError, CorrectedAlreadyError
from kimhub.applications.queries import application_file
from kimhub.applications.usecases.create_application import correct_application
from kimhub.applications.usecases.write_foerderskizze import write_section
from kimhub.core.attempt import attempt
from kimhub.core.errors import StaleError
from tenants import Role, transaction
from tests.applications.conftest import (
    make_draft,
    make_plan,
    make_submitted,
    submit,
    version_of,
    write,
)
from tests.support.committed import committed_district
from tests.support.patience import PATIENCE


@pytest.fixture
def stadt(committing):
    return committed_district(committing).stadt.actor(Role.KI_COORDINATOR)


def ready(committing, stadt):
    with committing.app.app_context():
        application_id = make_draft(stadt, make_plan(stadt))
        write(stadt, application_id, "Vorher.")
        return application_id


def texts(stadt, application_id):
    with transaction(stadt, read_only=True) as session:
        return {section.text for section in application_file(session, application_id).sections}


def test_an_edit_that_was_begun_first_makes_the_submission_check_again(committing, stadt):
    application_id = ready(committing, stadt)
    edited, submitting = Event(), Event()

    def edit():
        with committing.app.app_context(), transaction(stadt) as session:
            section = application_file(session, application_id).sections[0]
            write_section(
                stadt, section.id, heading="Lage", text="Nachher.", expected_version=section.version
            )
            edited.set()
            assert submitting.wait(timeout=PATIENCE)

    def send():
        with committing.app.app_context():
            seen = version_of(stadt, application_id)
            assert edited.wait(timeout=PATIENCE)
            submitting.set()
            with pytest.raises(StaleError):
                submit(stadt, application_id, expected_version=seen)

    with ThreadPoolExecutor(2) as pool:
        for work in (pool.submit(edit), pool.submit(send)):
            work.result(timeout=PATIENCE)
    with committing.app.app_context():
        assert "Nachher." in texts(stadt, application_id)


def test_an_edit_that_comes_during_the_submission_is_refused(committing, stadt):
    application_id = ready(committing, stadt)
    submitted, editing = Event(), Event()

    def send():
        from kimhub.applications.usecases.submit_application import Submission, submit_application
        from tests.applications.conftest import date

        with committing.app.app_context():
            seen = version_of(stadt, application_id)
            with transaction(stadt):
                submit_application(
                    stadt, application_id, Submission(submitted_on=date(2021, 3, 1)),
                    expected_version=seen,
                )  # fmt: skip
                submitted.set()
                assert editing.wait(timeout=PATIENCE)

    def edit():
        with committing.app.app_context():
            with transaction(stadt, read_only=True) as session:
                section = application_file(session, application_id).sections[0]
            assert submitted.wait(timeout=PATIENCE)
            editing.set()
            with pytest.raises(ApplicationFixedError), transaction(stadt) as session:
                write_section(
                    stadt, section.id, heading="x", text="Zu spät.", expected_version=section.version
                )

    with ThreadPoolExecutor(2) as pool:
        for work in (pool.submit(send), pool.submit(edit)):
            work.result(timeout=PATIENCE)
    with committing.app.app_context():
        assert texts(stadt, application_id) == {"Vorher."}


def test_raw_sql_cannot_slip_a_change_under_a_submission_either(committing, stadt):
    """The trigger's lock makes the two wait for each other: whichever comes second sees what the first did."""
    application_id = ready(committing, stadt)
    changed, sending = Event(), Event()

    def change():
        with committing.app.app_context(), transaction(stadt) as session:
            session.execute(text("UPDATE foerderskizze_section SET text = 'Untergeschoben.' WHERE place = 1"))
            changed.set()
            assert sending.wait(timeout=PATIENCE)

    def send():
        assert changed.wait(timeout=PATIENCE)
        with committing.app.app_context():
            sending.set()
            submit(stadt, application_id)
            with transaction(stadt, read_only=True) as session:
                assert application_file(session, application_id).sections[0].text == "Untergeschoben."

    with ThreadPoolExecutor(2) as pool:
        for work in (pool.submit(change), pool.submit(send)):
            work.result(timeout=PATIENCE)


def race(committing, work):
    barrier = Barrier(2)

    def one(_):
        with committing.app.app_context():
            barrier.wait(timeout=PATIENCE)
            return work()

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(one, range(2)))


def test_of_two_submissions_one_stands(committing, stadt):
    application_id = ready(committing, stadt)
    with committing.app.app_context():
        seen = version_of(stadt, application_id)

    def send():
        try:
            submit(stadt, application_id, expected_version=seen)
        except ApplicationFixedError:
            return "refused"
        return "submitted"

    assert race(committing, send) == ["refused", "submitted"]


def test_of_two_corrections_begun_at_once_one_stands(committing, stadt):
    with committing.app.app_context():
        application_id = make_submitted(stadt)

    def correct():
        try:
            with transaction(stadt) as session, attempt(session):
                correct_application(stadt, application_id)
        except CorrectedAlreadyError:
            return "refused"
        return "begun"

    assert race(committing, correct) == ["begun", "refused"]
