"""What is stored: the application, its Förderskizze, what happened to it, and decisions about Bausteine."""

from __future__ import annotations

from kimhub.applications.models.application import (
    ApplicationDocument,
    ApplicationEvent,
    EventKind,
    GrantApplication,
)
from kimhub.applications.models.decision import BausteinDecision
from kimhub.applications.models.foerderskizze import (
    FoerderskizzeParticipant,
    FoerderskizzeSection,
    GemeindeInvolvement,
)

__all__ = [
    "ApplicationDocument",
    "ApplicationEvent",
    "BausteinDecision",
    "EventKind",
    "FoerderskizzeParticipant",
    "FoerderskizzeSection",
    "GemeindeInvolvement",
    "GrantApplication",
]
