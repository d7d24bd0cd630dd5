"""What the inbox puts on Heute of an administration: what reached nobody, and whom no mail reaches."""

from __future__ import annotations

from flask import url_for

from kimhub.core.matters import Matter
from kimhub.core.web.view import Todo
from kimhub.desk.public import Source, todo_of
from kimhub.inbox.desk_queries import OFFICE_REFUSED, REFUSED, UNTOLD
from tenants import Permission


def _untold(row: Matter) -> Todo:
    one = row.number == 1
    return todo_of(
        row,
        f"Für {'eine Nachricht' if one else f'{row.number} Nachrichten'} ist niemand zuständig",
        url_for("identity.members_list"),
        "Rolle vergeben",
        detail=f"Niemand hat die Rolle dafür. {_at_office(row)}Wer sie übernimmt, erhält auch das, sobald die nächste "
        "Nachricht eingeht.",
        owed=True,
        step_url=url_for("identity.new_member"),
    )


def _at_office(row: Matter) -> str:
    """Say what went to the Funktionspostfach, if anything did."""
    mailed, received = int(row.figure or 0), row.number or 0
    if not mailed:
        return ""
    if received == 1:
        return "Die Nachricht ging als E-Mail an das Funktionspostfach. "
    return f"Davon gingen als E-Mail an das Funktionspostfach: {mailed}. "


def _refused(row: Matter) -> Todo:
    one = row.number == 1
    return todo_of(
        row,
        f"{f'Die Adresse von {row.title} nimmt' if one else f'{row.number} Adressen nehmen'} keine E-Mails an",
        url_for("identity.members_list"),
        "Adresse prüfen",
        detail="Der Mailserver hat sie abgelehnt. Stimmt sie nicht, laden Sie die Person mit der richtigen Adresse "
        "ein und beenden Sie dann die bisherige Rolle.",
        owed=True,
    )


def _office(row: Matter) -> Todo:
    return todo_of(
        row,
        f"Das Funktionspostfach {row.title} nimmt keine E-Mails an",
        url_for("offices.listing"),
        "Adresse prüfen",
        detail="Der Mailserver hat die Adresse abgelehnt. Was sonst niemand erhält, erreicht dort niemanden.",
        owed=True,
        step_url=url_for("offices.edit", office_id=row.subject_id),
    )


NOBODY_TOLD = Source("inbox.untold", Permission.MEMBER_MANAGE, UNTOLD, _untold)
REFUSED_ADDRESSES = Source("inbox.refused", Permission.MEMBER_MANAGE, REFUSED, _refused)
"""People whom no mail reaches: only the administration can put that right."""
REFUSED_OFFICES = Source("inbox.office_refused", Permission.CONTACT_MANAGE, OFFICE_REFUSED, _office)
