"""Deputies over the API: who keeps absences elsewhere enters here who is told meanwhile.

People are named by the mail address by which the tenant knows them. A machine is no person: it has no deputy and is
none, so it names both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from marshmallow import fields as plain
from sqlalchemy import RowMapping

from kimhub.core.api import PageQuerySchema, Resource, register_api
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema
from kimhub.core.web.paging import PageRequest
from kimhub.deputies.models import Deputation
from kimhub.deputies.queries import DEPUTATION, DEPUTATIONS, colleagues, get_deputation_row
from kimhub.deputies.schemas import DeputyByAddressSchema
from kimhub.deputies.usecases.deputies import NameDeputy, end_deputation, name_deputy
from kimhub.identity.public import normalised
from tenants import Actor, Permission, db

_ADDRESSES = {"account_id": "account_email", "deputy_id": "deputy_email"}
"""Which field says who a person is: pages offer people, programs know addresses."""
_NOBODY = "Niemand mit dieser Adresse hat in der Kommune eine Rolle, die angenommen ist."


class DeputationQuerySchema(PageQuerySchema):
    """Which deputations."""

    over = plain.Boolean(metadata={"description": "auch beendete und vergangene"})


class DeputationOutSchema(CommandSchema):
    """A deputation."""

    id = plain.UUID(required=True)
    account_name = plain.String(
        required=True, metadata={"description": "Wer abwesend ist, wie damals genannt"}
    )
    account_email = plain.String(required=True)
    deputy_name = plain.String(required=True, metadata={"description": "Wer vertritt, wie damals genannt"})
    deputy_email = plain.String(required=True)
    starts_on = plain.Date(required=True)
    ends_on = plain.Date(required=True, metadata={"description": "Der letzte Tag"})
    ended_at = plain.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Wann sie vor der Zeit beendet wurde"}
    )


def _body(deputation: Deputation) -> RowMapping:
    return get_deputation_row(db.session(), deputation.id)


deputations = Resource(
    "deputations",
    "Vertretungen: wer von wann bis wann erfährt, was eine andere Person erfährt; Rechte gibt das nicht",
    thing=DEPUTATION,
    shape=DeputationOutSchema,
    names="deputation_id",
    read=Permission.MEMBER_READ,
    write=Permission.CONTACT_MANAGE,
    body=_body,
)


@deputations.list(
    DeputationOutSchema, "Vertretungen auflisten", "Die spätesten zuerst, ohne die, die beendet oder vorbei sind.",
    listed=DEPUTATIONS, query=DeputationQuerySchema,
)  # fmt: skip
def list_(actor: Actor, asked: PageRequest, *, over: bool = False) -> Sequence[RowMapping]:
    """List who stands in for whom."""
    return DEPUTATIONS.fetch(db.session(), actor.tenant_id, asked, {} if over else {"present": True})


deputations.read("Vertretung lesen")


@deputations.create(
    DeputyByAddressSchema, "Vertretung nennen", "Beide Personen brauchen eine Rolle in der Kommune. Die eigene "
    "Vertretung nennen Personen selbst, auf der Seite „Vertretungen“.",
)  # fmt: skip
def create(actor: Actor, command: dict[str, Any]) -> Deputation:
    """Let somebody be told what another person is told."""
    known = {one.email: account_id for account_id, one in colleagues(db.session(), actor.tenant_id).items()}
    people, unknown = {}, {}
    for name, field in _ADDRESSES.items():
        found = known.get(normalised(command.pop(field)))
        if found is None:
            unknown[field] = [_NOBODY]
        else:
            people[name] = found
    if unknown:
        raise InvalidInputError(fields=unknown)
    try:
        return name_deputy(actor, NameDeputy(**{**command, **people}))
    except InvalidInputError as refusal:
        fields = {_ADDRESSES.get(name, name): words for name, words in refusal.fields.items()}
        raise InvalidInputError(fields=fields) from refusal


@deputations.change(
    None, "Vertretung beenden", "Sie bleibt lesbar. Was bisher einging, bleibt in beiden Posteingängen.",
    method="POST", path="/end",
)  # fmt: skip
def end(actor: Actor, deputation: Deputation) -> None:
    """End a deputation before its time."""
    end_deputation(actor, deputation.id)


def init_app(app: Flask) -> None:
    """Add the operations to the API."""
    register_api(app, deputations.blueprint)
