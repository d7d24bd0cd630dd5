"""What a tenant has received, for its machines: list, read, take over.

A machine is no person: it has no lines of its own and changes none. It sees the events that tell of what its scopes
allow, and takes each over once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask
from sqlalchemy import RowMapping

from kimhub.core.api import Resource, register_api
from kimhub.core.errors import NotFoundError
from kimhub.core.events.kinds import kinds
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from kimhub.inbox.models import Receipt
from kimhub.inbox.queries import RECEIPT, RECEIVED, find_received, get_received, known_to
from kimhub.inbox.schemas import ReceivedOutSchema, ReceivedQuerySchema
from kimhub.inbox.usecases.read_lines import take_over_event
from tenants import Actor, Permission, db


def _shown(row: RowMapping) -> Mapping[str, Any]:
    kind = kinds().get(row["kind"])
    return {**row, "text": kind.sentence(row["author"]) if kind else row["about"]}


def _body(receipt: Receipt) -> Mapping[str, Any]:
    """Return the event of a receipt; one that the machine's scopes do not cover does not exist for it."""
    row = get_received(db.session(), receipt.tenant_id, receipt.id)
    if row["kind"] not in known_to(current_actor()):
        raise NotFoundError
    return _shown(row)


inbox = Resource(
    "inbox",
    "Posteingang: was andere Stellen und Ihre Aufträge der Kommune mitteilen",
    thing=RECEIPT,
    shape=ReceivedOutSchema,
    names="event_id",
    read=Permission.INBOX_READ,
    write=Permission.INBOX_READ,
    body=_body,
    blueprint="inbox-api",
)


@inbox.list(
    ReceivedOutSchema, "Posteingang auflisten", "Das Neueste zuerst, ohne das, was übernommen ist. Enthalten sind "
    "Nachrichten zu dem, was der Zugang darf. Was Personen gelesen haben, steht hier nicht.",
    listed=RECEIVED, query=ReceivedQuerySchema, shown=_shown,
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest, *, taken: bool = False) -> Sequence[RowMapping]:
    """List what was received."""
    return find_received(db.session(), actor, asked, also_taken=taken)


inbox.read("Nachricht lesen")


@inbox.change(
    None, "Nachricht übernehmen", "Sie steht danach nicht mehr in der Liste. Im Posteingang der Personen bleibt sie.",
    method="POST", path="/take-over",
)  # fmt: skip
def take_over(actor: Actor, receipt: Receipt) -> None:
    """Note that a machine has taken it over."""
    _body(receipt)
    take_over_event(actor, receipt.id)


def init_app(app: Flask) -> None:
    """Add the operations to the API."""
    register_api(app, inbox.blueprint)
