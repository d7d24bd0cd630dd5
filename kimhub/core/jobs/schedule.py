"""The one list of periodic work. Safe to start twice: whoever moves a task's tick on begins it, nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from kimhub.core.events.ringing import RING
from kimhub.core.mail.holding import KNOW
from kimhub.core.mail.models import MAY_GO
from tenants import TenantKind


@dataclass(frozen=True, slots=True)
class PerTenant:
    """A job of `task`'s kind for every tenant, done by workers in the platform's name with an empty payload.

    A tenant whose last one is still open gets no second.
    """

    task: str
    every: timedelta
    kinds: tuple[str, ...] = ()
    """Only tenants of these kinds (`tenants.TenantKind`); without any, all."""


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """One statement that the relay runs itself, as its own role: short, and about no tenant's content."""

    task: str
    every: timedelta
    statement: str


@dataclass(frozen=True, slots=True)
class Errand:
    """One statement that the relay runs at each look at this list, about once a second, and that answers a number.

    For what came in and should not wait. Mostly there is nothing to do, so no tick is kept; the statement itself sees
    to it that two relays at the same moment do each thing once.
    """

    task: str
    statement: str


Periodic = PerTenant | Housekeeping | Errand

SCHEDULE: tuple[Periodic, ...] = (
    # The pages that send links only take the wish down, so that their time tells nothing about an account.
    Errand("identity.links", statement="SELECT app.links_send()"),
    # Only for tenants that have something to receive: there may be thousands that have not.
    Errand("inbox.ring", statement=RING),
    # Mails leave only from the database that the relay has known from the first.
    Errand("mail.place", statement=KNOW),
    # A Gemeinde that has joined receives what its Kreis has addressed or released to all; mostly there is nothing.
    PerTenant("notices.join", every=timedelta(hours=24), kinds=(TenantKind.KREIS,)),
    PerTenant("releases.join", every=timedelta(hours=24), kinds=(TenantKind.KREIS,)),
    PerTenant("occurrences.give_lines", every=timedelta(hours=24), kinds=(TenantKind.KREIS,)),
    # What is not sealed yet could still be rewritten unnoticed by whoever owns the server.
    Housekeeping("audit.seal", every=timedelta(hours=1), statement="SELECT app.audit_seal()"),
    Housekeeping(
        "jobs.clear",
        every=timedelta(hours=1),
        statement="DELETE FROM job WHERE state IN ('done', 'dropped') AND finished_at < now() - interval '30 days'",
    ),
    Housekeeping(
        "mail.clear",
        every=timedelta(hours=1),
        statement=f"DELETE FROM mail WHERE created_at < now() - interval '7 days' AND ({MAY_GO})",  # noqa: S608 - a constant
    ),
)
"""Ticks are counted from midnight UTC; what was missed while nothing ran is made up for once, not many times."""
