"""The Mittelabruf: how much of a Zuwendung may be drawn on a day, and why.

Three limits [Nr. 7.1, 7.2 VVG zu § 44 LHO NRW]: the Bescheid is final; the money is needed for payments due
within two months; and in a Haushaltsjahr never more is drawn than was granted for it. What was paid before the
call came in counts as needed, too: the recipient has advanced it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from kimhub.core import formats, money
from kimhub.programme.days.periods import months_after
from kimhub.programme.drawdown_rules import DrawdownRules

_ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class FundsOfYear:
    """Where one Haushaltsjahr of a Zuwendung stands; amounts in euro.

    `drawn` is what was called and not cancelled, whether it has come in or not. `spent` are the payments so far,
    `due` those expected within the time of a call, both with the recipient's own share in them. `cost` is the
    planned cost of the year; None where the Zuwendung pays everything. `final_on` is the day from which the
    Bescheid is final (Bestandskraft or Rechtsbehelfsverzicht), None as long as nobody has recorded one.
    """

    year: int
    granted: Decimal
    drawn: Decimal
    spent: Decimal
    due: Decimal
    cost: Decimal | None
    final_on: date | None


class Limit(StrEnum):
    """What decides how much may be drawn."""

    NOT_FINAL = "not_final"
    OVERDRAWN = "overdrawn"
    GRANT = "grant"
    NEED = "need"
    NO_NEED = "no_need"


@dataclass(frozen=True, slots=True)
class CallStep:
    """One line of the calculation: a label and the amount as it enters the sum; a `result` closes a sum."""

    label: str
    amount: Decimal
    result: bool = False


@dataclass(frozen=True, slots=True)
class Drawable:
    """What may be drawn, for payments due until `until`, with the way there and the reason in one sentence.

    `repay` is what was drawn beyond the grant, after an Änderungsbescheid lowered it.
    """

    year: int
    amount: Decimal
    until: date
    limit: Limit
    steps: tuple[CallStep, ...]
    reason: str
    repay: Decimal


def share_of_grant(granted: Decimal, cost: Decimal | None, rules: DrawdownRules) -> Fraction:
    """Return which part of every payment the Zuwendung bears: granted ÷ planned cost, at most all of it.

    Without a planned cost, and where the rules do not ask for proportion, it bears all.
    """
    if not rules.proportional.value or not cost or cost <= granted:
        return Fraction(1)
    return Fraction(granted) / Fraction(cost)


def drawable(funds: FundsOfYear, rules: DrawdownRules, today: date) -> Drawable:
    """Return how much may be drawn on `today`; never negative, never beyond the grant of the year."""
    until = months_after(today, rules.call_months.value)
    share = share_of_grant(funds.granted, funds.cost, rules)
    remaining = funds.granted - funds.drawn
    payments = funds.spent + funds.due
    borne = money.round_half_up(Fraction(payments) * share)
    need = borne - funds.drawn
    limit = _limit(funds, remaining, need, today)
    amount = min(remaining, need) if limit in (Limit.GRANT, Limit.NEED) else _ZERO
    steps = (
        CallStep(f"Bewilligt für {funds.year}", funds.granted),
        CallStep("davon schon abgerufen", -funds.drawn),
        CallStep("Noch nicht abgerufen", remaining, result=True),
        CallStep("Bisher ausgegeben", funds.spent),
        CallStep(f"Fällige Zahlungen bis {formats.day(until)}", funds.due),
        *_share_step(share, payments, borne),
        CallStep("davon schon abgerufen", -funds.drawn),
        CallStep("Benötigt", need, result=True),
        CallStep("Jetzt abrufbar", amount, result=True),
    )
    return Drawable(
        year=funds.year,
        amount=amount,
        until=until,
        limit=limit,
        steps=steps,
        reason=_reason(limit, funds, until, need, remaining),
        repay=max(-remaining, _ZERO),
    )


def _limit(funds: FundsOfYear, remaining: Decimal, need: Decimal, today: date) -> Limit:
    if remaining < 0:
        return Limit.OVERDRAWN
    if funds.final_on is None or funds.final_on > today:
        return Limit.NOT_FINAL
    if need <= 0:
        return Limit.NO_NEED
    return Limit.GRANT if remaining <= need else Limit.NEED


def _share_step(share: Fraction, payments: Decimal, borne: Decimal) -> tuple[CallStep, ...]:
    if share == 1:
        return ()
    percent = formats.percent(money.round_half_up(share * 100, Decimal("0.1")))
    return (CallStep(f"Eigenanteil daran (die Zuwendung trägt {percent})", borne - payments),)


def _reason(limit: Limit, funds: FundsOfYear, until: date, need: Decimal, remaining: Decimal) -> str:
    due = f"Zahlungen bis {formats.day(until)}"
    held = "" if need == 0 else f" Vorhanden sind {formats.euro(-need)} mehr als benötigt."
    final = (
        f"Der Bescheid wird erst am {formats.day(funds.final_on)} bestandskräftig."
        if funds.final_on
        else "Der Bescheid ist noch nicht bestandskräftig. Tragen Sie den Tag der Bestandskraft oder den "
        "Rechtsbehelfsverzicht ein."
    )
    advanced = "So viel haben Sie ausgegeben und noch nicht abgerufen."
    rest = (
        f"Mehr als den Rest der Bewilligung für {funds.year} können Sie nicht abrufen."
        if remaining
        else f"Für {funds.year} ist alles abgerufen, was bewilligt wurde."
    )
    return {
        Limit.NOT_FINAL: final,
        Limit.OVERDRAWN: (
            f"Für {funds.year} wurden {formats.euro(-remaining)} mehr abgerufen als bewilligt. "
            "Dieser Betrag ist zurückzuzahlen."
        ),
        Limit.GRANT: rest,
        Limit.NEED: f"So viel brauchen Sie für {due}." if funds.due else advanced,
        Limit.NO_NEED: f"Was abgerufen ist, reicht für alle {due}.{held}",
    }[limit]
