"""What exists speaks: each step and each finished work tells once, and leads to a page that its reader may open."""

from __future__ import annotations

import ast
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from kimhub.core import clock
from kimhub.core.documents import UploadedFile
from kimhub.core.events.kinds import kinds
from kimhub.core.events.models import Event
from kimhub.core.jobs.models import Job, JobState
from kimhub.core.layout import PROJECT
from kimhub.core.routing import access_of
from kimhub.funding import workflow as allocations
from kimhub.funding.finality import suggested_finality
from kimhub.funding.public import issue_allocations
from kimhub.funding.usecases.tell_of_days import FINALITY, UNANSWERED
from kimhub.positions import workflow as requests
from kimhub.reports.usecases.request_report import RequestReport, request_report
from kimhub.spending.usecases.confirm_import import confirm_import
from kimhub.spending.usecases.upload_import import upload_import
from tenants import Role, permissions_of, transaction
from tests.applications.conftest import make_plan
from tests.factories import drawdowns
from tests.factories.ledger import confirmed, drafted, euro, granted, issued
from tests.spending.files import changed, csv_file
from tests.support.jobs import do_jobs


@pytest.fixture
def kim(ctx, district):
    return district.kreis.actor(Role.KI_COORDINATOR)


@pytest.fixture
def stadt(ctx, district):
    return district.stadt.actor(*Role)


def told(actor):
    """What the actor's tenant has told, by kind, about what and to whom."""
    with transaction(actor, read_only=True) as session:
        rows = select(Event.kind, Event.about, Event.concerns).where(Event.tenant_id == actor.tenant_id)
        return [tuple(row) for row in session.execute(rows.order_by(Event.kind, Event.about, Event.concerns))]


def test_nobody_takes_a_step_without_telling_the_other_side():
    wrong = []
    for path in (PROJECT / "kimhub").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "tenants.proceedings":
                names = {name.name for name in node.names}
                if "advance" in names and path.name != "steps.py":
                    wrong.append(str(path))
    assert wrong == []


@pytest.mark.parametrize("workflow", [requests.WORKFLOW, allocations.WORKFLOW])
def test_each_step_of_a_workflow_has_its_event(app, workflow):
    assert {f"{workflow.kind}.{step.action}" for step in workflow.transitions} <= set(kinds())


def test_whoever_is_told_may_open_the_page_that_a_line_leads_to(app):
    assert len(kinds()) > 15
    wrong = []
    for kind in kinds().values():
        (rule,) = app.url_map.iter_rules(kind.page)
        access = access_of(app.view_functions[kind.page])
        if rule.arguments != {"slug", kind.names}:
            wrong.append(f"{kind.code}: {rule} does not name the thing")
        wrong += [
            f"{kind.code}: {role} may not open {rule}"
            for role in kind.roles
            if not access.permissions & permissions_of([role])
        ]
        wrong += [f"{kind.code}: nobody is told"] if not kind.roles else []
    assert wrong == []


def test_a_sentence_begins_with_the_body_and_has_no_full_stop(app):
    sentences = [kind.sentence("Kreis Unna") for kind in kinds().values()]
    assert "Der Kreis Unna hat eine Rückfrage gestellt" in sentences
    assert [one for one in sentences if not one[0].isupper() or one.endswith(".") or "{" in one] == []


def test_a_file_of_many_rows_tells_once_when_it_is_checked_and_once_when_it_is_booked(stadt):
    rows = [changed(Belegnummer=f"RE-{n}") for n in range(300)]
    with transaction(stadt):
        import_id = upload_import(stadt, UploadedFile("buch.csv", csv_file(*rows))).id
    do_jobs(stadt)
    assert told(stadt) == [("import.check", "buch.csv", stadt.tenant_id)]
    with transaction(stadt):
        confirm_import(stadt, import_id)
    do_jobs(stadt)
    assert told(stadt) == [
        ("import.book", "buch.csv", stadt.tenant_id),
        ("import.check", "buch.csv", stadt.tenant_id),
    ]


def test_a_faulty_file_says_so(stadt):
    with transaction(stadt):
        upload_import(stadt, UploadedFile("falsch.csv", csv_file(changed(Betrag="viel"))))
    do_jobs(stadt)
    assert told(stadt) == [("import.refuse", "falsch.csv", stadt.tenant_id)]


def test_a_report_that_is_ready_says_so(stadt):
    plan_id = make_plan(stadt)
    with transaction(stadt):
        request_report(stadt, RequestReport(plan_id, office="Kommunales Integrationszentrum"))
    do_jobs(stadt)
    assert [row[0] for row in told(stadt)] == ["report.build"]


def test_allocations_that_are_issued_together_are_one_deed_with_an_event_for_each_recipient(kim, district):
    fund = granted(kim, euro(1000))
    bodies = (district.gemeinde, district.sibling)
    drafts = [drafted(kim, fund, body.id, euro(10)) for body in bodies]
    with transaction(kim):
        issue_allocations(kim, drafts)
    assert told(kim)[:2] == [
        ("allocation.issue", "Case Management", body.id) for body in sorted(bodies, key=lambda body: body.id)
    ]
    with transaction(kim, read_only=True) as session:
        deeds = select(func.count(Event.act_id.distinct())).where(Event.kind == "allocation.issue")
        assert session.scalar(deeds) == 1


def test_a_bescheid_a_confirmation_and_money_that_came_in_are_told(kim, stadt, district):
    gemeinde = district.gemeinde.actor(Role.OFFICER)
    fund = granted(kim, euro(1000))
    assert told(kim) == [("grant.record", "KIM 2026", kim.tenant_id)]
    confirmed(kim, gemeinde, fund, euro(10))
    assert told(gemeinde) == [("allocation.confirm", "Case Management", kim.tenant_id)]
    drawdown_id = drawdowns.called(stadt, drawdowns.granted(stadt), "100")
    drawdowns.received(stadt, drawdown_id, "100")
    assert ("drawdown.receive", "Haushaltsjahr 2021, Baustein 1", stadt.tenant_id) in told(stadt)


def let_days_pass(actor):
    """Let the days come for which jobs were asked, and do them."""
    with transaction(actor) as session:
        session.execute(
            update(Job).where(Job.state == JobState.WAITING).values(run_at=func.clock_timestamp())
        )
    do_jobs(actor)


def told_of_time(actor):
    """What was told because time has passed; nobody did it."""
    with transaction(actor, read_only=True) as session:
        rows = select(Event.kind, Event.concerns, Event.account_id).where(
            Event.tenant_id == actor.tenant_id, Event.actor_label == "KIMHub"
        )
        return sorted((row.kind, row.concerns) for row in session.execute(rows) if row.account_id is None)


def test_an_allocation_that_nobody_answers_for_30_days_is_told_to_both_sides_once(kim, district):
    gemeinde, sibling = district.gemeinde.actor(Role.OFFICER), district.sibling
    fund = granted(kim, euro(1000))
    confirmed(kim, gemeinde, fund, euro(10))
    issued(kim, fund, sibling.id, euro(10))
    assert told_of_time(kim) == []
    with transaction(kim) as session:
        days = session.scalar(select(func.min(Job.due_at) - func.now()).where(Job.kind == UNANSWERED))
    assert timedelta(days=30) < days < timedelta(days=32)
    let_days_pass(kim)
    expected = [("allocation.await_answer", sibling.id), ("allocation.pass_unanswered", kim.tenant_id)]
    assert [one for one in told_of_time(kim) if one[0].startswith("allocation")] == expected
    let_days_pass(kim)
    assert [one for one in told_of_time(kim) if one[0].startswith("allocation")] == expected


def test_a_bescheid_without_bestandskraft_is_told_when_nobody_can_object_any_more(kim, stadt):
    granted(kim, euro(1000), issued_on=clock.today(), received_on=clock.today())
    with transaction(kim) as session:
        looked_at = session.scalar(select(Job.due_at).where(Job.kind == FINALITY))
    assert looked_at == clock.morning(suggested_finality(clock.today(), clock.today()).final_from)
    let_days_pass(kim)
    assert told_of_time(kim) == [("grant.pass_unfinal", kim.tenant_id)]
    drawdowns.granted(stadt)  # final, and years old
    let_days_pass(stadt)
    assert told_of_time(stadt) == []


def test_called_money_that_does_not_come_in_is_told_and_what_came_in_is_not(stadt):
    grant = drawdowns.granted(stadt)
    today = {"requested_on": clock.today(), "due_until": clock.today()}
    missing, there = (drawdowns.called(stadt, grant, "100", **today) for _ in range(2))
    drawdowns.received(stadt, there, "100", on=clock.today())
    let_days_pass(stadt)
    assert told_of_time(stadt) == [("drawdown.pass_unreceived", stadt.tenant_id)]
    with transaction(stadt, read_only=True) as session:
        about = select(Event.subject_id).where(Event.kind == "drawdown.pass_unreceived")
        assert session.scalars(about).all() == [missing]
