"""Take up a committee member's invitation by its link, without choosing a password."""

from __future__ import annotations

from kimhub.identity import gate
from kimhub.identity.sessions import hash_of
from kimhub.identity.usecases.set_password import LinkOverError, owner_of_link
from kimhub.identity.usecases.sign_in import SignedIn
from kimhub.identity.usecases.sign_in_by_link import FollowedLink, begin
from tenants import db


def accept_by_link(followed: FollowedLink) -> SignedIn:
    """Take up the offered roles and begin a session; a first password ends, and so do other links and sessions.

    The link would set a password as well; here none is chosen, and further sign-ins go by mail (ADR 42). Raises
    `LinkOverError`, also for somebody who is or becomes more than a committee member.
    """
    owner = owner_of_link(followed.token)
    values = {"hash": hash_of(followed.token), "password_hash": None}
    used: bool = db.session().execute(gate.USE_LINK, values).scalar_one()
    if not used:
        raise LinkOverError
    return begin(owner.account_id, owner.email, followed)
