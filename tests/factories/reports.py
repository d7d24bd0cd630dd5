"""Reports for tests: a stored plan, an order, and what the job makes of it."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from kimhub.core.formats import LOCAL_TIME
from kimhub.core.jobs.claims import claim
from kimhub.core.jobs.working import attempt
from kimhub.planning.public import create_plan
from kimhub.programme.public import Plan, load_foerderrichtlinien, plan_from_toml
from kimhub.reports.assembly import Particulars
from kimhub.reports.documents import to_json
from kimhub.reports.letterhead import Cover, Letterhead
from kimhub.reports.models import Report
from kimhub.reports.types.finanzierungsuebersicht.collect import collect
from kimhub.reports.usecases.request_report import RequestReport, request_report
from tenants import Actor, transaction
from tests.support.jobs import Recorder

KOELN = plan_from_toml((Path(__file__).parents[2] / "examples" / "koeln.toml").read_bytes())


PARTICULARS = Particulars(
    "KI-50-21/2021", "Kommunales Integrationszentrum", "KI-Koordination", "Ausgangsplan"
)


@cache
def frozen_koeln() -> bytes:
    """The JSON of a built report."""
    sender = Letterhead("Stadt Köln", "Kreisfreie Stadt", PARTICULARS.office)
    as_of = datetime(2021, 9, 13, 9, 30, tzinfo=LOCAL_TIME)
    cover = Cover(sender, PARTICULARS.file_number, as_of.date(), PARTICULARS.prepared_by, as_of)
    return to_json(collect(KOELN, load_foerderrichtlinien(), cover=cover, scenario=PARTICULARS.scenario))


def stored_plan(actor: Actor, plan: Plan = KOELN) -> UUID:
    """Return the id of a plan of the actor's tenant, committed."""
    with transaction(actor):
        return create_plan(actor, plan).id


def ordered(actor: Actor, plan_id: UUID, **details: object) -> UUID:
    """Return the id of an ordered report, committed."""
    with transaction(actor):
        return request_report(actor, RequestReport(plan_id=plan_id, **details)).id  # type: ignore[arg-type]


def built(actor: Actor, plan_id: UUID, **details: object) -> UUID:
    """Order a report and do what its job does."""
    report_id = ordered(actor, plan_id, **details)
    build(actor, report_id)
    return report_id


def build(actor: Actor, report_id: UUID) -> list[tuple[str, int | None, int | None]]:
    """Do the job of a report as a worker does, whatever else waits; return the stages told."""
    recorder = Recorder()
    with transaction(actor, read_only=True) as session:
        job_id = session.scalars(select(Report.job_id).where(Report.id == report_id)).one()
    held = claim(job_id, actor.tenant_id)
    assert held is not None, "somebody else has it, or it is done"
    attempt(held, recorder)
    return recorder.stages
