"""What the people of these tests do, and what they see."""

from __future__ import annotations

from kimhub.core.errors import NotFoundError
from kimhub.core.web.paging import PageRequest
from kimhub.notices.queries import RECIPIENTS, find_received, notice_file
from kimhub.notices.usecases.acknowledge_notice import acknowledge_notice
from kimhub.notices.usecases.drafts import NoticeDetails, create_notice
from kimhub.notices.usecases.send_notice import send_notice
from kimhub.notices.usecases.withdraw_notice import Withdrawal, withdraw_notice
from tenants import Role, transaction

TO_ALL = NoticeDetails(subject="Bescheid 2026", text="Der Bescheid ist da.", to_gemeinden=True)


def member(site, name, body=None):
    return site.actor(name, body or site.district.gemeinde, Role.COMMITTEE_MEMBER)


def began(actor, details=TO_ALL):
    with transaction(actor):
        return create_notice(actor, details).id


def sent(actor, details=TO_ALL):
    notice_id = began(actor, details)
    with transaction(actor):
        send_notice(actor, notice_id)
    return notice_id


def withdrawn(actor, notice_id, **more):
    with transaction(actor):
        withdraw_notice(actor, notice_id, Withdrawal("Falscher Betrag", **more))


def noted(actor, notice_id):
    with transaction(actor):
        return acknowledge_notice(actor, notice_id)


def readable(actor, notice_id):
    with transaction(actor, read_only=True) as session:
        try:
            notice_file(session, notice_id)
        except NotFoundError:
            return False
        return True


def received(actor):
    with transaction(actor, read_only=True) as session:
        return [row["subject"] for row in find_received(session, actor, PageRequest(limit=50))]


def recipients(actor, notice_id):
    """Return the bodies that an own notice went to, with how many of how many have taken note."""
    with transaction(actor, read_only=True) as session:
        rows = RECIPIENTS.all(session, actor.tenant_id, {"notice": notice_id})
        return {row["slug"]: (row["acknowledged"], row["told"]) for row in rows}
