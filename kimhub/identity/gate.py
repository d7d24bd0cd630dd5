"""The exact questions that are answered before a tenant is known (ADR 4).

The tables behind them are sealed; each statement here calls one SECURITY DEFINER function of the migration
`identity`. `ask` and `ask_at_sign_in` take one autocommitted round trip of their own, so that a failed attempt is
counted although the request changes nothing; the rest runs in the request's transaction. Who may call which function
stands in calls.py: all but what every request needs is kimhub_signin's alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, Engine, Integer, LargeBinary, Row, TextClause, bindparam, text

from tenants import db
from tenants.binding import sign_in_engine

_TENANT = (
    "t.slug AS tenant_slug, t.official_name AS tenant_name, t.kind AS tenant_kind, t.is_grant_recipient,"
    " t.has_auslaenderbehoerde"
)

OPEN_SESSION = text(
    f"SELECT s.*, {_TENANT} FROM app.session_open(:hash) AS s LEFT JOIN tenant AS t ON t.id = s.tenant_id"  # noqa: S608 - constant
)
"""Who is signed in with this session, and for which tenant; notes that the session is in use."""

START_SESSION = text("SELECT app.session_start(:hash, :session_id, :account_id, :device, :by_link)")
"""Begin a session; the answer is its tenant, or NULL if the person has none or several."""

REPLACE_SESSION = text("SELECT app.session_replace(:old_hash, :new_hash, :session_id, :tenant_id)")
"""Go on under a new id, for a tenant in which the person has a role. False: the session is over, or has no role."""

END_SESSION = text("SELECT app.session_end(:hash)")
END_OWN_SESSION = text("SELECT app.session_end_own(:hash, :which)")
"""End another session of the same person, or all others (`which` is NULL); the answer is how many ended."""

SESSIONS_OF = text(
    "SELECT s.*, t.official_name AS tenant_name FROM app.sessions_of(:hash) AS s"
    " LEFT JOIN tenant AS t ON t.id = s.tenant_id ORDER BY s.is_current DESC, s.last_seen_at DESC, s.session_id"
)
"""The open sessions of the person, the current one first."""

TENANTS_OF_SESSION = text(
    f"SELECT c.tenant_id, c.roles, {_TENANT} FROM app.tenants_of_session(:hash) AS c"  # noqa: S608 - constant
    " JOIN tenant AS t ON t.id = c.tenant_id ORDER BY t.sort_key, t.id"
)
"""The tenants for which the person may act, with the roles in each."""

INVITATIONS_OF_SESSION = text(
    f"SELECT c.tenant_id, c.roles, {_TENANT} FROM app.invitations_of_session(:hash) AS c"  # noqa: S608 - constant
    " JOIN tenant AS t ON t.id = c.tenant_id ORDER BY t.sort_key, t.id"
)
"""The tenants that have given the person roles which are not taken up yet."""

ANSWER_INVITATION = text("SELECT app.invitation_answer(:hash, :tenant_id, :accept)")
"""Take up all roles that a tenant offers, or decline them; False if there is none (any more)."""

CREDENTIAL_FOR = text("SELECT * FROM app.credential_for(:email)")
"""The password hash of an address; nothing for an unknown or disabled account or an expired first password."""

CREDENTIAL_OF_SESSION = text("SELECT * FROM app.credential_of_session(:hash)")

REPLACE_CREDENTIAL = text("SELECT app.credential_replace(:account_id, :old_hash, :new_hash, :chosen)")
"""Store another hash, unless it was changed meanwhile; `chosen` says that the person chose a new password."""

ACCOUNT_FOR_MEMBER = text(
    "SELECT app.account_for_member(:new_id, :email, :display_name, :password_hash, :days)"
)
"""The account with this address; made if there is none, with a first password that the acting tenant vouches for. Which
of the two it was is not told."""

ISSUE_LINK = text("SELECT app.password_link_issue(:hash, :account_id, :days)")
"""Let a link set the password of a member whose address nobody has confirmed; False if there is nothing to confirm."""

ASK_FOR_LINK = text(
    "SELECT app.link_ask(:hash, :purpose, :email, :recipient, :subject, :text, :otherwise, :target, :minutes)"
)
"""Write down that somebody wants a link for whoever owns this address. Whether anybody does, and has a role, is found
out later (`LinkRequest`)."""

SIGN_IN_LINK_FOR = text("SELECT * FROM app.sign_in_link_for(:hash)")
"""Whom a link signs in, or why it does not; nothing for an invented one."""

USE_SIGN_IN_LINK = text("SELECT app.sign_in_link_use(:hash)")
"""Use the link up; the answer is whose it is, or NULL: it does not sign in (any more)."""

LINK_FOR = text("SELECT * FROM app.password_link_for(:hash)")
"""Whose password a link sets, and whether it does without one; nothing for a used, expired or invented one."""

USE_LINK = text("SELECT app.password_link_use(:hash, :password_hash)")
"""Set the password (NULL: none is chosen, only by whom the link permits that), confirm the address, end all sessions
and links of the account. False: the link is over."""

ENTER_BRAKE = text(
    "SELECT app.brake_enter(:keys, :tolerated, :longest, :memory, :per_hour, :deciding)"
).bindparams(
    bindparam("keys", type_=ARRAY(LargeBinary)),
    bindparam("tolerated", type_=ARRAY(Integer)),
    bindparam("longest", type_=ARRAY(Integer)),
    bindparam("memory", type_=ARRAY(Integer)),
    bindparam("per_hour", type_=ARRAY(Integer)),
)
"""Count an attempt as failed before it is looked at. The answer is the wait in seconds, 0 = go ahead, -1 = that depends
on attempts that are being decided: ask again in a moment. Deciding takes `deciding` seconds at most; 0 = nothing to.
"""

FAIL_BRAKE = text("SELECT app.brake_failed(:keys)").bindparams(bindparam("keys", type_=ARRAY(LargeBinary)))
"""An attempt that was counted has failed indeed."""

RELEASE_BRAKE = text("SELECT app.brake_release(:account_key, :others, :tolerated)").bindparams(
    bindparam("others", type_=ARRAY(LargeBinary)), bindparam("tolerated", type_=ARRAY(Integer))
)
"""Take back the count of an attempt that succeeded."""

BRAKED = text("SELECT key, failures FROM app.brake_on(:keys, :tolerated)").bindparams(
    bindparam("keys", type_=ARRAY(LargeBinary))
)
"""Of these keys the ones whose sign-ins are slowed down, with the failures of late."""

OAUTH_CLIENT = text(
    f"SELECT c.*, {_TENANT} FROM app.oauth_client_for(:client_id) AS c JOIN tenant AS t ON t.id = c.tenant_id"  # noqa: S608 - constant
)
"""The machine client with this id, unless it was ended."""


def ask(question: TextClause, **values: object) -> Row[Any] | None:
    """Return the one answer, or None, as the application; a transaction of its own in one round trip."""
    return _asked(db.engine, question, values)


def ask_at_sign_in(question: TextClause, **values: object) -> Row[Any] | None:
    """Return the one answer, or None, as kimhub_signin; a transaction of its own in one round trip."""
    return _asked(sign_in_engine(db), question, values)


def _asked(engine: Engine, question: TextClause, values: dict[str, object]) -> Row[Any] | None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return connection.execute(question, values).one_or_none()
