"""What every entry has in common: a grant of one's own, a day that is not to come, an amount in cents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.formats import euro
from kimhub.core.money import CENT
from kimhub.drawdowns.models import FIRST_DAY, MAX_AMOUNT
from kimhub.funding.public import Grant

Fields = dict[str, list[str]]

_GRANT = select(Grant).where(Grant.id == bindparam("id"), Grant.current_version > 0)


def load_grant(session: Session, grant_id: UUID) -> Grant:
    """Return a grant of one's own that is in force; raises `NotFoundError`."""
    grant = session.scalars(_GRANT, {"id": grant_id}).one_or_none()
    if grant is None:
        raise NotFoundError
    return grant


def amount_flaws(amount: Decimal, field: str = "amount") -> Fields:
    """Return what is wrong with an amount, by field."""
    if amount <= 0:
        return {field: ["Der Betrag muss größer als null sein."]}
    if amount > MAX_AMOUNT:
        return {field: [f"Der Betrag darf höchstens {euro(MAX_AMOUNT)} betragen."]}
    if amount != amount.quantize(CENT):
        return {field: ["Der Betrag hat mehr als zwei Nachkommastellen. Runden Sie auf Cent."]}
    return {}


def past_flaws(day: date, field: str) -> Fields:
    """Return what is wrong with the day of something that has happened."""
    if day > clock.today():
        return {field: ["Der Tag liegt in der Zukunft. Tragen Sie ein, was schon geschehen ist."]}
    if day < FIRST_DAY:
        return {field: [f"Der Tag darf nicht vor dem {FIRST_DAY:%d.%m.%Y} liegen."]}
    return {}


def refuse(fields: Fields) -> None:
    """Raise `InvalidInputError` if there is anything to refuse."""
    if fields:
        raise InvalidInputError("Bitte prüfen Sie die genannten Felder.", fields=fields)
