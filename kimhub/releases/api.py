"""Releases over the API: give them, take them back, read what was given and received."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from flask import Flask
from marshmallow import fields as plain
from marshmallow import validate
from sqlalchemy import RowMapping

from kimhub.core.api import PageQuerySchema, Resource, picked, register_api
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.keyset import sought
from kimhub.core.readers import Withdrawal
from kimhub.core.routing import current_actor
from kimhub.core.web.paging import PageRequest
from kimhub.releases.models import OF_GROUP, PartKind, Release
from kimhub.releases.queries import (
    GIVEN,
    RECEIVED,
    RELEASE,
    ReleaseFile,
    State,
    find_given,
    find_received,
    own_part,
    portions_of,
    recipients_of_release,
)
from kimhub.releases.schemas import (
    ReleasedInvolvementSchema,
    ReleasedMeasureSchema,
    ReleasedMemberSchema,
    ReleasedParticipantSchema,
    ReleasedPlanSchema,
    ReleaseSchema,
    ReleaseWithdrawalSchema,
)
from kimhub.releases.usecases.give_release import (
    PartsDetails,
    Readers,
    release_of_group,
    release_parts,
    release_plan,
)
from kimhub.releases.usecases.withdraw_release import withdraw_release
from kimhub.releases.wording import quotation, source_of
from tenants import Actor, Permission, db


def init_app(app: Flask) -> None:
    """Add the routes to the API."""
    register_api(app, releases.blueprint)


_STATES = [state.value for state in State]
_KINDS = [kind.value for kind in PartKind]


class ReleaseQuerySchema(PageQuerySchema):
    """Which releases."""

    words = plain.String(validate=validate.Length(max=100), metadata={"description": "Teil des Titels"})
    kind = plain.String(validate=validate.OneOf(_KINDS), metadata={"description": "welcher Teil"})


class ReleaseRowSchema(CommandSchema):
    """A line of a list of releases."""

    id = plain.UUID(required=True)
    kind = plain.String(required=True, metadata={"enum": _KINDS})
    source = plain.String(required=True, metadata={"description": "woraus, mit Stand"})
    as_of = plain.Date(required=True, metadata={"description": "der Tag, dessen Stand es ist"})
    released_at = plain.AwareDateTime(required=True)
    state = plain.String(required=True, metadata={"enum": _STATES})


class GivenReleaseSchema(ReleaseRowSchema):
    """A line of what the own Kreis released."""

    to_gemeinden = plain.Boolean(required=True)
    recipients = plain.Integer(required=True, metadata={"description": "Gemeinden, die es erhalten haben"})
    reading = plain.Integer(required=True, metadata={"description": "davon Gemeinden, die es lesen"})


class ReceivedReleaseSchema(ReleaseRowSchema):
    """A line of what the own Gemeinde reads."""

    giver = plain.String(required=True)


class ReleaseRecipientSchema(CommandSchema):
    """A Gemeinde that reads it, or could until it was taken back."""

    slug = plain.String(required=True)
    name = plain.String(required=True)
    received_at = plain.AwareDateTime(required=True)
    withdrawn_at = plain.AwareDateTime(required=True, allow_none=True)
    superseded = plain.Boolean(required=True, metadata={"description": "liest einen neueren Stand"})


class ReleasePortionSchema(ReleasedInvolvementSchema):
    """What concerns one Gemeinde alone."""

    ags = plain.String(required=True)


class ReleaseOutSchema(CommandSchema):
    """A release.

    `to_gemeinden`, `recipients` and `portions` are told to its Kreis, `involvement` and `quotation` to who reads it.
    """

    id = plain.UUID(required=True)
    giver = plain.String(required=True)
    kind = plain.String(required=True, metadata={"enum": _KINDS})
    state = plain.String(required=True, metadata={"enum": _STATES})
    source = plain.String(required=True)
    as_of = plain.Date(required=True)
    released_at = plain.AwareDateTime(required=True)
    actor_label = plain.String(
        required=True, metadata={"description": "Rolle der Person, die freigegeben hat"}
    )
    to_gemeinden = plain.Boolean(required=True, allow_none=True)
    participants = plain.List(plain.Nested(ReleasedParticipantSchema), required=True)
    involvement = plain.Nested(ReleasedInvolvementSchema, required=True, allow_none=True)
    plan = plain.Nested(ReleasedPlanSchema, required=True, allow_none=True)
    members = plain.List(plain.Nested(ReleasedMemberSchema), required=True)
    measures = plain.List(plain.Nested(ReleasedMeasureSchema), required=True)
    quotation = plain.String(required=True, metadata={"description": "so zitiert es die Gemeinde"})
    recipients = plain.List(plain.Nested(ReleaseRecipientSchema), required=True)
    portions = plain.List(plain.Nested(ReleasePortionSchema), required=True)


def _body(file: ReleaseFile) -> dict[str, Any]:
    """Return the release as the API shows it to whom it may."""
    actor, session, release = current_actor(), db.session(), file.release
    own = release.tenant_id == actor.tenant_id
    part = {} if own else own_part(session, actor.tenant_id, release.id)
    content = {**release.content, **part}
    shown = ("id", "kind", "as_of", "released_at", "actor_label")
    return {
        **{name: getattr(release, name) for name in shown},
        "giver": file.giver.official_name,
        "state": file.state.value,
        "source": source_of(release),
        "to_gemeinden": release.to_gemeinden if own else None,
        "participants": content.get("participants", []),
        "involvement": dict(part) or None,
        "members": content.get("members", []),
        "measures": content.get("measures", []),
        "plan": content if file.kind is PartKind.PLAN else None,
        "quotation": ""
        if own
        else quotation(release, content, file.giver.official_name, release.released_at),
        "recipients": [_recipient(row) for row in recipients_of_release(session, release)] if own else [],
        "portions": [
            {"ags": row["ags"], **row["content"]}
            for row in (portions_of(session, release.tenant_id, release.id) if own else ())
        ],
    }


def _recipient(row: RowMapping) -> dict[str, Any]:
    return {
        "slug": row["slug"],
        "name": row["body"],
        "received_at": row["created_at"],
        "withdrawn_at": row["withdrawn_at"],
        "superseded": row["superseded"],
    }


releases = Resource(
    "releases",
    "Freigaben: was ein Kreis seinen Gemeinden zu lesen gibt",
    thing=RELEASE,
    shape=ReleaseOutSchema,
    body=_body,
    names="release_id",
    read=Permission.RELEASE_READ,
    write=Permission.RELEASE_WRITE,
    blueprint="releases-api",
)


def _narrowed(words: str | None, kind: str | None) -> dict[str, object]:
    return {**({"words": sought(words)} if words else {}), **({"kind": kind} if kind else {})}


def _with_source(schema: type[ReleaseRowSchema]) -> Any:
    """Return how a row is written: with the words of its source."""
    pick = picked(schema, source=str)

    def shown(row: RowMapping) -> Any:
        return pick({**row, "source": source_of(SimpleNamespace(**row))})

    return shown


@releases.list(
    ReceivedReleaseSchema, "Vom Kreis Freigegebenes auflisten", "Das Neueste zuerst.",
    listed=RECEIVED, query=ReleaseQuerySchema, path="/received", shown=_with_source(ReceivedReleaseSchema),
)  # fmt: skip
def received(
    actor: Actor, asked: PageRequest, *, words: str | None = None, kind: str | None = None
) -> Sequence[RowMapping]:
    """List what the Gemeinde reads."""
    return find_received(db.session(), actor.tenant_id, asked, _narrowed(words, kind))


@releases.list(
    GivenReleaseSchema, "Eigene Freigaben auflisten", "Die neuesten zuerst.",
    listed=GIVEN, query=ReleaseQuerySchema, shown=_with_source(GivenReleaseSchema),
)  # fmt: skip
def given(
    actor: Actor, asked: PageRequest, *, words: str | None = None, kind: str | None = None
) -> Sequence[RowMapping]:
    """List what the Kreis released."""
    return find_given(db.session(), actor.tenant_id, asked, _narrowed(words, kind))


releases.read("Freigabe lesen")


@releases.create(
    ReleaseSchema, "Teil freigeben",
    "Festgehalten wird die Fassung, die `version` nennt; ist sie überholt, geschieht nichts.",
    refused=(404, 409, 412),
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> Release:
    """Release one part."""
    readers = Readers(to_gemeinden=command["to_gemeinden"], named=command["named"])
    version = command["version"]
    part, source_id = command["part"], command["source_id"]
    if part in OF_GROUP:
        return release_of_group(actor, source_id, PartsDetails(parts=[part], readers=readers))[0]
    if version is None:
        message = "Nennen Sie die Fassung, die Sie gelesen haben."
        raise InvalidInputError(message, fields={"version": [message]})
    if part is PartKind.PLAN:
        return release_plan(actor, source_id, readers, expected_version=version)
    details = PartsDetails(parts=[part], readers=readers)
    return release_parts(actor, source_id, details, expected_version=version)[0]


@releases.change(
    ReleaseWithdrawalSchema, "Freigabe zurücknehmen",
    "Von allen oder von einer Gemeinde (`recipient`, ihr Kürzel). Wer sie lesen konnte, erfährt es.",
    method="POST", path="/withdraw",
)  # fmt: skip
def withdraw(actor: Actor, file: ReleaseFile, command: dict[str, Any]) -> None:
    """Take a release back."""
    withdraw_release(actor, file.release.id, Withdrawal(**command))
