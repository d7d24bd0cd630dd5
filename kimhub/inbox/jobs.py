"""How a tenant receives its events when the relay rings (`kimhub.core.events.ringing`), and writes gathered mails."""

from __future__ import annotations

from typing import Any

from kimhub.core.events.ringing import RECEIVE
from kimhub.core.jobs.handler import JobContext
from kimhub.core.jobs.models import Lane
from kimhub.core.jobs.outbox import after_commit
from kimhub.core.jobs.registry import job
from kimhub.inbox.usecases.gather_mails import gather_mails
from kimhub.inbox.usecases.receive_events import GATHER, receive_events
from tenants import Actor


@job(RECEIVE, lane=Lane.SHORT)
def receive(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:  # noqa: ARG001 - a handler's signature
    """Receive what has come in; a further job goes on where there is more than one transaction should hold."""
    with context.completing() as session:
        if receive_events(actor):
            after_commit(session, actor, RECEIVE, {})


@job(GATHER, lane=Lane.SHORT)
def gather(actor: Actor, payload: dict[str, Any], context: JobContext) -> None:  # noqa: ARG001 - a handler's signature
    """Write the mails that are due; a further job goes on where there are more than one transaction should hold."""
    with context.completing() as session:
        if gather_mails(actor):
            after_commit(session, actor, GATHER, {})
