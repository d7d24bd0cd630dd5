"""Notices over the API: give them, read what was given and received. Taking note is for persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from marshmallow import fields as plain
from marshmallow import validate
from sqlalchemy import RowMapping

from kimhub.core.api import PageQuerySchema, Resource, register_api
from kimhub.core.errors import NotFoundError
from kimhub.core.fields import CommandSchema
from kimhub.core.keyset import sought
from kimhub.core.readers import Withdrawal, gemeinden_of
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from kimhub.notices.models import ADDRESSED, Notice
from kimhub.notices.queries import (
    GIVEN,
    NOTICE,
    RECEIVED,
    NoticeFile,
    State,
    find_given,
    find_received,
    passage_for,
    recipients_of_notice,
)
from kimhub.notices.schemas import NoticeSchema, WithdrawalSchema
from kimhub.notices.usecases.drafts import NoticeDetails, change_notice, create_notice, delete_notice
from kimhub.notices.usecases.send_notice import send_notice
from kimhub.notices.usecases.topics import Topics, add_topics
from kimhub.notices.usecases.withdraw_notice import withdraw_notice
from tenants import Actor, Permission, db


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, notices.blueprint)


_STATES = [state.value for state in State]


class NoticeQuerySchema(PageQuerySchema):
    """Which notices."""

    words = plain.String(validate=validate.Length(max=100), metadata={"description": "Teil des Betreffs"})


class GivenNoticeSchema(CommandSchema):
    """A line of the own notices."""

    id = plain.UUID(required=True)
    subject = plain.String(required=True)
    state = plain.String(required=True, metadata={"enum": _STATES})
    created_at = plain.AwareDateTime(required=True)
    released_at = plain.AwareDateTime(required=True, allow_none=True)
    recipients = plain.Integer(required=True, metadata={"description": "Kommunen, die sie erhalten haben"})
    bodies = plain.Integer(
        required=True, metadata={"description": "davon Kommunen, in denen jemand Kenntnis genommen hat"}
    )


class ReceivedNoticeSchema(CommandSchema):
    """A line of what was received."""

    id = plain.UUID(required=True)
    subject = plain.String(required=True)
    giver = plain.String(required=True)
    released_at = plain.AwareDateTime(required=True)
    acknowledged = plain.Integer(
        required=True, metadata={"description": "Personen der eigenen Kommune, die Kenntnis genommen haben"}
    )


class CommitteeNotedSchema(CommandSchema):
    """A committee of such a body, as far as somebody there has taken note."""

    id = plain.UUID(required=True)
    name = plain.String(required=True)
    acknowledged = plain.Integer(required=True)
    told = plain.Integer(required=True)


class NoticeRecipientSchema(CommandSchema):
    """A body that received it; persons are known to that body alone."""

    slug = plain.String(required=True)
    name = plain.String(required=True)
    received_at = plain.AwareDateTime(required=True)
    withdrawn_at = plain.AwareDateTime(required=True, allow_none=True)
    acknowledged = plain.Integer(required=True)
    told = plain.Integer(
        required=True, allow_none=True, metadata={"description": "Personen, die Kenntnis nehmen sollen"}
    )
    passage = plain.String(required=True, metadata={"description": "Was nur diese Kommune dazu liest"})
    committees = plain.List(
        plain.Nested(CommitteeNotedSchema),
        required=True,
        metadata={"description": "Dasselbe je Gremium, in dem jemand Kenntnis genommen hat"},
    )


class NoticeOutSchema(CommandSchema):
    """A notice. To whom it went is told to its giver alone; for all others these fields are empty."""

    id = plain.UUID(required=True)
    giver = plain.String(required=True)
    subject = plain.String(required=True)
    text = plain.String(required=True)
    state = plain.String(required=True, metadata={"enum": _STATES})
    created_at = plain.AwareDateTime(required=True)
    released_at = plain.AwareDateTime(required=True, allow_none=True)
    actor_label = plain.String(required=True, metadata={"description": "Rolle der Person, die versendet hat"})
    to_own = plain.Boolean(required=True)
    to_gemeinden = plain.Boolean(required=True)
    named = plain.List(
        plain.String(),
        required=True,
        metadata={"description": "Gemeinden eines Entwurfs, die einzeln genannt sind"},
    )
    committees = plain.List(
        plain.String(metadata={"enum": [kind.value for kind in ADDRESSED]}),
        required=True,
        metadata={"description": "Arten der Gremien, deren Mitglieder Kenntnis nehmen sollen; leer: alle"},
    )
    figures = plain.Boolean(required=True)
    passage = plain.String(
        required=True, metadata={"description": "Was die eigene Kommune dazu liest; für alle anderen leer"}
    )
    recipients = plain.List(plain.Nested(NoticeRecipientSchema), required=True)


class TopicsSchema(CommandSchema):
    """What a notice is about."""

    occurrences = plain.List(plain.UUID(), required=True, validate=validate.Length(min=1, max=100))


def _body(file: NoticeFile) -> dict[str, Any]:
    """Return the notice as the API shows it; raises `NotFoundError` for a draft that only its authors may see."""
    actor, notice = current_actor(), file.notice
    own = notice.tenant_id == actor.tenant_id and actor.may(Permission.NOTICE_WRITE)
    if file.state is State.DRAFT and not own:
        raise NotFoundError
    slugs = (
        {row["id"]: row["slug"] for row in gemeinden_of(db.session(), notice.tenant_id)}
        if notice.named
        else {}
    )
    shown = (
        "id", "subject", "text", "created_at", "released_at", "actor_label", "to_own", "to_gemeinden", "committees",
        "figures",
    )  # fmt: skip
    return {
        **{name: getattr(notice, name) for name in shown},
        "passage": passage_for(db.session(), actor.tenant_id, notice.id),
        "giver": file.giver.official_name,
        "state": file.state.value,
        "named": [slugs[key] for key in notice.named if key in slugs],
        "recipients": [_recipient(row) for row in recipients_of_notice(db.session(), notice)] if own else [],
    }


def _recipient(row: RowMapping) -> dict[str, Any]:
    return {
        "slug": row["slug"],
        "name": row["body"],
        "received_at": row["created_at"],
        "withdrawn_at": row["withdrawn_at"],
        "acknowledged": 0 if row["acknowledged"] is None else row["acknowledged"],
        "told": row["told"],
        "committees": row["committees"],
        "passage": row["passage"],
    }


notices = Resource(
    "notices",
    "Unterrichtungen: was Gremien mitgeteilt wird",
    thing=NOTICE,
    shape=NoticeOutSchema,
    body=_body,
    names="notice_id",
    read=Permission.NOTICE_READ,
    write=Permission.NOTICE_WRITE,
    blueprint="notices-api",
)


def _narrowed(words: str | None) -> dict[str, object]:
    return {"words": sought(words)} if words else {}


@notices.list(
    ReceivedNoticeSchema, "Erhaltene Unterrichtungen auflisten", "Die neuesten zuerst.",
    listed=RECEIVED, query=NoticeQuerySchema, path="/received",
)  # fmt: skip
def received(actor: Actor, asked: PageRequest, *, words: str | None = None) -> Sequence[RowMapping]:
    """List what the body has received."""
    return find_received(db.session(), actor, asked, _narrowed(words))


@notices.list(
    GivenNoticeSchema, "Eigene Unterrichtungen auflisten", "Die neuesten zuerst, Entwürfe eingeschlossen.",
    listed=GIVEN, query=NoticeQuerySchema, permission=Permission.NOTICE_WRITE,
)  # fmt: skip
def given(actor: Actor, asked: PageRequest, *, words: str | None = None) -> Sequence[RowMapping]:
    """List what the body gives."""
    return find_given(db.session(), actor.tenant_id, asked, _narrowed(words))


notices.read("Unterrichtung lesen")


@notices.create(
    NoticeSchema, "Unterrichtung beginnen", "Der Entwurf ist nur für die eigene Verwaltung sichtbar."
)
def create(actor: Actor, command: dict[str, Any]) -> Notice:
    """Begin a notice."""
    return create_notice(actor, NoticeDetails(**command))


@notices.change(NoticeSchema, "Entwurf ersetzen", "Nur solange die Unterrichtung nicht versendet ist.")
def replace(actor: Actor, file: NoticeFile, command: dict[str, Any]) -> None:
    """Replace a draft."""
    change_notice(actor, file.notice.id, NoticeDetails(**command))


@notices.change(
    None, "Entwurf löschen", "Nur solange die Unterrichtung nicht versendet ist.", method="DELETE"
)
def delete(actor: Actor, file: NoticeFile) -> None:
    """Delete a draft."""
    delete_notice(actor, file.notice.id)


@notices.change(
    None, "Unterrichtung versenden", "Danach ändert sie sich nicht mehr.", method="POST", path="/send"
)
def send(actor: Actor, file: NoticeFile) -> None:
    """Send a draft."""
    send_notice(actor, file.notice.id)


@notices.change(
    TopicsSchema, "Vorgänge zuordnen, über die unterrichtet wird",
    "Auch nach dem Versenden: Wer die Unterrichtung erhalten hat, gilt als darüber unterrichtet.",
    method="POST", path="/topics",
)  # fmt: skip
def topics(actor: Actor, file: NoticeFile, command: dict[str, Any]) -> None:
    """Say what a notice is about."""
    add_topics(actor, file.notice.id, Topics(command["occurrences"]))


@notices.change(
    WithdrawalSchema, "Unterrichtung zurücknehmen",
    "Von allen oder von einer Kommune (`recipient`, ihr Kürzel). Wer sie hatte, erfährt es.",
    method="POST", path="/withdraw",
)  # fmt: skip
def withdraw(actor: Actor, file: NoticeFile, command: dict[str, Any]) -> None:
    """Take a notice back."""
    withdraw_notice(actor, file.notice.id, Withdrawal(**command))
