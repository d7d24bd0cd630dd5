"""What stands against submitting an application, and what its authors should know before they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kimhub.applications.figures import Basis
from kimhub.applications.queries import ApplicationFile
from kimhub.core import formats
from kimhub.programme.public import Baustein, Deadline


class Level(StrEnum):
    """An obstacle stops the submission; a warning leaves the decision to the applicant."""

    OBSTACLE = "obstacle"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One finding: a stable code, the part it is about, a German sentence with the cure."""

    code: str
    level: Level
    part: str
    """`plan`, `period`, `sections`, `participants`, `gemeinden`."""
    message: str


def check(
    file: ApplicationFile,
    basis: Basis,
    *,
    deadline: Deadline | None,
    today: date,
    unused: frozenset[tuple[int, Baustein]],
) -> list[CheckFinding]:
    """Return what is found, obstacles first. `unused` are the Bausteine not used, per Haushaltsjahr."""
    found = [
        *_about_plan(basis, file, unused),
        *_about_deadline(deadline, today),
        *_about_foerderskizze(file),
    ]
    return sorted(found, key=lambda finding: finding.level is Level.WARNING)


def obstacles(findings: Sequence[CheckFinding]) -> list[CheckFinding]:
    """Return the findings that stop a submission."""
    return [finding for finding in findings if finding.level is Level.OBSTACLE]


def _about_plan(
    basis: Basis, file: ApplicationFile, unused: frozenset[tuple[int, Baustein]]
) -> Iterator[CheckFinding]:
    if basis.figures is None:
        message = f"{basis.problem} Wählen Sie unter „Angaben“ einen Plan, der vollständig ist."
        yield CheckFinding("no_figures", Level.OBSTACLE, "plan", message)
        return
    figures, years = basis.figures, set(file.application.years)
    planned = {year for year, _ in figures.funded_bausteine} | set(figures.granted)
    if not planned:
        message = (
            "Der Finanzierungsplan sieht keine Zuwendung vor. Ergänzen Sie im Plan, wie sie berechnet wird."
        )
        yield CheckFinding("nothing_requested", Level.OBSTACLE, "plan", message)
    elif planned != years:
        message = (
            f"Der Antrag gilt für {_years(years)}, der Plan rechnet mit Zuwendungen für {_years(planned)}. "
            "Prüfen Sie Zeitraum und Plan."
        )
        yield CheckFinding("years_differ", Level.WARNING, "period", message)
    for message in figures.warnings:
        yield CheckFinding("plan_warning", Level.WARNING, "plan", message)
    if figures.unverified:
        named = ", ".join(figures.unverified)
        message = f"Diese Werte sind ungeprüft: {named}. Fragen Sie bei der Bezirksregierung nach."
        yield CheckFinding("unverified", Level.WARNING, "plan", message)
    for year, baustein in sorted(figures.funded_bausteine & unused):
        message = f"{year}: Der Plan rechnet mit {baustein.label}. Ihre Kommune hat entschieden, ihn nicht zu nutzen."
        yield CheckFinding("baustein_not_used", Level.WARNING, "plan", message)


def _about_deadline(deadline: Deadline | None, today: date) -> Iterator[CheckFinding]:
    if deadline is not None and deadline.missed_on(today):
        doubt = "" if deadline.verified else " Die Frist ist ungeprüft."
        message = (
            f"Die Antragsfrist ist am {formats.day(deadline.day)} abgelaufen.{doubt} "
            "Sprechen Sie vor dem Einreichen mit der Bezirksregierung."
        )
        yield CheckFinding("deadline_missed", Level.WARNING, "period", message)


def _about_foerderskizze(file: ApplicationFile) -> Iterator[CheckFinding]:
    empty = [section.heading for section in file.sections if not section.text]
    if len(empty) == len(file.sections):
        message = "Die Förderskizze ist noch leer. Füllen Sie mindestens einen Abschnitt."
        yield CheckFinding("foerderskizze_empty", Level.OBSTACLE, "sections", message)
    elif empty:
        message = f"Diese Abschnitte sind leer: {', '.join(empty)}. Füllen oder entfernen Sie sie."
        yield CheckFinding("sections_empty", Level.WARNING, "sections", message)
    if not file.participants:
        message = (
            "Niemand ist als beteiligt eingetragen. Räte und Ausschüsse fragen danach, wer mitgewirkt hat."
        )
        yield CheckFinding("nobody_took_part", Level.WARNING, "participants", message)
    open_ = [gemeinde.name for gemeinde in file.gemeinden if gemeinde.involved is None]
    if open_:
        message = f"Zu diesen Gemeinden fehlt die Angabe, ob sie eingebunden sind: {', '.join(open_)}."
        yield CheckFinding("gemeinden_open", Level.WARNING, "gemeinden", message)


def _years(years: set[int]) -> str:
    ordered = sorted(years)
    return str(ordered[0]) if len(ordered) == 1 else f"{', '.join(map(str, ordered[:-1]))} und {ordered[-1]}"
