"""What became of a report: told to who has ordered it."""

from __future__ import annotations

from kimhub.core.events.kinds import EventKind, declare
from tenants import Permission


def _of_a_report(verb: str, says: str) -> EventKind:
    return declare(
        EventKind(
            code=f"report.{verb}",
            says=says,
            thing="Bericht",
            page="reports.show_report",
            names="report_id",
            told=Permission.REPORT_BUILD,
            to_author=True,
        )
    )


REPORT_BUILT = _of_a_report("build", "Ihr Bericht ist fertig")
REPORT_REFUSED = _of_a_report("refuse", "Ihr Bericht konnte nicht erstellt werden")
