"""What other features use of notices: writing and sending one, and the list of one's own."""

from __future__ import annotations

from kimhub.notices.models import (
    Notice,
    NoticeCommitteeTally,
    NoticeRecipient,
    NoticeTally,
    NoticeTold,
    NoticeTopic,
)
from kimhub.notices.queries import find_given
from kimhub.notices.usecases.acknowledge_notice import acknowledge_notice
from kimhub.notices.usecases.drafts import NoticeDetails, create_notice
from kimhub.notices.usecases.send_notice import send_notice
from kimhub.notices.usecases.topics import Topics, add_topics

__all__ = [
    "Notice",
    "NoticeCommitteeTally",
    "NoticeDetails",
    "NoticeRecipient",
    "NoticeTally",
    "NoticeTold",
    "NoticeTopic",
    "Topics",
    "acknowledge_notice",
    "add_topics",
    "create_notice",
    "find_given",
    "send_notice",
]
