"""What the request tells the other side: every step of it."""

from __future__ import annotations

from kimhub.core.events.steps import declare_steps
from kimhub.positions.workflow import WORKFLOW
from tenants import Permission
from tenants.proceedings import Side

declare_steps(
    WORKFLOW,
    page="positions.show",
    names="request_id",
    told={Side.INITIATOR: Permission.REQUEST_WRITE, Side.COUNTERPART: Permission.REQUEST_DECIDE},
    urgent=("ask",),
    revoking=("withdraw",),
)
