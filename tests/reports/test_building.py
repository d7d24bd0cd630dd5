"""Ordering and building a report: once, all or nothing, from one moment's data, never changed afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm.exc import StaleDataError

from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.core.jobs.models import Job, JobState
from kimhub.planning.public import get_plan
from kimhub.planning.usecases.store_plan import change_plan
from kimhub.reports.models import REPORT_CODES, FileFormat, Report, ReportFile, ReportState, read_findings
from kimhub.reports.public import REPORT_TYPES
from kimhub.reports.queries import content_of, files_of, frozen_document, get_report
from kimhub.reports.usecases.build_report import build_report
from kimhub.reports.usecases.request_report import BUILD
from tenants import Permission, Role, transaction
from tests.factories.reports import KOELN, build, built, ordered, stored_plan
from tests.support.jobs import Unfenced

COORDINATOR, OFFICER = Role.KI_COORDINATOR, Role.OFFICER


@pytest.fixture
def coordinator(ctx, district):
    return district.stadt.actor(COORDINATOR)


@pytest.fixture
def plan_id(coordinator):
    return stored_plan(coordinator)


def shown(actor, report_id):
    with transaction(actor, read_only=True) as session:
        return get_report(session, report_id)


def document(actor, report_id):
    with transaction(actor, read_only=True) as session:
        return frozen_document(session, get_report(session, report_id).report)


def jobs_of(actor, kind=BUILD):
    with transaction(actor, read_only=True) as session:
        return session.scalars(select(Job).where(Job.tenant_id == actor.tenant_id, Job.kind == kind)).all()


def test_an_order_is_a_row_and_a_job_with_ids_only(coordinator, plan_id):
    report_id = ordered(coordinator, plan_id, file_number="KI-50-21/2021")
    report = shown(coordinator, report_id).report
    (job,) = jobs_of(coordinator)
    assert (report.state, report.job_id, report.plan_version) == (ReportState.ORDERED, job.id, 1)
    assert job.payload == {"report_id": str(report_id)}
    assert report.parameters == {
        "file_number": "KI-50-21/2021",
        "office": "Kommunales Integrationszentrum",
        "prepared_by": "KI-Koordination",
        "scenario": "",
    }


def test_the_same_order_again_means_the_same_report_until_it_is_built(coordinator, plan_id):
    first = ordered(coordinator, plan_id)
    assert ordered(coordinator, plan_id) == first
    assert ordered(coordinator, plan_id, file_number="KI-1") != first
    assert len(jobs_of(coordinator)) == 2


def test_an_order_after_the_plan_has_changed_is_another_report(coordinator, plan_id):
    first = ordered(coordinator, plan_id)
    with transaction(coordinator):
        change_plan(coordinator, plan_id, replace(KOELN, title="Neu"), expected_version=1)
    assert ordered(coordinator, plan_id) != first


def test_nothing_is_ordered_without_the_permission(ctx, district, plan_id):
    with pytest.raises(ForbiddenError):
        ordered(district.stadt.actor(Role.AUDITOR), plan_id)


def test_nobody_orders_a_report_of_another_tenants_plan(ctx, district, plan_id):
    for body in (district.kreis, district.gemeinde, district.authority):
        actor = replace(body.actor(OFFICER), permissions=frozenset(Permission))
        with pytest.raises(NotFoundError):
            ordered(actor, plan_id)
        assert jobs_of(actor) == []


def test_a_gemeinde_names_the_office_and_has_no_ki_coordinator(ctx, district):
    officer = district.gemeinde.actor(OFFICER)
    plan_id = stored_plan(officer)
    with pytest.raises(InvalidInputError) as refused:
        ordered(officer, plan_id, prepared_by=COORDINATOR)
    assert set(refused.value.fields) == {"office", "prepared_by"}
    report_id = ordered(officer, plan_id, office="Fachdienst Integration", prepared_by=OFFICER)
    assert shown(officer, report_id).report.parameters["prepared_by"] == "Sachbearbeitung"


def test_a_built_report_has_three_files_whose_hashes_are_true(coordinator, plan_id):
    report_id = built(coordinator, plan_id, file_number="KI-50-21/2021")
    with transaction(coordinator, read_only=True) as session:
        report = get_report(session, report_id).report
        facts = files_of(session, report)
        contents = {file.format: content_of(session, report_id, file.format).content for file in facts}
    assert [file.format for file in facts] == [FileFormat.PDF, FileFormat.XLSX, FileFormat.JSON]
    for file in facts:
        assert file.sha256 == hashlib.sha256(contents[file.format]).digest()
        assert file.size == len(contents[file.format])
        assert file.filename.endswith(f".{file.format}")
    assert report.sha256 == hashlib.sha256(contents[FileFormat.JSON]).digest()
    text_of_pdf = "".join(page.extract_text() for page in PdfReader(BytesIO(contents[FileFormat.PDF])).pages)
    assert "1.686.708,05" in text_of_pdf
    assert "KI-50-21/2021" in text_of_pdf


def test_the_sheet_names_tenant_office_role_and_version_and_no_person(coordinator, plan_id):
    with transaction(coordinator) as session:
        session.execute(
            text("UPDATE tenant SET address = :lines WHERE id = :me"),
            {"lines": "Rathausplatz 1\n 12345 Freistadt \n", "me": coordinator.tenant_id},
        )
    made = document(coordinator, built(coordinator, plan_id))
    assert made.cover.letterhead.tenant_name == "Freistadt"
    assert made.cover.letterhead.tenant_kind == "Kreisfreie Stadt"
    assert made.cover.letterhead.address_lines == ("Rathausplatz 1", "12345 Freistadt")
    assert made.cover.prepared_by == "KI-Koordination"
    assert made.scenario.startswith("Fassung 1 vom ")
    assert made.total_cost.total == Decimal("1686708.05")


def test_progress_is_told_stage_by_stage(coordinator, plan_id):
    assert build(coordinator, ordered(coordinator, plan_id)) == [
        ("Daten sammeln", 0, 6), ("Angaben prüfen", 1, 6), ("Diagramme zeichnen", 2, 6), ("PDF setzen", 3, 6),
        ("Tabelle schreiben", 4, 6), ("Dateien ablegen", 5, 6),
    ]  # fmt: skip


def test_building_twice_leaves_the_first_result_untouched(coordinator, plan_id):
    report_id = built(coordinator, plan_id)
    before = shown(coordinator, report_id).report
    again = Unfenced(coordinator)
    build_report(coordinator, report_id, again)
    assert again.stages == [("Daten sammeln", 0, 6)]
    after = shown(coordinator, report_id).report
    assert (after.sha256, after.finished_at) == (before.sha256, before.finished_at)
    with transaction(coordinator, read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(ReportFile)) == 3


def test_a_plan_changed_after_the_order_is_shown_as_it_is_now_and_the_report_says_so(coordinator, plan_id):
    report_id = ordered(coordinator, plan_id)
    with transaction(coordinator):
        change_plan(coordinator, plan_id, replace(KOELN, title="Geänderter Plan"), expected_version=1)
    build(coordinator, report_id)
    report = shown(coordinator, report_id).report
    assert report.plan_version == 2
    assert document(coordinator, report_id).plan_name == "Geänderter Plan"
    assert "plan-geaendert" in {finding.code for finding in read_findings(report.findings)}


def test_a_later_change_of_the_plan_does_not_reach_a_built_report(coordinator, plan_id):
    report_id = built(coordinator, plan_id)
    with transaction(coordinator) as session:
        change_plan(coordinator, plan_id, replace(KOELN, title="Später"), expected_version=1)
        assert get_plan(session, plan_id).title == "Später"
    assert document(coordinator, report_id).plan_name == KOELN.title


def test_what_the_check_refuses_becomes_the_reason_and_leaves_no_file(coordinator, plan_id):
    report_id = built(coordinator, plan_id, file_number="KI-\N{GRINNING FACE}")
    refused = shown(coordinator, report_id)
    assert refused.state is ReportState.FAILED
    assert not refused.was_given_up
    (finding,) = read_findings(refused.report.findings)
    assert (finding.code, finding.field) == ("zeichen-nicht-druckbar", "cover.file_number")
    with transaction(coordinator, read_only=True) as session:
        assert files_of(session, refused.report) == []
        with pytest.raises(NotFoundError):
            content_of(session, report_id, FileFormat.PDF)


def test_a_stored_plan_that_a_later_rule_refuses_is_a_reason_too(coordinator, plan_id):
    report_id = ordered(coordinator, plan_id)
    with transaction(coordinator) as session:
        stored = get_plan(session, plan_id)
        stored.document = {**stored.document, "positions": [{**stored.document["positions"][0], "fte": "-1"}]}
    build(coordinator, report_id)
    findings = read_findings(shown(coordinator, report_id).report.findings)
    assert {finding.code for finding in findings} == {"plan-ungueltig"}
    assert all(finding.field.startswith("plan.positions[0]") for finding in findings)


def test_another_tenant_sees_neither_report_nor_file(ctx, district, coordinator, plan_id):
    report_id = built(coordinator, plan_id)
    for body in district.all():
        if body == district.stadt:
            continue
        with transaction(body.actor(Role.AUDITOR), read_only=True) as session:
            with pytest.raises(NotFoundError):
                get_report(session, report_id)
            with pytest.raises(NotFoundError):
                content_of(session, report_id, FileFormat.PDF)


# --- what people see while the job is under way ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assignments", "state"),
    [
        ({"state": JobState.DISPATCHED}, ReportState.ORDERED),
        ({"state": JobState.RUNNING, "stage": "PDF setzen", "done": 3, "total": 6}, ReportState.BUILDING),
        ({"state": JobState.PARKED, "finished_at": func.now()}, ReportState.FAILED),
        ({"state": JobState.DROPPED, "finished_at": func.now()}, ReportState.FAILED),
    ],
)
def test_the_state_follows_the_job_while_nothing_is_built(coordinator, plan_id, assignments, state):
    report_id = ordered(coordinator, plan_id)
    with transaction(coordinator) as session:
        session.execute(update(Job).where(Job.tenant_id == coordinator.tenant_id).values(**assignments))
    seen = shown(coordinator, report_id)
    assert seen.state is state
    assert seen.was_given_up is (state is ReportState.FAILED)
    if state is ReportState.BUILDING:
        assert (seen.stage_label, seen.done, seen.total) == ("PDF setzen", 3, 6)


# --- what the database itself refuses --------------------------------------------------------------------------------


def test_a_built_report_cannot_be_changed(coordinator, plan_id):
    report_id = built(coordinator, plan_id)
    with transaction(coordinator) as session:
        changed = session.execute(update(Report).where(Report.id == report_id).values(plan_version=9))
        assert changed.rowcount == 0
    with pytest.raises(StaleDataError), transaction(coordinator) as session:
        get_report(session, report_id).report.plan_version = 9
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(coordinator) as session:
        session.execute(text("DELETE FROM report_file"))


def test_a_report_is_not_built_without_its_json(coordinator, plan_id):
    report_id = ordered(coordinator, plan_id)
    with pytest.raises(IntegrityError, match="fk_report_frozen"), transaction(coordinator) as session:
        get_report(session, report_id).report.complete(
            sha256=bytes(32), plan_version=1, warnings=(), at=func.now()
        )


def test_a_failure_without_a_reason_is_refused(coordinator, plan_id):
    report_id = ordered(coordinator, plan_id)
    with pytest.raises(IntegrityError, match="failed_for_a_reason"), transaction(coordinator) as session:
        get_report(session, report_id).report.refuse(plan_version=1, errors=(), at=func.now())


def test_the_table_admits_exactly_the_report_types_there_are():
    assert set(REPORT_CODES) == set(REPORT_TYPES)
