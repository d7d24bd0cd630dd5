"""Grants over the API: list, enter, read, amend, record, note their finality."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue
from marshmallow import fields as plain

from kimhub.core.api import PREFIX, ApiBlueprint, etag, list_response, seen
from kimhub.core.attempt import attempt
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.fields import CommandSchema
from kimhub.core.idempotency import idempotent
from kimhub.core.money import to_json
from kimhub.core.routing import current_actor, requires
from kimhub.funding.api.common import (
    ETAG,
    IF_MATCH,
    KEY,
    LOCATION,
    PageQuerySchema,
    asked_page,
    following,
)
from kimhub.funding.comparison import ZERO
from kimhub.funding.grant_queries import balances_of
from kimhub.funding.models import GrantKind, GrantVersion
from kimhub.funding.queries import GRANT, LIST_KEY, GrantFile, grant_file, grant_items, list_grants
from kimhub.funding.schemas import BescheidSchema, EnterGrantSchema, FinalitySchema, bescheid_of
from kimhub.funding.terms import CellAmount
from kimhub.funding.usecases.enter_grant import (
    EnterGrant,
    change_draft,
    discard_draft,
    enter_amendment,
    enter_grant,
)
from kimhub.funding.usecases.record_bescheid import note_finality, record_bescheid
from kimhub.programme.public import Cell
from tenants import Permission, db

api = ApiBlueprint(
    "grants",
    __name__,
    url_prefix=f"{PREFIX}/grants",
    description="Zuwendungen: mit ihren Bescheiden",
)

_EURO = {"type": "string", "description": "Euro", "example": "463500.00"}


class CellSchema(CommandSchema):
    """A cell of the ledger."""

    year = plain.Integer(required=True)
    baustein = plain.Integer(required=True)
    purpose = plain.String(required=True)


class GrantItemOutSchema(CellSchema):
    """What a Bescheid grants in a cell."""

    amount = plain.String(required=True, metadata=_EURO)
    fte = plain.String(
        required=True, allow_none=True, metadata={"description": "Stellenanteile (VZÄ)", "example": "2.50"}
    )


class BalanceSchema(CellSchema):
    """What is left in a cell."""

    funded = plain.String(required=True, metadata=_EURO)
    passed_on = plain.String(required=True, metadata=_EURO)
    left = plain.String(required=True, metadata=_EURO)


class VersionOutSchema(CommandSchema):
    """A Bescheid."""

    number = plain.Integer(required=True, metadata={"description": "1 bewilligt, spätere ändern"})
    aktenzeichen = plain.String(required=True)
    issued_on = plain.Date(required=True)
    received_on = plain.Date(required=True)
    period_from = plain.Date(required=True)
    period_to = plain.Date(required=True)
    conditions = plain.String(required=True)
    reason = plain.String(required=True)
    waived_on = plain.Date(required=True, allow_none=True)
    final_on = plain.Date(required=True, allow_none=True)
    recorded_at = plain.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "null: noch ein Entwurf"}
    )
    items = plain.List(plain.Nested(GrantItemOutSchema), required=True)


class GrantSummarySchema(CommandSchema):
    """A grant in a list."""

    id = plain.UUID(required=True)
    title = plain.String(required=True)
    kind = plain.String(required=True, metadata={"enum": [kind.value for kind in GrantKind]})
    granted_by = plain.String(required=True)
    period_from = plain.Date(required=True, allow_none=True)
    period_to = plain.Date(required=True, allow_none=True)
    current_version = plain.Integer(required=True, metadata={"description": "0: noch nichts erfasst"})
    funded = plain.String(required=True, metadata=_EURO)


class GrantOutSchema(GrantSummarySchema):
    """A grant with its Bescheide, the newest first, and what is left."""

    plan_id = plain.UUID(required=True, allow_none=True)
    application_id = plain.UUID(required=True, allow_none=True)
    versions = plain.List(plain.Nested(VersionOutSchema), required=True)
    cells = plain.List(plain.Nested(BalanceSchema), required=True)


class GrantPageSchema(CommandSchema):
    """A page of grants."""

    grants = plain.List(plain.Nested(GrantSummarySchema), required=True)
    next_cursor = plain.String(required=True, allow_none=True)


@api.route("")
@api.arguments(PageQuerySchema, location="query")
@api.response(200, GrantPageSchema)
@api.doc(summary="Zuwendungen auflisten", description="Die zuletzt angelegte zuerst.")
@requires(Permission.FUNDING_READ)
def list_(query: dict[str, Any]) -> Response:
    """List the tenant's grants."""
    asked = asked_page(query, LIST_KEY)
    rows = list_grants(db.session(), current_actor().tenant_id, asked)
    shown = [
        {
            **{name: row[name] for name in GrantSummarySchema().fields if name != "funded"},
            "funded": to_json(row["funded"]),
        }
        for row in rows[: asked.limit]
    ]
    return list_response("grants", shown, following(rows, asked, "created_at", "id"))


@api.route("", methods=["POST"])
@idempotent
@api.arguments(EnterGrantSchema)
@api.response(201, GrantOutSchema, headers={**ETAG, **LOCATION})
@api.alt_response(404, "NOT_FOUND")
@api.doc(
    summary="Zuwendung anlegen",
    description="Die Zuwendung ist mit ihrem Bescheid ein Entwurf, bis er erfasst wird.",
    parameters=[KEY],
)
@requires(Permission.FUNDING_WRITE)
def create(command: dict[str, Any]) -> ResponseReturnValue:
    """Enter a grant with its first Bescheid."""
    whole = EnterGrant(**{**command, "bescheid": bescheid_of(command["bescheid"])})
    with named_as_sent("bescheid."), attempt(db.session()):
        grant = enter_grant(current_actor(), whole)
    body, _, headers = _answer(grant.id)
    return body, 201, {**headers, "Location": url_for(".read", grant_id=grant.id)}


@api.route("/<uuid:grant_id>")
@api.response(200, GrantOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.doc(summary="Zuwendung mit allen Fassungen lesen")
@requires(Permission.FUNDING_READ)
def read(grant_id: UUID) -> ResponseReturnValue:
    """Read a grant."""
    return _answer(grant_id)


@api.route("/<uuid:grant_id>/versions", methods=["POST"])
@idempotent
@api.arguments(BescheidSchema)
@api.response(201, GrantOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.alt_response(412, "PRECONDITION_FAILED")
@api.alt_response(428, "PRECONDITION_REQUIRED")
@api.doc(
    summary="Änderungsbescheid anlegen",
    description="Die Beträge sagen, was nach der Änderung insgesamt gilt. Ein Entwurf, bis er erfasst wird.",
    parameters=[IF_MATCH, KEY],
)
@requires(Permission.FUNDING_WRITE)
def amend(command: dict[str, Any], grant_id: UUID) -> ResponseReturnValue:
    """Begin an Änderungsbescheid."""
    seen(GRANT, grant_id)
    with named_as_sent(), attempt(db.session()):
        enter_amendment(current_actor(), grant_id, bescheid_of(command))
    body, _, headers = _answer(grant_id)
    return body, 201, headers


@api.route("/<uuid:grant_id>/versions/<int:number>", methods=["PUT"])
@api.arguments(BescheidSchema)
@api.response(200, GrantOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.alt_response(412, "PRECONDITION_FAILED")
@api.alt_response(428, "PRECONDITION_REQUIRED")
@api.doc(summary="Entwurf eines Bescheids ersetzen", parameters=[IF_MATCH])
@requires(Permission.FUNDING_WRITE)
def replace(command: dict[str, Any], grant_id: UUID, number: int) -> ResponseReturnValue:
    """Replace what a draft says."""
    version = _version(seen(GRANT, grant_id), number)
    with named_as_sent(), attempt(db.session()):
        change_draft(current_actor(), version.id, bescheid_of(command))
    return _answer(grant_id)


@api.route("/<uuid:grant_id>/versions/<int:number>", methods=["DELETE"])
@api.response(204)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.doc(
    summary="Entwurf eines Bescheids verwerfen", description="Mit dem ersten entfällt auch die Zuwendung."
)
@requires(Permission.FUNDING_WRITE)
def discard(grant_id: UUID, number: int) -> None:
    """Drop a draft."""
    version = _version(grant_file(db.session(), grant_id), number)
    with attempt(db.session()):
        discard_draft(current_actor(), version.id)


@api.route("/<uuid:grant_id>/versions/<int:number>/record", methods=["POST"])
@idempotent
@api.response(200, GrantOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.alt_response(412, "PRECONDITION_FAILED")
@api.alt_response(428, "PRECONDITION_REQUIRED")
@api.doc(
    summary="Bescheid erfassen",
    description="Ab dann gelten seine Beträge. 409, wenn schon mehr weitergeleitet ist (`cells` nennt, wo) oder eine "
    "andere Zuwendung denselben Baustein an denselben Tagen finanziert.",
    parameters=[IF_MATCH, KEY],
)
@requires(Permission.FUNDING_WRITE)
def record(grant_id: UUID, number: int) -> ResponseReturnValue:
    """Put a draft into force."""
    version = _version(seen(GRANT, grant_id), number)
    with attempt(db.session()):
        record_bescheid(current_actor(), version.id)
    return _answer(grant_id)


@api.route("/<uuid:grant_id>/versions/<int:number>/finality", methods=["PUT"])
@api.arguments(FinalitySchema)
@api.response(200, GrantOutSchema, headers=ETAG)
@api.alt_response(404, "NOT_FOUND")
@api.alt_response(409, "CONFLICT")
@api.alt_response(412, "PRECONDITION_FAILED")
@api.alt_response(428, "PRECONDITION_REQUIRED")
@api.doc(summary="Rechtsbehelfsverzicht oder Bestandskraft eintragen", parameters=[IF_MATCH])
@requires(Permission.FUNDING_WRITE)
def finality(command: dict[str, Any], grant_id: UUID, number: int) -> ResponseReturnValue:
    """Note from when on nobody can object."""
    version = _version(seen(GRANT, grant_id), number)
    with attempt(db.session()):
        note_finality(current_actor(), version.id, **command)
    return _answer(grant_id)


@contextmanager
def named_as_sent(prefix: str = "") -> Iterator[None]:
    """Name what a use case refuses of a Bescheid as the request names it: ``items.0`` was sent as ``items[0]``."""
    try:
        yield
    except InvalidInputError as refused:
        fields = {
            (prefix if path.split(".")[0] in BescheidSchema().fields else "")
            + re.sub(r"^items\.([0-9]+)", r"items[\1]", path): messages
            for path, messages in refused.fields.items()
        }
        raise type(refused)(refused.detail, fields=fields) from refused


def _version(file: GrantFile, number: int) -> GrantVersion:
    for version in file.versions:
        if version.number == number:
            return version
    raise NotFoundError


def _answer(grant_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    session = db.session()
    session.expire_all()
    file = grant_file(session, grant_id)
    return _body(file), 200, etag(GRANT, file)


def _body(file: GrantFile) -> dict[str, Any]:
    session, grant = db.session(), file.grant
    items = grant_items(session, file.versions)
    balances = balances_of(session, grant.tenant_id, grant.id)
    named = ("id", "title", "kind", "granted_by", "period_from", "period_to", "current_version")
    return {
        **{name: getattr(grant, name) for name in (*named, "plan_id", "application_id")},
        "funded": to_json(sum((line.funded for line in balances), ZERO)),
        "versions": [_version_body(version, items[version.id]) for version in file.versions],
        "cells": [
            {
                **_cell(line.cell),
                "funded": to_json(line.funded),
                "passed_on": to_json(line.passed_on),
                "left": to_json(line.left),
            }
            for line in balances
        ],
    }


def _version_body(version: GrantVersion, items: Sequence[CellAmount]) -> dict[str, Any]:
    names = [name for name in VersionOutSchema().fields if name != "items"]
    return {
        **{name: getattr(version, name) for name in names},
        "items": [
            {
                **_cell(item.cell),
                "amount": to_json(item.amount),
                "fte": None if item.fte is None else f"{item.fte:f}",
            }
            for item in items
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"year": cell.year, "baustein": int(cell.baustein), "purpose": cell.purpose.value}
