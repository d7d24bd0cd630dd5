"""What would be released, exactly: built once, shown on the check page and stored as it was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from kimhub.applications.public import ApplicationFile, ApplicationState
from kimhub.committees.public import CommitteeFile, Sector, committee_file, members_of
from kimhub.core import clock
from kimhub.core.errors import NotFoundError
from kimhub.core.formats import LOCAL_TIME
from kimhub.measures.public import measures_of
from kimhub.planning.public import FinancingPlan, calculate_plan
from kimhub.programme.public import PlanResult, RowKind, result_to_json, row_label
from kimhub.releases.models import NothingToReleaseError, PartKind
from kimhub.releases.schemas import CONTENTS

NOT_SAID: dict[str, Any] = {"involved": None, "how": ""}
"""What a Gemeinde reads of which the Förderskizze says nothing."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where it is taken from, with the state and the day („Stand“) of it."""

    kind: str
    source_title: str
    source_version: int | None
    as_of: date
    submitted_on: date | None = None
    source_reference: str = ""
    application_id: UUID | None = None
    plan_id: UUID | None = None
    committee_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Frozen:
    """A part with its words and figures; `portions` is what concerns single Gemeinden, by Ags."""

    kind: PartKind
    source: Source
    content: Mapping[str, Any] = field(default_factory=dict)
    portions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    """What the Gemeinden of the portions are called."""

    def for_gemeinde(self, ags: str | None) -> dict[str, Any]:
        """Return what this Gemeinde alone reads."""
        if self.kind is not PartKind.INVOLVEMENT:
            return {}
        return dict(self.portions.get(ags or "", NOT_SAID))


def part_of_application(kind: PartKind, file: ApplicationFile) -> Frozen:
    """Return a part of the Förderskizze.

    Raises `NothingToReleaseError` where nothing was entered yet, and for what does not hold any more: a draft that was
    put away, an application that was withdrawn, or that another one has corrected.
    """
    application = file.application
    _require_standing(file)
    changed_on = application.changed_at.astimezone(LOCAL_TIME).date()
    source = Source(
        kind=kind.value,
        source_title=application.title,
        source_version=application.version,
        as_of=application.submitted_on or changed_on,
        submitted_on=application.submitted_on,
        source_reference=application.reference,
        application_id=application.id,
    )
    if kind is PartKind.PARTICIPANTS:
        if not file.participants:
            raise NothingToReleaseError("Unter „Wer hat mitgewirkt?“ steht im Förderantrag noch niemand.")
        content = {
            "participants": [
                {"name": one.name, "inside": one.inside, "contribution": one.contribution}
                for one in file.participants
            ]
        }
        return Frozen(kind, source, _checked(kind, content))
    if all(one.involved is None and not one.how for one in file.gemeinden):
        raise NothingToReleaseError("Wie die Gemeinden eingebunden sind, steht noch nicht im Förderantrag.")
    return Frozen(
        kind,
        source,
        portions={
            one.ags: _checked(kind, {"involved": one.involved, "how": one.how}) for one in file.gemeinden
        },
        names={one.ags: one.name for one in file.gemeinden},
    )


def _require_standing(file: ApplicationFile) -> None:
    if file.application.archived_at is not None:
        raise NothingToReleaseError("Der Entwurf ist abgelegt. Nehmen Sie ihn zuerst wieder auf.")
    if file.state is ApplicationState.WITHDRAWN:
        raise NothingToReleaseError("Der Förderantrag ist zurückgezogen. Was er sagt, gilt nicht mehr.")
    if file.correction is not None and not file.correction.is_draft:
        raise NothingToReleaseError(
            "Der Förderantrag ist berichtigt. Geben Sie die Angaben aus der Berichtigung frei."
        )


def figures_of_plan(stored: FinancingPlan) -> Frozen:
    """Return the sums of a plan per Haushaltsjahr, never single positions.

    Raises `NothingToReleaseError` for one that was put away, `InvalidInputError` where it cannot be calculated.
    """
    if stored.archived_at is not None:
        raise NothingToReleaseError("Der Finanzierungsplan ist abgelegt. Nehmen Sie ihn zuerst wieder auf.")
    source = Source(
        kind=PartKind.PLAN.value,
        source_title=stored.title,
        source_version=stored.version,
        as_of=stored.changed_at.astimezone(LOCAL_TIME).date(),
        plan_id=stored.id,
    )
    return Frozen(PartKind.PLAN, source, _checked(PartKind.PLAN, _figures(calculate_plan(stored.plan))))


def part_of_group(session: Session, kind: PartKind, file: CommitteeFile) -> Frozen:
    """Return who sits today in a Lenkungsgruppe or Projektgruppe of the own Kreis, or what it has decided to do.

    Of a seat that a person holds who signs in, no more is said than of any other: for whom it stands and what it is,
    never a name or an account. Raises `NothingToReleaseError` for a committee of another kind, for one that is
    dissolved, and where nothing is entered.
    """
    committee, today = file.committee, clock.today()
    if not file.kind.decides_measures:
        raise NothingToReleaseError("Freigegeben wird nur von einer Lenkungsgruppe oder Projektgruppe.")
    if not file.was_there(today):
        raise NothingToReleaseError("Das Gremium ist aufgelöst. Was davon heute gilt, gibt es nicht mehr.")
    source = Source(
        kind=kind.value,
        source_title=file.named.name,
        source_version=None,
        as_of=today,
        committee_id=committee.id,
    )
    content: dict[str, Any]
    if kind is PartKind.MEMBERS:
        content = {
            "members": [_member(row) for row in members_of(session, committee.tenant_id, committee.id)]
        }
        if not content["members"]:
            raise NothingToReleaseError("Im Gremium ist heute kein Sitz besetzt.")
    else:
        content = {
            "measures": [
                {
                    "title": row["title"],
                    "responsible": row["responsible"],
                    "due": row["due"].isoformat() if row["due"] else None,
                    "baustein": row["baustein"],
                    "state": row["state"],
                    "decided_on": row["decided_on"].isoformat(),
                }
                for row in measures_of(session, committee.tenant_id, committee.id)
                if row["decided_on"] is not None
            ]
        }
        if not content["measures"]:
            raise NothingToReleaseError("Das Gremium hat noch keine Maßnahme beschlossen.")
    return Frozen(kind, source, _checked(kind, content))


def parts_of_group(
    session: Session, me: int, committee_id: UUID, kinds: Sequence[PartKind]
) -> Sequence[Frozen]:
    """Return these parts of a group that the own Kreis leads; raises `NotFoundError`, `NothingToReleaseError`."""
    file = committee_file(session, committee_id)
    if file.committee.tenant_id != me:
        raise NotFoundError
    return [part_of_group(session, kind, file) for kind in dict.fromkeys(kinds)]


def said_of_group(parts: Sequence[Frozen]) -> Sequence[object]:
    """Return what the mark of these parts is made of: every word that would be stored."""
    return [(part.kind.value, part.source.source_title, part.source.as_of, part.content) for part in parts]


def _member(row: RowMapping) -> dict[str, Any]:
    """Return a seat without who holds it: whoever signs in stands for an area, else for the administration."""
    sector = Sector(row["sector"]) if row["sector"] else None
    return {
        "role": row["role"],
        "sector": sector.value if sector else None,
        "organization": row["organization"] or (sector or Sector.ADMINISTRATION).label,
        "function": row["function"],
    }


def _figures(result: PlanResult) -> dict[str, Any]:
    written = result_to_json(result)
    return {
        "years": list(result.years),
        "rows": [
            {
                "label": row_label(row),
                "total_row": row.kind is RowKind.TOTAL,
                "amounts": {str(year): str(amount) for year, amount in row.amounts.items()},
                "total": str(row.total),
            }
            for row in result.rows
            if row.kind is not RowKind.LINE
        ],
        "guidelines": [guideline.title for guideline in result.guidelines],
        "unverified": list(dict.fromkeys(value["label"] for value in written["unverified"])),
    }


def _checked(kind: PartKind, content: dict[str, Any]) -> dict[str, Any]:
    """Return `content` if it has the form of its kind; anything else is a programming error."""
    problems = CONTENTS[kind]().validate(content)
    if problems:
        raise ValueError(f"{kind}: {problems}")
    return content
