"""What the page of a committee shows of its meetings: the next one, and the last three."""

from __future__ import annotations

from flask import render_template

from kimhub.committees.public import CommitteeFile
from kimhub.core.routing import admitted
from kimhub.core.web.paging import PageRequest
from kimhub.meetings.pages.blueprint import page_url, state_of
from kimhub.meetings.queries import MEETINGS
from tenants import Actor, db

_LAST = 3


def meetings_of(actor: Actor, file: CommitteeFile) -> str:
    """Return the block; empty where the reader may read no meetings, or the committee has none."""
    if not admitted("meetings.listing", actor) or not file.kind.has_seats:
        return ""
    session, committee_id = db.session(), file.committee.id
    read = (session, actor.tenant_id)
    coming = MEETINGS.fetch(
        *read, PageRequest(limit=1), {"committee": committee_id, "coming": True}, turned=True
    )[:1]
    past = MEETINGS.fetch(*read, PageRequest(limit=_LAST), {"committee": committee_id, "past": True})[:_LAST]
    return render_template(
        "meetings/_of_committee.html",
        coming=coming,
        past=past,
        state_of=state_of,
        url=page_url,
        committee_id=committee_id,
        may_write=admitted("meetings.new", actor) and file.committee.dissolved_on is None,
    )
