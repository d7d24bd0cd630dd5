"""What a report would hold if it were built now: the same document and the same check that the job will use."""

from __future__ import annotations

from dataclasses import dataclass

from kimhub.programme.public import PlanInvalidError
from kimhub.reports.assembly import Material, Particulars, document_of, plan_findings
from kimhub.reports.findings import Finding, errors_of
from kimhub.reports.types.finanzierungsuebersicht.checks import check
from kimhub.reports.types.finanzierungsuebersicht.document import FinanzierungsuebersichtDocument

_ASKED_IN_THE_FORM = frozenset({"aktenzeichen-fehlt"})


@dataclass(frozen=True, slots=True)
class Preview:
    """The document, None where the plan cannot even be calculated, and what the check says about it."""

    document: FinanzierungsuebersichtDocument | None
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def preview_of(material: Material, particulars: Particulars) -> Preview:
    """Return what would go in."""
    try:
        document = document_of(material, particulars)
    except PlanInvalidError as refused:
        return Preview(None, plan_findings(refused), ())
    found = check(document)
    errors = errors_of(found)
    warnings = (finding for finding in found if finding not in errors)
    return Preview(document, errors, tuple(w for w in warnings if w.code not in _ASKED_IN_THE_FORM))
