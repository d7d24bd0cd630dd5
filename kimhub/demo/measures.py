"""What the Lenkungsgruppe of the Rhein-Sieg-Kreis has decided to do: examples, none of them from a paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kimhub.committees.public import CommitteeKind, working_groups
from kimhub.core.web.paging import PageRequest
from kimhub.measures.public import (
    MEASURES,
    MeasureOrigin,
    MeasureStepDetails,
    NewMeasure,
    begin_measure,
    decide_measure,
    finish_measure,
    propose_measure,
)
from kimhub.programme.public import Baustein
from tenants import Actor, Role, transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A measure with the days of what happened to it."""

    title: str
    text: str
    responsible: str
    origin: MeasureOrigin
    origin_text: str
    due: date | None = None
    baustein: Baustein | None = None
    paper: str = ""
    decided_on: date | None = None
    begun_on: date | None = None
    done_on: date | None = None
    note: str = ""


_MEASURES = (
    _Entry(
        title="Sprachmittlung für alle Beratungsstellen im Kreis",
        text="Beispiel. Ein gemeinsamer Vermittlungsdienst, den Ämter und Träger telefonisch erreichen.",
        responsible="Kommunales Integrationszentrum",
        due=date(2026, 6, 30), baustein=Baustein.STRATEGISCHE_KOORDINATION,
        origin=MeasureOrigin.CASE_WORK,
        origin_text="Beratungen werden vertagt, weil kurzfristig niemand übersetzt.",
        paper="Niederschrift der Lenkungsgruppe vom 12.03.2026, TOP 3",
        decided_on=date(2026, 3, 12), begun_on=date(2026, 4, 15), done_on=date(2026, 6, 24),
        note="Der Dienst ist eingerichtet; 14 Stellen nutzen ihn.",
    ),
    _Entry(
        title="Feste Ansprechstellen der Jobcenter für das Case Management",
        text="Beispiel. Je Standort eine Stelle, die das Case Management direkt erreicht.",
        responsible="Jobcenter", due=date(2026, 10, 31), baustein=Baustein.CASE_MANAGEMENT,
        origin=MeasureOrigin.GEMEINDE,
        origin_text="Gemeinden berichten, dass Rückfragen wochenlang offen bleiben.",
        paper="Niederschrift der Lenkungsgruppe vom 12.03.2026, TOP 4",
        decided_on=date(2026, 3, 12), begun_on=date(2026, 5, 4),
    ),
    _Entry(
        title="Übersicht freier Plätze in Sprach- und Integrationskursen",
        text="Beispiel. Die Träger melden freie Plätze monatlich an eine Stelle.",
        responsible="Volkshochschule", origin=MeasureOrigin.TRAEGER,
        origin_text="Plätze bleiben frei, während anderswo Wartelisten bestehen.",
    ),
)  # fmt: skip


def load_measures(kreis: Actor) -> int:
    """Enter what the Lenkungsgruppe is to do unless the Kreis has measures; return how many the demo has."""
    kreis = replace(kreis, label=Role.KI_COORDINATOR.label)
    with transaction(kreis, read_only=True) as session:
        known = MEASURES.fetch(session, kreis.tenant_id, PageRequest(limit=1))
        groups = [
            row["id"]
            for row in working_groups(session, kreis.tenant_id)
            if row["kind"] == CommitteeKind.LENKUNGSGRUPPE
        ]
    for entry in () if known or not groups else _MEASURES:
        with transaction(kreis):
            measure_id = propose_measure(
                kreis,
                NewMeasure(
                    committee_id=groups[0], title=entry.title, text=entry.text, responsible=entry.responsible,
                    due=entry.due, baustein=entry.baustein, origin=entry.origin, origin_text=entry.origin_text,
                    paper=entry.paper,
                ),
            ).id  # fmt: skip
        for step, on in (
            (decide_measure, entry.decided_on), (begin_measure, entry.begun_on), (finish_measure, entry.done_on),
        ):  # fmt: skip
            if on is not None:
                note = entry.note if on == entry.done_on else ""
                with transaction(kreis):
                    step(kreis, measure_id, MeasureStepDetails(happened_on=on, note=note))
    return len(_MEASURES)
