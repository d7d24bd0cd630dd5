"""The words of the pages on which a step is taken: what is asked, and what happens then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kimhub.positions.queries import RequestFile
from kimhub.positions.usecases.answer_question import answer_question
from kimhub.positions.usecases.ask_back import ask_back
from kimhub.positions.usecases.endorse_request import endorse_request
from kimhub.positions.usecases.reject_request import reject_request
from kimhub.positions.usecases.step import Step
from kimhub.positions.usecases.withdraw_request import withdraw_request
from kimhub.positions.workflow import WORKFLOW
from tenants import Actor
from tenants.naming import at, nominative, to_begin
from tenants.proceedings import ProceedingEntry, Transition


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step as a page: its place in the address, its words, and the use case it calls."""

    path: str
    action: str
    use_case: Callable[[Actor, Step], ProceedingEntry]
    note_label: str
    note_hint: str
    consequences: tuple[str, ...]
    """Full sentences with the names of `spoken_names`."""
    done: str
    """What the next page says."""

    @property
    def transition(self) -> Transition:
        """The declared transition (one per action)."""
        return next(t for t in WORKFLOW.transitions if t.action == self.action)


def spoken_names(file: RequestFile) -> dict[str, str]:
    """Return how the sentences name both sides; with a capital letter where one begins with the name."""
    gemeinde, kreis = nominative(file.gemeinde.official_name), nominative(file.kreis.official_name)
    return {
        "gemeinde": gemeinde,
        "Gemeinde": to_begin(gemeinde),
        "kreis": kreis,
        "Kreis": to_begin(kreis),
        "at_kreis": at(file.kreis.official_name),
    }


SUBMIT_PATH = "einreichen"
"""The check page before the submission; it is more than a note and so a page of its own."""

STEP_PAGES = (
    StepPage(
        path="rueckfrage",
        action="ask",
        use_case=ask_back,
        note_label="Ihre Rückfrage",
        note_hint="Schreiben Sie, welche Angabe oder welcher Nachweis fehlt.",
        consequences=(
            "{Gemeinde} sieht Ihre Rückfrage sofort.",
            "{Gemeinde} kann die Angaben des Antrags ändern, bis die Antwort bei Ihnen eingeht.",
            "Befürworten können Sie den Antrag erst wieder nach der Antwort.",
        ),
        done="Die Rückfrage ist gestellt.",
    ),
    StepPage(
        path="antwort",
        action="answer",
        use_case=answer_question,
        note_label="Ihre Antwort",
        note_hint="Ändern Sie zuvor die Angaben des Antrags, wenn das nötig ist.",
        consequences=(
            "{Kreis} sieht Ihre Antwort sofort.",
            "Danach können Sie die Angaben nicht mehr ändern, solange keine neue Rückfrage kommt.",
        ),
        done="Die Antwort ist {at_kreis} eingegangen.",
    ),
    StepPage(
        path="befuerworten",
        action="endorse",
        use_case=endorse_request,
        note_label="Bemerkung",
        note_hint="Was {gemeinde} zu Ihrer Entscheidung wissen soll.",
        consequences=(
            "{Gemeinde} sieht Ihre Entscheidung sofort.",
            "Die Entscheidung lässt sich nicht zurücknehmen.",
            "Sie können die Stelle in Ihren Förderantrag aufnehmen.",
        ),
        done="Der Antrag ist befürwortet.",
    ),
    StepPage(
        path="ablehnen",
        action="reject",
        use_case=reject_request,
        note_label="Begründung der Ablehnung",
        note_hint="{Gemeinde} liest diese Begründung.",
        consequences=(
            "{Gemeinde} sieht Ihre Entscheidung und die Begründung sofort.",
            "Die Entscheidung lässt sich nicht zurücknehmen. {Gemeinde} kann einen neuen Antrag stellen.",
        ),
        done="Der Antrag ist abgelehnt.",
    ),
    StepPage(
        path="zurueckziehen",
        action="withdraw",
        use_case=withdraw_request,
        note_label="Grund",
        note_hint="{Kreis} liest diesen Grund.",
        consequences=(
            "{Kreis} sieht sofort, dass der Antrag zurückgezogen ist, und kann nicht mehr darüber entscheiden.",
            "Der Vorgang bleibt mit allen Schritten lesbar. Sie können einen neuen Antrag stellen.",
        ),
        done="Der Antrag ist zurückgezogen.",
    ),
)
