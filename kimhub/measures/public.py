"""What other features use of measures."""

from __future__ import annotations

from kimhub.measures.models import Measure
from kimhub.measures.queries import MEASURES, measures_of
from kimhub.measures.terms import AFTER_PROPOSAL, MeasureOrigin, MeasureState
from kimhub.measures.usecases.measures import NewMeasure, propose_measure
from kimhub.measures.usecases.steps import (
    MeasureStepDetails,
    begin_measure,
    decide_measure,
    finish_measure,
)

__all__ = [
    "AFTER_PROPOSAL",
    "MEASURES",
    "Measure",
    "MeasureOrigin",
    "MeasureState",
    "MeasureStepDetails",
    "NewMeasure",
    "begin_measure",
    "decide_measure",
    "finish_measure",
    "measures_of",
    "propose_measure",
]
