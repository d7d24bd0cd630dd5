"""Which role may call which function of the database: said here, granted by migrations, compared by the lint.

A function of the gate role answers whoever may call it with the gate's rights, so this list is as much a part of the
isolation as the policies. What a feature adds, it declares beside its models with `may_call`. The owner of a function
needs no line; a function without a line is called by nobody but its owner (triggers, and parts of other functions).
"""

from __future__ import annotations

from tenants.isolation import APP_ROLE, GATE_ROLE, OWNER_ROLE, RELAY_ROLE

SERVER_FUNCTIONS = (
    "^(lo_|loread$|lowrite$|pg_advisory_|pg_try_advisory_|pg_cancel_backend$|pg_terminate_backend$"
    "|pg_logical_emit_message$)"
)
"""PostgreSQL's own functions that everybody may call after installation and nobody needs here.

Large objects know no rows and no policies; advisory locks and signals reach other sessions of the same role; messages
fill the log of changes.
"""
SERVER_CALLS = {
    "pg_advisory_lock(bigint)": OWNER_ROLE,
    "pg_advisory_xact_lock(bigint)": GATE_ROLE,
    "pg_try_advisory_xact_lock(bigint)": GATE_ROLE,
}
"""What is needed of them: one migration at a time, one seal at a time, and what ``app.hold`` holds by its name."""

_CALLS: dict[tuple[str, str], str] = {}


def may_call(role: str, reason: str, *functions: str) -> None:
    """Declare that `role` calls these functions, each written as PostgreSQL does: ``app.name(type, type)``.

    Raises ValueError when the same is declared twice.
    """
    for function in functions:
        if (function, role) in _CALLS:
            raise ValueError(f"{function} was declared for {role} already")
        _CALLS[function, role] = reason


def calls() -> dict[tuple[str, str], str]:
    """Return every declared pair of function and role with its reason."""
    return dict(_CALLS)


may_call(APP_ROLE, "every policy asks who acts", "app.tenant()")
may_call(
    APP_ROLE,
    "one change of a thing at a time: a row by its random id, or something of the acting tenant",
    "app.hold(text, uuid)",
)
may_call(APP_ROLE, "/readyz asks whether this process is believed", "app.binding_key_known(text)")
may_call(APP_ROLE, "the chain of the acting tenant is proven from its head", "app.audit_head()")
may_call(
    OWNER_ROLE, "tables get their triggers from migrations", "app.audit_row()", "app.audit_head_follows()"
)
may_call(RELAY_ROLE, "seals the chains every hour", "app.audit_seal()")
may_call(OWNER_ROLE, "kimhub audit seal", "app.audit_seal()")
may_call(
    OWNER_ROLE,
    "kimhub db migrate and kimhub db binding-key",
    "app.binding_key_use(text, bytea, bytea, interval)",
)
