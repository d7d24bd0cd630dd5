"""Gathering what the checks look at: the file, its figures, the deadline, the Bausteine in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kimhub.applications.checks import CheckFinding, check
from kimhub.applications.decision_queries import in_force, list_decisions
from kimhub.applications.figures import Basis, basis_of
from kimhub.applications.queries import ApplicationFile
from kimhub.programme.public import Baustein, Deadline, application_deadline, load_foerderrichtlinien


@dataclass(frozen=True, slots=True)
class Review:
    """An application with its figures, its deadline and what was found."""

    basis: Basis
    deadline: Deadline | None
    findings: list[CheckFinding]


def review_application(session: Session, file: ApplicationFile, today: date) -> Review:
    """Check an application as it stands; `today` decides whether the deadline is over."""
    application = file.application
    basis = basis_of(session, application)
    deadline = application_deadline(application.starts_on, load_foerderrichtlinien())
    decisions = list_decisions(session, application.tenant_id)
    unused = frozenset(
        (year, baustein)
        for year in application.years
        for baustein in Baustein
        if (decision := in_force(decisions, baustein, year)) is not None and not decision.uses
    )
    findings = check(file, basis, deadline=deadline, today=today, unused=unused)
    return Review(basis, deadline, findings)
