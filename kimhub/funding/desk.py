"""What the ledger puts on Heute: answers that are owed, allocations to finish, Bescheide that are not final."""

from __future__ import annotations

from decimal import Decimal

from flask import url_for

from kimhub.core.formats import day, euro
from kimhub.core.matters import Matter, Turn
from kimhub.core.web.view import Todo
from kimhub.desk.public import MayWait, Source, todo_of
from kimhub.funding.desk_queries import DRAFTS, GIVEN, NO_GRANT, NOT_FINAL, RECEIVED, UNCONFIRMED
from kimhub.funding.finality import suggested_finality
from kimhub.funding.workflow import ANSWER_DAYS, State
from tenants import GRANT_RECIPIENTS, PAID_BY_THE_LAND, Permission

_RECEIVED = {
    State.ISSUED: ("Erhalt der Mittel bestätigen", "Bestätigen"),
    State.AMENDED: ("Geänderte Weiterleitung bestätigen", "Bestätigen"),
    State.OBJECTED: ("Ihr Einwand ist noch nicht beantwortet", "Öffnen"),
}
_GIVEN = {
    State.DRAFT: ("Weiterleitung fertigstellen und erteilen", "Weiterbearbeiten"),
    State.OBJECTED: ("Einwand beantworten", "Beantworten"),
    State.WAIVED: ("Auf den Verzicht reagieren", "Entscheiden"),
}


def _received(row: Matter) -> Todo:
    title, step = _RECEIVED[State(row.kind)]
    return _allocation(row, title, step, owed=row.turn == Turn.OWN and (row.number or 0) > ANSWER_DAYS)


def _given(row: Matter) -> Todo:
    title, step = _GIVEN[State(row.kind)]
    return _allocation(row, title, step, owed=row.kind == State.OBJECTED)


def _allocation(row: Matter, title: str, step: str, *, owed: bool) -> Todo:
    return todo_of(
        row,
        title,
        url_for("funding.show_allocation", allocation_id=row.subject_id),
        step,
        detail=_with_amount(row),
        owed=owed,
    )


def _unconfirmed(row: Matter) -> Todo:
    one = row.number == 1
    return todo_of(
        row,
        f"{'Eine Weiterleitung ist' if one else f'{row.number} Weiterleitungen sind'} noch nicht bestätigt",
        url_for("funding.allocation_list", stand=State.ISSUED.value),
        "Nachfragen",
        detail=_with_amount(row) if one else euro(row.figure or Decimal(0)),
        owed=row.turn == Turn.OWN,
        step_url=url_for("funding.remind"),
    )


def _not_final(row: Matter) -> Todo:
    if row.day is None or row.since is None:
        raise AssertionError
    number = row.number or 1
    return todo_of(
        row,
        "Bestandskraft eintragen",
        url_for("funding.show_grant", grant_id=row.subject_id),
        "Eintragen",
        detail=f"{row.title}, {'Bescheid' if number == 1 else 'Änderungsbescheid'} vom {day(row.day)}. Vorher können "
        "Sie nichts abrufen.",
        due=suggested_finality(row.day, row.since).final_from,
        step_url=url_for("funding.finality", grant_id=row.subject_id, number=number),
    )


def _draft(row: Matter) -> Todo:
    return todo_of(
        row,
        "Bescheid fertig erfassen",
        url_for("funding.edit_draft", grant_id=row.subject_id),
        "Weiterbearbeiten",
        detail=row.title,
    )


def _no_grant(row: Matter) -> Todo:
    return todo_of(
        row,
        "Ersten Bescheid erfassen",
        url_for("funding.begin_grant"),
        "Beginnen",
        whom=None,
        detail="Danach zeigt KIMHub, was bewilligt, weitergeleitet und frei ist.",
    )


def _with_amount(row: Matter) -> str:
    return f"{row.title}, {euro(row.figure)}" if row.figure is not None else row.title


_WRITE = Permission.FUNDING_WRITE
SOURCES = (
    Source("funding.received", _WRITE, RECEIVED, _received),
    Source(
        "funding.given", _WRITE, GIVEN, _given,
        may_wait=MayWait(frozenset({State.DRAFT}), "a draft is nobody else's; an objection and a waiver are answered"),
    ),
    Source("funding.unconfirmed", _WRITE, UNCONFIRMED, _unconfirmed),
    Source("funding.not-final", _WRITE, NOT_FINAL, _not_final, PAID_BY_THE_LAND),
    Source("funding.drafts", _WRITE, DRAFTS, _draft, PAID_BY_THE_LAND),
    Source(
        "funding.none", _WRITE, NO_GRANT, _no_grant, GRANT_RECIPIENTS,
        MayWait(frozenset({"none"}), "only invites to begin"),
    ),
)  # fmt: skip
"""Not put off: what one has to confirm and to ask after, and a Bescheid, whose periods run whether or not it is
recorded."""
