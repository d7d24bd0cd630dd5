"""Grants over the API: list, enter, read, amend, record, note their finality."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from marshmallow import fields as plain
from sqlalchemy import RowMapping

from kimhub.core.api import Resource, picked
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.fields import CommandSchema
from kimhub.core.money import to_json
from kimhub.core.web.paging import PageRequest
from kimhub.funding.comparison import ZERO
from kimhub.funding.grant_queries import balances_of
from kimhub.funding.models import Grant, GrantKind, GrantVersion
from kimhub.funding.queries import GRANT, GRANTS, GrantFile, grant_items, list_grants
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
from tenants import Actor, Permission, db

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


grants = Resource(
    "grants",
    "Zuwendungen: mit ihren Bescheiden",
    thing=GRANT,
    shape=GrantOutSchema,
    body=_body,
    names="grant_id",
    read=Permission.FUNDING_READ,
    write=Permission.FUNDING_WRITE,
)
_NUMBER = "/versions/<int:number>"


@grants.list(
    GrantSummarySchema, "Zuwendungen auflisten", "Die zuletzt angelegte zuerst.",
    listed=GRANTS, shown=picked(GrantSummarySchema, funded=to_json),
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest) -> Sequence[RowMapping]:
    """List the tenant's grants."""
    return list_grants(db.session(), actor.tenant_id, asked)


@grants.create(
    EnterGrantSchema, "Zuwendung anlegen",
    "Die Zuwendung ist mit ihrem Bescheid ein Entwurf, bis er erfasst wird.", refused=(404,),
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> Grant:
    """Enter a grant with its first Bescheid."""
    with named_as_sent("bescheid."):
        return enter_grant(actor, EnterGrant(**{**command, "bescheid": bescheid_of(command["bescheid"])}))


grants.read("Zuwendung mit allen Fassungen lesen")


@grants.change(
    BescheidSchema, "Änderungsbescheid anlegen",
    "Die Beträge sagen, was nach der Änderung insgesamt gilt. Ein Entwurf, bis er erfasst wird.",
    method="POST", path="/versions", status=201,
)  # fmt: skip
def amend(actor: Actor, file: GrantFile, command: dict[str, Any]) -> None:
    """Begin an Änderungsbescheid."""
    with named_as_sent():
        enter_amendment(actor, file.grant.id, bescheid_of(command))


@grants.change(BescheidSchema, "Entwurf eines Bescheids ersetzen", path=_NUMBER)
def replace(actor: Actor, file: GrantFile, command: dict[str, Any], *, number: int) -> None:
    """Replace what a draft says."""
    with named_as_sent():
        change_draft(actor, _version(file, number).id, bescheid_of(command))


@grants.change(
    None, "Entwurf eines Bescheids verwerfen", "Mit dem ersten entfällt auch die Zuwendung.",
    method="DELETE", path=_NUMBER,
)  # fmt: skip
def discard(actor: Actor, file: GrantFile, *, number: int) -> None:
    """Drop a draft."""
    discard_draft(actor, _version(file, number).id)


@grants.change(
    None, "Bescheid erfassen",
    "Ab dann gelten seine Beträge. 409, wenn schon mehr weitergeleitet ist (`cells` nennt, wo) oder eine andere "
    "Zuwendung denselben Baustein an denselben Tagen finanziert.",
    method="POST", path=f"{_NUMBER}/record",
)  # fmt: skip
def record(actor: Actor, file: GrantFile, *, number: int) -> None:
    """Put a draft into force."""
    record_bescheid(actor, _version(file, number).id)


@grants.change(
    FinalitySchema, "Rechtsbehelfsverzicht oder Bestandskraft eintragen", path=f"{_NUMBER}/finality"
)
def finality(actor: Actor, file: GrantFile, command: dict[str, Any], *, number: int) -> None:
    """Note from when on nobody can object."""
    note_finality(actor, _version(file, number).id, **command)


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
