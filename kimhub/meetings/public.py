"""What other features use of meetings: what was on which agenda, and entering it."""

from __future__ import annotations

from kimhub.meetings.models import Consultation, Meeting, Paper
from kimhub.meetings.queries import HELD, PLANNED, find_papers, has_meetings, is_keeper, may_be_named
from kimhub.meetings.terms import PaperKind
from kimhub.meetings.usecases.agenda import AgendaEntry, put_on_agenda
from kimhub.meetings.usecases.meetings import NewMeeting, cancel_meeting, enter_meeting
from kimhub.meetings.usecases.papers import PaperDetails, enter_paper

__all__ = [
    "HELD",
    "PLANNED",
    "AgendaEntry",
    "Consultation",
    "Meeting",
    "NewMeeting",
    "Paper",
    "PaperDetails",
    "PaperKind",
    "cancel_meeting",
    "enter_meeting",
    "enter_paper",
    "find_papers",
    "has_meetings",
    "is_keeper",
    "may_be_named",
    "put_on_agenda",
]
