"""Reports for tests: a stored plan, an order, and what the job makes of it."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, update

from kimhub.core.formats import LOCAL_TIME
from kimhub.core.jobs.models import Job, JobState
from kimhub.planning.public import create_plan
from kimhub.programme.public import Plan, load_foerderrichtlinien, plan_from_toml
from kimhub.reports.assembly import Particulars
from kimhub.reports.documents import to_json
from kimhub.reports.letterhead import Cover, Letterhead
from kimhub.reports.types.finanzierungsuebersicht.collect import collect
from kimhub.reports.usecases.build_report import build_report
from kimhub.reports.usecases.request_report import RequestReport, request_report
from tenants import Actor, transaction

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
    with transaction(actor) as session:
        return create_plan(session, actor, plan).id


def ordered(actor: Actor, plan_id: UUID, **details: object) -> UUID:
    """Return the id of an ordered report, committed."""
    with transaction(actor):
        return request_report(actor, RequestReport(plan_id=plan_id, **details)).id  # type: ignore[arg-type]


def built(actor: Actor, plan_id: UUID, **details: object) -> UUID:
    """Order a report and do what its job does."""
    report_id = ordered(actor, plan_id, **details)
    build(actor, report_id)
    return report_id


def build(actor: Actor, report_id: UUID) -> list[tuple[str, int, int]]:
    """Do what a worker does: the report and its job's completion in one transaction; return the stages told."""
    told: list[tuple[str, int, int]] = []
    done = {"state": JobState.DONE, "finished_at": func.clock_timestamp()}
    with transaction(actor) as session:
        build_report(actor, report_id, lambda *stage: told.append(stage))
        session.execute(update(Job).where(Job.payload["report_id"].astext == str(report_id)).values(**done))
    return told
