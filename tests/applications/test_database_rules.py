"""What the database keeps on its own, tried with plain SQL as the application's role."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from kimhub.applications.errors import ApplicationFixedError, ApplicationOverError
from kimhub.core.attempt import declared_error
from tenants import transaction
from tests.applications.conftest import make_draft


def run(actor, statement, **values):
    with transaction(actor) as session:
        return session.execute(text(statement), values)


def refused(name, actor, statement, **values):
    with pytest.raises(IntegrityError, match=name) as error:
        run(actor, statement, **values)
    return declared_error(error.value)


@pytest.mark.parametrize(
    "change",
    ["title = 'Anders'", "plan_result = '{}'", "plan_document = '{}'", "submitted_on = '2020-01-01'",
     ("submitted_at = NULL, submitted_on = NULL, submitted_by = NULL, plan_version = NULL, plan_document = NULL,"
     " plan_result = NULL"), "archived_at = now()", "version = version + 1"],
)  # fmt: skip
def test_nothing_of_a_submitted_application_changes(stadt, submitted, change):
    before = run(stadt, "SELECT to_jsonb(a) FROM grant_application a WHERE id = :id", id=submitted).scalar()
    changed = run(stadt, f"UPDATE grant_application SET {change} WHERE id = :id", id=submitted)
    assert changed.rowcount == 0
    after = run(stadt, "SELECT to_jsonb(a) FROM grant_application a WHERE id = :id", id=submitted).scalar()
    assert before == after


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE foerderskizze_section SET text = 'Anders'",
        "DELETE FROM foerderskizze_section",
        (
            "INSERT INTO foerderskizze_section (tenant_id, id, application_id, place, heading)"
            " VALUES (:me, gen_random_uuid(), :id, 50, 'x')"
        ),
        (
            "INSERT INTO foerderskizze_participant (tenant_id, id, application_id, name, inside)"
            " VALUES (:me, gen_random_uuid(), :id, 'x', true)"
        ),
    ],
)
def test_nothing_of_its_parts_changes(stadt, submitted, statement):
    error = refused(
        "a submitted application is not changed", stadt, statement, me=stadt.tenant_id, id=submitted
    )
    assert isinstance(error, ApplicationFixedError)


def test_neither_applications_nor_their_history_can_be_deleted_or_rewritten(stadt, submitted):
    for statement in (
        "DELETE FROM grant_application", "DELETE FROM application_event", "UPDATE application_event SET note = 'x'",
        "UPDATE grant_application SET supersedes_id = NULL", "UPDATE baustein_decision SET uses = true",
        "DELETE FROM baustein_decision",
    ):  # fmt: skip
        with pytest.raises(ProgrammingError, match="permission denied"):
            run(stadt, statement)


EVENT = (
    "INSERT INTO application_event (tenant_id, id, application_id, kind, happened_on, actor_label)"
    " VALUES (:me, gen_random_uuid(), :id, :kind, '2021-04-01', '')"
)


def test_a_draft_has_no_history(stadt, draft):
    refused("fk_application_event_application", stadt, EVENT, me=stadt.tenant_id, id=draft, kind="received")


def test_an_application_ends_once(stadt, submitted):
    run(stadt, EVENT, me=stadt.tenant_id, id=submitted, kind="withdrawn")
    error = refused(
        "uq_application_event_end", stadt, EVENT, me=stadt.tenant_id, id=submitted, kind="decided"
    )
    assert isinstance(error, ApplicationOverError)


def test_only_what_was_submitted_is_corrected(stadt, draft):
    refused(
        "fk_grant_application_supersedes",
        stadt,
        "INSERT INTO grant_application (tenant_id, id, title, starts_on, ends_on, supersedes_id)"
        " VALUES (:me, gen_random_uuid(), 'x', '2021-01-01', '2021-12-31', :id)",
        me=stadt.tenant_id,
        id=draft,
    )


def test_a_submission_is_whole_or_none(stadt):
    draft = make_draft(stadt)
    refused(
        "ck_grant_application_submitted_whole",
        stadt,
        "UPDATE grant_application SET submitted_at = now() WHERE id = :id",
        id=draft,
    )


@pytest.mark.parametrize(("column", "value"), [("baustein", "4"), ("from_year", "1999"), ("reason", "''")])
def test_a_decision_names_a_baustein_a_year_and_a_reason(stadt, column, value):
    values = {"baustein": "3", "from_year": "2021", "reason": "'Weil'", column: value}
    refused(
        f"ck_baustein_decision_{column}",
        stadt,
        "INSERT INTO baustein_decision (tenant_id, id, baustein, uses, from_year, decided_on, reason, actor_label)"
        f" VALUES (:me, gen_random_uuid(), {values['baustein']}, false, {values['from_year']}, '2021-05-06',"
        f" {values['reason']}, '')",
        me=stadt.tenant_id,
    )
