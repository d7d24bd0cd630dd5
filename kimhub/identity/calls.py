"""Who may call the functions about accounts, credentials and sessions.

The application's role keeps what a request of somebody who is signed in needs. Whatever reads a password hash, begins a
session or sets a password is called by kimhub_signin alone, on the pages of sign-in and of the own account.
"""

from __future__ import annotations

from tenants.calls import may_call
from tenants.isolation import APP_ROLE, OWNER_ROLE, RELAY_ROLE, SIGN_IN_ROLE

may_call(
    APP_ROLE,
    "each request: who is signed in with this session id (256 random bits)",
    "app.session_open(bytea)",
)
may_call(APP_ROLE, "each request of a machine: is its client still registered", "app.oauth_client_for(uuid)")
may_call(APP_ROLE, "an administration sees whose sign-in is slowed down", "app.brake_on(bytea[], integer)")
may_call(
    APP_ROLE,
    "an administration gives a role, inside its own tenant",
    "app.account_for_member(uuid, text, text, text, integer)",
    "app.password_link_issue(bytea, uuid, integer)",
)
may_call(
    APP_ROLE,
    "a tenant tells nobody who cannot sign in, and counts nobody who cannot act",
    "app.members_disabled()",
)
may_call(
    SIGN_IN_ROLE,
    "sign in",
    "app.brake_enter(bytea[], integer[], integer[], integer[], integer[], integer)",
    "app.brake_failed(bytea[])",
    "app.brake_release(bytea, bytea[], integer[])",
    "app.credential_for(text)",
    "app.session_start(bytea, uuid, uuid, text, boolean)",
    "app.sign_in_link_for(bytea)",
    "app.sign_in_link_use(bytea)",
)
may_call(
    SIGN_IN_ROLE,
    "sign out, go on for another tenant, look after the own sessions",
    "app.session_end(bytea)",
    "app.session_replace(bytea, bytea, uuid, integer)",
    "app.session_end_own(bytea, uuid)",
    "app.sessions_of(bytea)",
    "app.tenants_of_session(bytea)",
    "app.invitations_of_session(bytea)",
    "app.invitation_answer(bytea, integer, boolean)",
)
may_call(
    SIGN_IN_ROLE,
    "ask for a link, whoever has the address",
    "app.link_ask(bytea, text, text, text, text, text, text, text, integer)",
)
may_call(
    SIGN_IN_ROLE,
    "choose another password, proven by the old one or by a link",
    "app.credential_of_session(bytea)",
    "app.credential_replace(uuid, text, text, boolean)",
    "app.password_link_for(bytea)",
    "app.password_link_use(bytea, text)",
)
may_call(
    RELAY_ROLE,
    "has links sent to those who asked for one and have an account; learns of none",
    "app.links_send()",
)
may_call(
    OWNER_ROLE,
    "kimhub accounts",
    "app.account_provide(uuid, text, text, text, integer)",
    "app.account_reset(text, text, integer)",
    "app.account_disable(text, boolean)",
    "app.membership_accept(uuid, integer)",
)
