"""The words of the pages on which a step is taken: what is asked, and what happens then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kimhub.funding.usecases.answer_allocation import (
    Answer,
    confirm_allocation,
    object_to_allocation,
    uphold_allocation,
    waive_allocation,
)
from kimhub.funding.workflow import WORKFLOW
from tenants import Actor
from tenants.proceedings import ProceedingEntry, Transition


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step as a page: its place in the address, its words, and the use case it calls."""

    path: str
    action: str
    use_case: Callable[[Actor, Answer], ProceedingEntry]
    note_label: str
    note_hint: str
    consequences: tuple[str, ...]
    """Full sentences with the names of `Sides.names`."""
    done: str
    """What the next page says."""

    @property
    def transition(self) -> Transition:
        """The declared transition (one per action)."""
        return next(t for t in WORKFLOW.transitions if t.action == self.action)


STEP_PAGES = (
    StepPage(
        path="bestaetigen",
        action="confirm",
        use_case=confirm_allocation,
        note_label="Bemerkung",
        note_hint="Was {giver} dazu wissen soll.",
        consequences=(
            "{Giver} sieht sofort, dass Sie die Mittel angenommen haben.",
            "Die Mittel stehen in Ihrer Mittelübersicht, und Sie können daraus weiterleiten.",
            "Verzichten können Sie auch danach noch, solange nichts weitergeleitet ist.",
        ),
        done="Sie haben den Erhalt bestätigt.",
    ),
    StepPage(
        path="einwand",
        action="object",
        use_case=object_to_allocation,
        note_label="Ihr Einwand",
        note_hint="Schreiben Sie, was nicht stimmt oder was Sie vorschlagen. {Giver} liest diesen Text.",
        consequences=(
            "{Giver} sieht Ihren Einwand sofort und kann antworten, die Weiterleitung ändern oder beenden.",
            "Die Mittel bleiben bis dahin für Sie vorgesehen.",
        ),
        done="Ihr Einwand ist erhoben.",
    ),
    StepPage(
        path="verzicht",
        action="waive",
        use_case=waive_allocation,
        note_label="Grund",
        note_hint="{Giver} liest diesen Grund.",
        consequences=(
            "{Giver} sieht den Verzicht sofort, nimmt die Mittel zurück und kann sie neu verteilen.",
            "Sie können aus diesen Mitteln nichts mehr weiterleiten.",
            "Einen Verzicht können Sie nicht selbst zurücknehmen.",
        ),
        done="Sie haben auf die Mittel verzichtet.",
    ),
    StepPage(
        path="antwort",
        action="uphold",
        use_case=uphold_allocation,
        note_label="Ihre Antwort",
        note_hint="{Recipient} liest diesen Text.",
        consequences=(
            "{Recipient} sieht Ihre Antwort sofort. Die Weiterleitung gilt unverändert.",
            "{Recipient} kann sie dann bestätigen, noch einmal einwenden oder verzichten.",
        ),
        done="Der Einwand ist beantwortet.",
    ),
)
