"""Order a report: a row that says what is wanted, and the job that will build it, in one transaction."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select

from kimhub.core.errors import InvalidInputError
from kimhub.core.jobs.outbox import after_commit
from kimhub.planning.public import FinancingPlan, get_plan
from kimhub.reports.assembly import Particulars, usual_office
from kimhub.reports.models import REPORT_CODES, Report
from tenants import Actor, Permission, Role, Tenant, TenantKind, db, permissions_of, roles_for

BUILD = "reports.build"
"""The kind of job that builds a report."""

BUILDERS = tuple(role for role in Role if Permission.REPORT_BUILD in permissions_of([role]))
"""The roles that prepare reports, somewhere; which of them a tenant has, its kind decides."""


@dataclass(frozen=True, slots=True)
class RequestReport:
    """Which report of which plan. Without `prepared_by` the actor's own role is printed, without `office` the KI."""

    plan_id: UUID
    type: str = REPORT_CODES[0]
    file_number: str = ""
    office: str = ""
    prepared_by: Role | None = None
    scenario: str = ""


def request_report(actor: Actor, command: RequestReport) -> Report:
    """Order a report and return it.

    Whoever orders the same again before it is built (same plan in the same version, same particulars) gets the same
    report. Raises `NotFoundError` for an unknown plan, and `InvalidInputError` for a role that the tenant does not
    have or a missing office.
    """
    actor.require(Permission.REPORT_BUILD)
    session = db.session()
    plan = get_plan(session, command.plan_id)
    particulars = _particulars(actor, session.get_one(Tenant, actor.tenant_id), command)
    report_id = uuid4()
    job_id = after_commit(
        session,
        actor,
        BUILD,
        {"report_id": report_id},
        dedup_key=_dedup_key(command.type, plan, particulars),
    )
    ordered = session.scalars(select(Report).where(Report.job_id == job_id)).one_or_none()
    if ordered is None:
        ordered = Report(
            tenant_id=actor.tenant_id,
            id=report_id,
            type=command.type,
            title=plan.title,
            plan_id=plan.id,
            plan_version=plan.version,
            parameters=particulars.to_json(),
            job_id=job_id,
            account_id=actor.subject,
            actor_label=actor.label,
        )
        session.add(ordered)
        session.flush()  # the caller shows when it was ordered, which the database says
    return ordered


def builders_of(tenant: Tenant) -> list[Role]:
    """Return the roles of a tenant that prepare reports."""
    roles = roles_for(TenantKind(tenant.kind), grant_recipient=tenant.is_grant_recipient)
    return [role for role in BUILDERS if role in roles]


def _particulars(actor: Actor, tenant: Tenant, command: RequestReport) -> Particulars:
    fields: dict[str, list[str]] = {}
    office = command.office or usual_office(tenant)
    if not office:
        fields["office"] = ["Geben Sie an, welche Stelle Ihrer Kommune die Übersicht aufstellt."]
    if command.prepared_by is not None and command.prepared_by not in builders_of(tenant):
        fields["prepared_by"] = ["Diese Rolle gibt es in Ihrer Kommune nicht. Wählen Sie eine andere."]
    if fields:
        raise InvalidInputError("Bitte prüfen Sie die genannten Felder.", fields=fields)
    return Particulars(
        file_number=command.file_number,
        office=office,
        prepared_by=command.prepared_by.label if command.prepared_by else actor.label,
        scenario=command.scenario,
    )


def _dedup_key(report_type: str, plan: FinancingPlan, particulars: Particulars) -> str:
    """Return a key that is the same only while the order would lead to the same document."""
    typed = json.dumps(particulars.to_json(), sort_keys=True).encode()
    return f"{report_type}:{plan.id}:{plan.version}:{hashlib.sha256(typed).hexdigest()[:16]}"
