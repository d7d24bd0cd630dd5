"""Words of meetings: which kinds of papers there are (docs/fachlichkeit.md §6)."""

from __future__ import annotations

from enum import StrEnum


class PaperKind(StrEnum):
    """What a paper is in the practice of councils in NRW."""

    INFORMATION = "information"
    DECISION = "decision"
    PROGRESS = "progress"
    SUPPLEMENT = "supplement"
    MOTION = "motion"
    INQUIRY = "inquiry"
    LARGE_INQUIRY = "large_inquiry"
    ANSWER = "answer"

    @property
    def label(self) -> str:
        """Return the German name."""
        return _KINDS[self]


_KINDS = {
    PaperKind.INFORMATION: "Informations- oder Mitteilungsvorlage",
    PaperKind.DECISION: "Beschlussvorlage",
    PaperKind.PROGRESS: "Sachstandsbericht",
    PaperKind.SUPPLEMENT: "Ergänzungsvorlage",
    PaperKind.MOTION: "Antrag",
    PaperKind.INQUIRY: "Anfrage",
    PaperKind.LARGE_INQUIRY: "Große Anfrage",
    PaperKind.ANSWER: "Beantwortung",
}
