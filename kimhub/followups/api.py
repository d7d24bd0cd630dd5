"""Follow-ups over the API: what a programme that keeps Wiedervorlagen elsewhere writes to Heute.

A machine is no person: it reads and writes those of roles, and none that is somebody's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from marshmallow import fields as plain
from sqlalchemy import RowMapping

from kimhub.core.api import PageQuerySchema, Resource, register_api
from kimhub.core.errors import NotFoundError
from kimhub.core.fields import CommandSchema
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from kimhub.followups.models import FOLLOW_UP_ROLES, FollowUp, FollowUpKind
from kimhub.followups.queries import FOLLOW_UP, FOLLOW_UPS, FollowUpFile, find_follow_ups, is_for
from kimhub.followups.schemas import FollowUpSchema, NewFollowUpInSchema
from kimhub.followups.usecases.follow_ups import (
    FollowUpDetails,
    NewFollowUp,
    change_follow_up,
    end_follow_up,
    take_up_follow_up,
    write_follow_up,
)
from tenants import Actor, Permission, Role, db


class FollowUpQuerySchema(PageQuerySchema):
    """Which follow-ups."""

    ended = plain.Boolean(metadata={"description": "auch erledigte"})


class FollowUpRowSchema(CommandSchema):
    """A line of the follow-ups."""

    id = plain.UUID(required=True)
    kind = plain.String(required=True, metadata={"enum": [kind.value for kind in FollowUpKind]})
    title = plain.String(required=True)
    about = plain.String(required=True, metadata={"description": "Leer, wo nichts genannt ist"})
    due_on = plain.Date(required=True)
    role = plain.String(
        required=True,
        allow_none=True,
        metadata={
            "enum": [*(role.value for role in FOLLOW_UP_ROLES), None],
            "description": "Für alle mit dieser Rolle; null, wo sie einer Person allein gehört",
        },
    )
    actor_label = plain.String(required=True, metadata={"description": "Rolle der Person, die sie eintrug"})
    created_at = plain.AwareDateTime(required=True)
    ended_at = plain.AwareDateTime(required=True, allow_none=True)
    ended_by = plain.String(required=True, metadata={"description": "Rolle der Person, die sie erledigte"})


class FormerDaySchema(CommandSchema):
    """A day that it had."""

    due_on = plain.Date(required=True)
    moved_at = plain.AwareDateTime(required=True, attribute="created_at")
    actor_label = plain.String(required=True)


class FollowUpOutSchema(FollowUpRowSchema):
    """A follow-up with the days that it had."""

    former_days = plain.List(plain.Nested(FormerDaySchema), required=True)


def _body(file: FollowUpFile) -> dict[str, Any]:
    """Return it as the API shows it; raises `NotFoundError` for a person's own that is not the reader's."""
    if not is_for(current_actor(), file.follow_up):
        raise NotFoundError
    shown = (
        "id", "kind", "title", "about", "due_on", "role", "actor_label", "created_at", "ended_at", "ended_by",
    )  # fmt: skip
    return {**{name: getattr(file.follow_up, name) for name in shown}, "former_days": file.days}


follow_ups = Resource(
    "follow-ups",
    "Zusagen und Wiedervorlagen: was bis zu einem Tag auf „Heute“ steht, weil sonst nichts davon weiß",
    thing=FOLLOW_UP,
    shape=FollowUpOutSchema,
    names="follow_up_id",
    read=Permission.FOLLOW_UP_WRITE,
    write=Permission.FOLLOW_UP_WRITE,
    body=_body,
)


@follow_ups.list(
    FollowUpRowSchema, "Zusagen und Wiedervorlagen auflisten", "Nach Tag, ohne erledigte.",
    listed=FOLLOW_UPS, query=FollowUpQuerySchema,
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest, *, ended: bool = False) -> Sequence[RowMapping]:
    """List those of one's roles and one's own."""
    return find_follow_ups(db.session(), actor, asked, {} if ended else {"open": True})


follow_ups.read("Zusage oder Wiedervorlage lesen")


@follow_ups.create(
    NewFollowUpInSchema,
    "Zusage oder Wiedervorlage eintragen",
    "Sie steht bei allen auf „Heute“, die die Rolle haben.",
)
def create(actor: Actor, command: dict[str, Any]) -> FollowUp:
    """Write one for a role."""
    return write_follow_up(actor, NewFollowUp(**{**command, "role": Role(command["role"])}))


@follow_ups.change(
    FollowUpSchema, "Zusage oder Wiedervorlage ersetzen", "Ein Tag, den sie nicht mehr hat, bleibt lesbar."
)
def replace(actor: Actor, file: FollowUpFile, command: dict[str, Any]) -> None:
    """Change it or put it to another day."""
    change_follow_up(actor, file.follow_up.id, FollowUpDetails(**command))


@follow_ups.change(None, "Zusage oder Wiedervorlage erledigen", method="POST", path="/end")
def end(actor: Actor, file: FollowUpFile) -> None:
    """Say that it is done."""
    end_follow_up(actor, file.follow_up.id)


@follow_ups.change(
    None,
    "Zusage oder Wiedervorlage wieder aufnehmen",
    "Sie steht wieder auf „Heute“.",
    method="POST",
    path="/take-up",
)
def take_up(actor: Actor, file: FollowUpFile) -> None:
    """Let it stand on Heute again."""
    take_up_follow_up(actor, file.follow_up.id)


def init_app(app: Flask) -> None:
    """Add the operations to the API."""
    register_api(app, follow_ups.blueprint)
