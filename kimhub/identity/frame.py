"""What stands around every page: whose portal it is, who is signed in, where one can go."""

from __future__ import annotations

from dataclasses import replace

from kimhub.core.routing import authenticate
from kimhub.core.web.addresses import known_url
from kimhub.core.web.navigation import navigation_for
from kimhub.core.web.view import Frame
from kimhub.identity.authenticate import current_sign_in
from tenants import Permission


def frame() -> Frame:
    """Return the frame of this request."""
    actor, sign_in = authenticate(), current_sign_in()
    if actor is None and sign_in is None:
        return Frame(sign_in_url=known_url("identity.sign_in"))
    found = Frame(
        person=actor.display_name if actor else sign_in.display_name if sign_in else None,
        account_url=known_url("identity.account"),
        sign_out_url=known_url("identity.sign_out"),
        switch_url=known_url("identity.access")
        if sign_in and (sign_in.tenants > 1 or sign_in.invitations)
        else None,
    )
    if actor is None:
        return found
    return replace(
        found,
        tenant_name=actor.tenant_name,
        tenant_kind=actor.tenant_kind.label,
        home_url=known_url("desk.today", slug=actor.tenant_slug),
        inbox_url=known_url("inbox.listing", slug=actor.tenant_slug)
        if actor.may(Permission.INBOX_READ)
        else None,
        inbox_count=sign_in.unread_shown if sign_in else 0,
        navigation=navigation_for(actor),
    )
