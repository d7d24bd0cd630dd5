"""What people and roles put on Heute of an administration."""

from __future__ import annotations

from flask import url_for

from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.desk.public import Source, todo_of
from kimhub.identity.desk_queries import INVITED, NOBODY_RESPONSIBLE
from tenants import Permission, Role


def _nobody(row: Matter) -> Todo:
    return todo_of(
        row,
        f"Niemand hat die Rolle „{Role(row.kind).label}“",
        url_for("identity.members_list"),
        "Person einladen",
        detail="Was auf diese Rolle wartet, erledigt bisher niemand.",
        owed=True,
        step_url=url_for("identity.new_member"),
    )


def _invited(row: Matter) -> Todo:
    return todo_of(
        row,
        "Einladung ist noch nicht angenommen",
        url_for("identity.members_list"),
        "Ansehen",
        detail=f"{row.title}, {Role(row.kind).label}",
    )


SOURCES = (
    Source("identity.nobody", Permission.MEMBER_MANAGE, NOBODY_RESPONSIBLE, _nobody),
    Source("identity.invited", Permission.MEMBER_MANAGE, INVITED, _invited),
)
