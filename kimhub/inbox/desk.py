"""What the inbox puts on Heute of an administration: what reached nobody."""

from __future__ import annotations

from flask import url_for

from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.desk.public import Source, todo_of
from kimhub.inbox.desk_queries import UNTOLD
from tenants import Permission


def _untold(row: Matter) -> Todo:
    one = row.number == 1
    return todo_of(
        row,
        f"{'Eine Nachricht hat' if one else f'{row.number} Nachrichten haben'} niemanden erreicht",
        url_for("identity.members_list"),
        "Rolle vergeben",
        detail="Dafür hat niemand eine Rolle. Wer sie übernimmt, erhält sie mit der nächsten Nachricht.",
        owed=True,
        step_url=url_for("identity.new_member"),
    )


NOBODY_TOLD = Source("inbox.untold", Permission.MEMBER_MANAGE, UNTOLD, _untold)
