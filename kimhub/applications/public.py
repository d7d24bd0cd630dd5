"""What other features use: applications to refer to, what they ask for, and which Bausteine are not used."""

from __future__ import annotations

from kimhub.applications.decision_queries import bausteine_not_used, list_decisions
from kimhub.applications.figures import requested_cells
from kimhub.applications.models import BausteinDecision, EventKind, GrantApplication
from kimhub.applications.queries import (
    APPLICATION,
    ApplicationFile,
    ApplicationState,
    application_file,
    get_application,
    list_applications,
    list_submitted,
)
from kimhub.applications.usecases.create_application import ApplicationDetails, create_application
from kimhub.applications.usecases.decide_baustein import DecideBaustein, decide_baustein
from kimhub.applications.usecases.follow_application import (
    Happening,
    decide_application,
    decide_by_bescheid,
    note_receipt,
)
from kimhub.applications.usecases.involve_gemeinden import Involvement, involve_gemeinden
from kimhub.applications.usecases.name_participants import Participation, add_participant
from kimhub.applications.usecases.submit_application import Submission, submit_application
from kimhub.applications.usecases.write_foerderskizze import write_section

__all__ = [
    "APPLICATION",
    "ApplicationDetails",
    "ApplicationFile",
    "ApplicationState",
    "BausteinDecision",
    "DecideBaustein",
    "EventKind",
    "GrantApplication",
    "Happening",
    "Involvement",
    "Participation",
    "Submission",
    "add_participant",
    "application_file",
    "bausteine_not_used",
    "create_application",
    "decide_application",
    "decide_baustein",
    "decide_by_bescheid",
    "get_application",
    "involve_gemeinden",
    "list_applications",
    "list_decisions",
    "list_submitted",
    "note_receipt",
    "requested_cells",
    "submit_application",
    "write_section",
]
