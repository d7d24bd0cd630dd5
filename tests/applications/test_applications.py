"""Applications: who may, what a draft needs, what the submission freezes, and how it is corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from kimhub.applications.errors import (
    ApplicationFixedError,
    ApplicationIncompleteError,
    ApplicationOverError,
    CorrectedAlreadyError,
    NotARecipientError,
    NotSubmittedError,
    SectionStaleError,
)
from kimhub.applications.figures import basis_of
from kimhub.applications.models import EventKind
from kimhub.applications.public import requested_cells
from kimhub.applications.queries import ApplicationState, application_file, list_applications, list_submitted
from kimhub.applications.review import review_application
from kimhub.applications.template import section_templates
from kimhub.applications.usecases.attach_document import attach_document, remove_document
from kimhub.applications.usecases.change_application import change_application, put_away_application
from kimhub.applications.usecases.create_application import ApplicationDetails, correct_application
from kimhub.applications.usecases.follow_application import (
    Happening,
    decide_application,
    note_receipt,
    withdraw_application,
)
from kimhub.applications.usecases.involve_gemeinden import Involvement, involve_gemeinden
from kimhub.applications.usecases.name_participants import Participation, add_participant
from kimhub.applications.usecases.write_foerderskizze import (
    add_section,
    move_section,
    remove_section,
    write_section,
)
from kimhub.core.clock import today
from kimhub.core.documents import UploadedFile
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from kimhub.core.web.paging import PageRequest
from kimhub.planning.public import get_plan
from kimhub.planning.usecases.store_plan import change_plan
from kimhub.programme.public import Baustein, Cell, GrantPurpose
from tenants import Role, transaction
from tests.applications.conftest import PERIOD, make_draft, submit, version_of, write
from tests.factories.files import PDF


def file_of(actor, application_id):
    with transaction(actor, read_only=True) as session:
        return application_file(session, application_id)


def findings(actor, application_id, day=date(2021, 3, 1)):
    with transaction(actor, read_only=True) as session:
        review = review_application(session, application_file(session, application_id), day)
        return {finding.code: finding for finding in review.findings}


def test_a_gemeinde_does_not_apply_for_itself(ctx, district):
    with pytest.raises(NotARecipientError, match="Kommunalen Integrationszentrum"):
        make_draft(district.gemeinde.actor(Role.OFFICER))


def test_who_only_reads_begins_no_application(ctx, district):
    with pytest.raises(ForbiddenError):
        make_draft(district.stadt.actor(Role.AUDITOR))


def test_a_draft_begins_with_the_sections_of_the_template(stadt, kreis):
    of_city, of_kreis = (file_of(actor, make_draft(actor)) for actor in (stadt, kreis))
    assert [section.key for section in of_kreis.sections] == [t.key for t in section_templates()]
    assert {section.key for section in of_kreis.sections} - {section.key for section in of_city.sections} == {
        "gemeinden"
    }
    assert not any(section.text for section in of_kreis.sections)


def test_a_kreis_is_asked_about_each_of_its_gemeinden_and_a_city_about_none(stadt, kreis):
    assert [(g.name, g.involved) for g in file_of(kreis, make_draft(kreis)).gemeinden] == [
        ("Altdorf", None),
        ("Musterstadt", None),
    ]
    assert file_of(stadt, make_draft(stadt)).gemeinden == []


def test_a_gemeinde_of_another_kreis_is_refused_with_its_row(kreis):
    application_id = make_draft(kreis)
    said = {"05901001": Involvement(True, "Projektgruppe"), "05902001": Involvement(True)}
    with pytest.raises(InvalidInputError) as refused, transaction(kreis):
        involve_gemeinden(kreis, application_id, said)
    assert list(refused.value.fields) == ["gemeinden[1].ags"]
    assert all(g.involved is None for g in file_of(kreis, application_id).gemeinden)


def test_a_period_that_ends_before_it_begins_is_refused(stadt):
    with pytest.raises(InvalidInputError) as refused:
        make_draft(stadt, starts_on=date(2022, 1, 1), ends_on=date(2021, 12, 31))
    assert list(refused.value.fields) == ["ends_on"]


def test_another_tenants_plan_is_none_to_choose(kreis, plan):
    with pytest.raises(InvalidInputError) as refused:
        make_draft(kreis, plan)
    assert list(refused.value.fields) == ["plan_id"]


def test_nobody_else_sees_an_application(submitted, district):
    for body in district.all():
        if body == district.stadt:
            continue
        actor = body.actor(Role.AUDITOR)
        with transaction(actor, read_only=True) as session:
            assert list_applications(session, actor, PageRequest()) == []
            with pytest.raises(NotFoundError):
                application_file(session, submitted)


def test_without_a_plan_and_without_a_word_nothing_is_submitted(stadt):
    application_id = make_draft(stadt)
    with pytest.raises(ApplicationIncompleteError) as refused:
        submit(stadt, application_id)
    assert set(refused.value.fields) == {"plan", "sections"}
    assert file_of(stadt, application_id).state is ApplicationState.DRAFT


def test_what_the_plan_gives_is_frozen_to_the_cent(stadt, plan, submitted):
    with transaction(stadt) as session:
        stored = get_plan(session, plan)
        cheaper = replace(stored.plan, positions=stored.plan.positions[:1])
        change_plan(stadt, plan, cheaper, expected_version=stored.version)
    with transaction(stadt, read_only=True) as session:
        application = application_file(session, submitted).application
        figures = basis_of(session, application).figures
        cells = requested_cells(application)
        assert application.plan_version == 1
        assert application.plan_document["positions"][1]["id"] == "steuerung"
    assert (figures.cost, figures.grant, figures.eigenanteil) == (
        Decimal("1686708.05"), Decimal("1306600.00"), Decimal("380108.05"),
    )  # fmt: skip
    assert cells[Cell.of(2022, GrantPurpose.KOORDINATION)] == Decimal("137500.00")
    assert sum(cells.values()) == Decimal("843100.00")
    assert figures.applied_for(2022) == Decimal("238100.00"), "11 case managers come without an application"


def test_a_draft_follows_its_plan(stadt, plan, draft):
    with transaction(stadt) as session:
        stored = get_plan(session, plan)
        cheaper = replace(stored.plan, positions=stored.plan.positions[:1])
        change_plan(stadt, plan, cheaper, expected_version=stored.version)
    with transaction(stadt, read_only=True) as session:
        basis = basis_of(session, application_file(session, draft).application)
    assert basis.plan_version == 2
    assert basis.figures.cost < Decimal("1686708.05")


def test_after_the_submission_every_change_is_refused(stadt, plan, submitted):
    file = file_of(stadt, submitted)
    section = file.sections[0]
    details = ApplicationDetails(title="Anders", **PERIOD)
    someone = Participation(name="Jobcenter", inside=False)
    changes = [
        lambda: change_application(stadt, submitted, details),
        lambda: put_away_application(stadt, submitted),
        lambda: write_section(stadt, section.id, heading="x", text="x", expected_version=section.version),
        lambda: add_section(stadt, submitted, heading="x", text="x"),
        lambda: move_section(stadt, section.id, down=True),
        lambda: remove_section(stadt, section.id),
        lambda: add_participant(stadt, submitted, someone),
        lambda: involve_gemeinden(stadt, submitted, {}),
        lambda: attach_document(stadt, submitted, UploadedFile("a.pdf", PDF)),
    ]
    for change in changes:
        with pytest.raises(ApplicationFixedError, match="Berichtigung"), transaction(stadt):
            change()
    with pytest.raises(ApplicationFixedError):
        submit(stadt, submitted)
    assert file_of(stadt, submitted).application.version == file.application.version


def test_who_checked_an_older_state_does_not_submit_it(stadt, draft):
    seen = version_of(stadt, draft)
    write(stadt, draft, "Ganz anders.")
    with pytest.raises(StaleError, match="noch nicht eingereicht"):
        submit(stadt, draft, expected_version=seen)


def test_an_application_is_not_submitted_in_the_future(stadt, draft):
    with pytest.raises(InvalidInputError) as refused:
        submit(stadt, draft, on=today() + timedelta(days=1))
    assert list(refused.value.fields) == ["submitted_on"]


def test_a_correction_begins_with_everything_and_names_the_earlier_one(stadt, submitted):
    with transaction(stadt):
        correction = correct_application(stadt, submitted).id
    was, new = file_of(stadt, submitted), file_of(stadt, correction)
    assert new.supersedes.id == submitted
    assert was.correction.id == correction
    assert [(s.key, s.heading, s.text) for s in new.sections] == [
        (s.key, s.heading, s.text) for s in was.sections
    ]
    assert new.state is ApplicationState.DRAFT
    with pytest.raises(CorrectedAlreadyError), transaction(stadt):
        correct_application(stadt, submitted)
    with transaction(stadt):
        put_away_application(stadt, correction)
    with transaction(stadt):
        assert correct_application(stadt, submitted).id != correction


def test_a_draft_is_not_corrected_but_changed(stadt, draft):
    with pytest.raises(NotSubmittedError), transaction(stadt):
        correct_application(stadt, draft)


def test_a_colleagues_text_is_not_overwritten(stadt, draft):
    section = file_of(stadt, draft).sections[0]
    with transaction(stadt):
        write_section(stadt, section.id, heading="Lage", text="Neu", expected_version=section.version)
    with pytest.raises(SectionStaleError), transaction(stadt):
        write_section(stadt, section.id, heading="Alt", text="Alt", expected_version=section.version)
    assert file_of(stadt, draft).sections[0].text == "Neu"


def test_sections_move_leave_and_join_without_a_gap(stadt, draft):
    first, second, *_ = file_of(stadt, draft).sections
    with transaction(stadt):
        move_section(stadt, first.id, down=True)
        add_section(stadt, draft, heading="Anlagen", text="")
    with transaction(stadt):
        remove_section(stadt, second.id)
        move_section(stadt, first.id, down=False)
    after = file_of(stadt, draft).sections
    assert after[0].id == first.id
    assert after[-1].heading == "Anlagen"
    assert [section.place for section in after] == list(range(1, len(after) + 1))


def test_what_follows_the_submission_is_kept_in_order(stadt, submitted):
    with transaction(stadt) as session:
        note_receipt(stadt, submitted, Happening(happened_on=date(2021, 3, 3), reference="36.01"))
    with transaction(stadt) as session:
        decide_application(stadt, submitted, Happening(happened_on=date(2021, 4, 20)))
    file = file_of(stadt, submitted)
    assert [event.kind for event in file.events] == [EventKind.RECEIVED, EventKind.DECIDED]
    assert file.state is ApplicationState.DECIDED
    with transaction(stadt, read_only=True) as session:
        assert [row["state"] for row in list_submitted(session, stadt)] == ["decided"]


@pytest.mark.parametrize("use_case", [decide_application, note_receipt, withdraw_application])
def test_a_draft_has_no_history(stadt, draft, use_case):
    with pytest.raises(NotSubmittedError), transaction(stadt):
        use_case(stadt, draft, Happening(happened_on=date(2021, 4, 1), note="Weil"))


def test_what_is_withdrawn_is_not_decided(stadt, submitted):
    with transaction(stadt):
        withdraw_application(stadt, submitted, Happening(happened_on=date(2021, 4, 1), note="Neu geplant"))
    for use_case in (decide_application, withdraw_application):
        with pytest.raises(ApplicationOverError), transaction(stadt):
            use_case(stadt, submitted, Happening(happened_on=date(2021, 4, 2), note="x"))


def test_a_withdrawal_needs_its_reason_and_a_day_after_the_submission(stadt, submitted):
    for command, field in (
        (Happening(happened_on=date(2021, 4, 1)), "note"),
        (Happening(happened_on=date(2021, 2, 1), note="Weil"), "happened_on"),
    ):
        with pytest.raises(InvalidInputError) as refused, transaction(stadt):
            withdraw_application(stadt, submitted, command)
        assert list(refused.value.fields) == [field]


def test_a_draft_that_is_put_away_leaves_the_list_and_is_not_submitted(stadt, draft):
    with transaction(stadt) as session:
        put_away_application(stadt, draft)
    with transaction(stadt, read_only=True) as session:
        assert list_applications(session, stadt, PageRequest()) == []
    with pytest.raises(ApplicationFixedError, match="abgelegt"):
        submit(stadt, draft)


def test_a_file_is_attached_and_removed_while_it_is_a_draft(stadt, draft):
    with transaction(stadt):
        kept = attach_document(stadt, draft, UploadedFile("konzept.pdf", PDF)).id
        gone = attach_document(stadt, draft, UploadedFile("entwurf.pdf", PDF)).id
    with transaction(stadt):
        remove_document(stadt, gone)
    submit(stadt, draft)
    assert [attached.document.name for attached in file_of(stadt, draft).documents] == ["konzept.pdf"]
    with pytest.raises(ApplicationFixedError), transaction(stadt):
        remove_document(stadt, kept)


def test_a_missed_deadline_is_a_warning_that_says_it_is_unverified(stadt, plan):
    application_id = make_draft(stadt, plan, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    assert "deadline_missed" not in findings(stadt, application_id, date(2026, 11, 2))
    late = findings(stadt, application_id, date(2026, 11, 3))["deadline_missed"]
    assert "02.11.2026" in late.message
    assert "ungeprüft" in late.message
    assert late.level == "warning"


def test_the_check_names_empty_sections_open_gemeinden_and_other_years(kreis):
    application_id = make_draft(kreis)
    assert {"no_figures", "foerderskizze_empty", "nobody_took_part", "gemeinden_open"} == set(
        findings(kreis, application_id)
    )
    assert "Altdorf, Musterstadt" in findings(kreis, application_id)["gemeinden_open"].message


def test_years_for_which_the_plan_gives_nothing_are_named(stadt, plan):
    application_id = make_draft(stadt, plan, ends_on=date(2023, 12, 31))
    message = findings(stadt, application_id)["years_differ"].message
    assert "2021, 2022 und 2023" in message
    assert "2021 und 2022" in message


def test_a_plan_that_counts_on_a_baustein_not_used_is_pointed_out(stadt, draft):
    from kimhub.applications.usecases.decide_baustein import DecideBaustein, decide_baustein

    assert "baustein_not_used" not in findings(stadt, draft)
    command = DecideBaustein(
        baustein=Baustein.CASE_MANAGEMENT, uses=False, from_year=2022, decided_on=date(2021, 1, 1),
        reason="Bei Trägern.",
    )  # fmt: skip
    with transaction(stadt):
        decide_baustein(stadt, command)
    assert findings(stadt, draft)["baustein_not_used"].message.startswith("2022:")
