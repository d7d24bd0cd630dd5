"""Words of measures: where they stand, and where the gap that they close was seen."""

from __future__ import annotations

from enum import StrEnum


class MeasureState(StrEnum):
    """Where a measure stands."""

    PROPOSED = "proposed"
    DECIDED = "decided"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """Return the German word."""
        return _STATES[self]

    @property
    def is_final(self) -> bool:
        """Whether nothing follows: what is taken up again is a new measure."""
        return self in FINAL


_STATES = {
    MeasureState.PROPOSED: "vorgeschlagen",
    MeasureState.DECIDED: "beschlossen",
    MeasureState.IN_PROGRESS: "in Arbeit",
    MeasureState.DONE: "umgesetzt",
    MeasureState.DROPPED: "nicht weiterverfolgt",
}
FINAL = (MeasureState.DONE, MeasureState.DROPPED)
TO_DO = (MeasureState.DECIDED, MeasureState.IN_PROGRESS)
"""What somebody has to carry out."""
AFTER_PROPOSAL = (*TO_DO, *FINAL)


class MeasureOrigin(StrEnum):
    """Where the gap was seen that a measure closes."""

    CASE_WORK = "case_work"
    PROJECT_GROUP = "project_group"
    COMMITTEE = "committee"
    GEMEINDE = "gemeinde"
    TRAEGER = "traeger"
    REPORT = "report"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the German name."""
        return _ORIGINS[self]


_ORIGINS = {
    MeasureOrigin.CASE_WORK: "Fallkonferenz oder Einzelfallberatung",
    MeasureOrigin.PROJECT_GROUP: "Projektgruppe",
    MeasureOrigin.COMMITTEE: "Gremium",
    MeasureOrigin.GEMEINDE: "Gemeinde",
    MeasureOrigin.TRAEGER: "Träger",
    MeasureOrigin.REPORT: "Bericht oder Daten",
    MeasureOrigin.OTHER: "Sonstiges",
}
