"""What happened to a grant and its Bescheide, from the audit trail, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kimhub.core.audit import RowChange, joint_history
from kimhub.core.formats import day
from kimhub.core.web.view import TimelineEntry
from kimhub.funding.models import GrantKind
from kimhub.funding.pages.grant_texts import bescheid_title
from kimhub.funding.queries import GrantFile
from tenants import Actor

_GRANT, _VERSION = "funding_grant", "grant_version"
_DETAILS = {
    "title": "Bezeichnung",
    "granted_by": "Bewilligungsbehörde",
    "plan_id": "Finanzierungsplan",
    "application_id": "Antrag",
}
_FACTS = {
    "aktenzeichen": "Aktenzeichen",
    "issued_on": "Datum",
    "received_on": "Eingang",
    "period_from": "Beginn des Bewilligungszeitraums",
    "period_to": "Ende des Bewilligungszeitraums",
    "conditions": "Nebenbestimmungen",
    "reason": "Grund der Änderung",
}


def grant_history(session: Session, actor: Actor, file: GrantFile) -> list[TimelineEntry]:
    """Return the changes of a grant and its Bescheide that people made, the latest first: one statement."""
    names = {
        str(version.id): bescheid_title(GrantKind(file.grant.kind), version.number)
        for version in file.versions
    }
    rows = [(_GRANT, file.grant.id), *((_VERSION, version.id) for version in file.versions)]
    entries = []
    for change in joint_history(session, actor, rows):
        title = _grant_title(change) if change.table == _GRANT else _version_title(change, names)
        if title:
            entries.append(
                TimelineEntry(title=title, by=change.item.actor_label, at=change.item.at, own=True)
            )
    return entries


def _grant_title(change: RowChange) -> str | None:
    """Return what was done to the grant; what the ledger writes when a Bescheid is recorded is none of it."""
    if change.item.operation == "INSERT":
        return "Zuwendung angelegt"
    changed = [_DETAILS[value.column] for value in change.item.changes if value.column in _DETAILS]
    return f"Geändert: {', '.join(changed)}" if changed else None


def _version_title(change: RowChange, names: Mapping[str, str]) -> str | None:
    name = names[change.row_id]
    new = {value.column: value.new for value in change.item.changes}
    if change.item.operation == "INSERT":
        return f"{name} als Entwurf angelegt"
    if new.get("recorded_at"):
        return f"{name} erfasst"
    done = [
        f"{label}: {_day(new[column])}"
        for column, label in (("waived_on", "Rechtsbehelfsverzicht"), ("final_on", "Bestandskräftig seit"))
        if column in new
    ]
    changed = [_FACTS[column] for column in new if column in _FACTS]
    if changed:
        done.append(f"geändert: {', '.join(changed)}")
    return f"{name}, {'; '.join(done)}" if done else None


def _day(value: Any) -> str:
    return day(date.fromisoformat(value)) if value else "entfernt"
