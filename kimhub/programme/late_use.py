"""Interest on money that came in and was not used in time [Nr. 8.6 VV zu § 44 LHO NRW, § 49a VwVfG NRW].

What came in first is used first (FIFO). The months for using it end like every Frist, never on a Saturday, Sunday or
holiday. A part that is used after the deadline bears interest, at the
Basiszinssatz plus a margin, from its receipt (or from the deadline, as the rules say) to its use. Days after the
receipt count up to and including the day of use. Interest is computed exactly and rounded once per receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from kimhub.core import money
from kimhub.programme.days.periods import Period, TimeUnit, reckon
from kimhub.programme.drawdown_rules import DrawdownRules, InterestFrom

_ZERO = Decimal("0.00")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Movement:
    """An amount on a day: money that came in, or money that was used (or paid back)."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of days with one rate: from the day after `after` up to and including `until`.

    `percent` is Basiszinssatz plus margin; None where one of them is not on record.
    """

    after: date
    until: date
    days: int
    percent: Decimal | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of a receipt that was used on one day; `used_on` None: not yet.

    `days` and `segments` are those that bear interest; none where it was used in time. `interest` is None where a
    rate is missing.
    """

    amount: Decimal
    used_on: date | None
    days: int
    segments: tuple[Segment, ...]
    interest: Decimal | None

    @property
    def is_late(self) -> bool:
        """Whether it bears interest."""
        return bool(self.segments)


@dataclass(frozen=True, slots=True)
class ReceiptUse:
    """What became of one receipt. `deadline` is the last day to use it without interest.

    `interest` has accrued up to today (None: a rate is missing, from `no_rate_from` on). `threatens` is what the
    unused rest would cost if it were used one day after the deadline (None: no rate, or the deadline is over).
    """

    received_on: date
    amount: Decimal
    deadline: date
    portions: tuple[Portion, ...]
    unused: Decimal
    interest: Decimal | None
    no_rate_from: date | None
    threatens: Decimal | None
    verified: bool


def funded_part(uses: Iterable[Movement], share: Fraction) -> list[Movement]:
    """Return what the Zuwendung bears of each payment, so that the parts add up to the rounded share of the sum.

    The running sum is rounded, each part is its growth; so at every moment the parts are right to half a cent.
    """
    parts, total, borne = [], Fraction(0), _ZERO
    for use in uses:
        total += Fraction(use.amount) * share
        rounded = money.round_half_up(total)
        parts.append(Movement(use.day, rounded - borne))
        borne = rounded
    return parts


def net(movements: Iterable[Movement]) -> list[Movement]:
    """Return positive movements only, in order of days: a reversal undoes what was booked last before it.

    A reversal with nothing before it is set off against what follows.
    """
    kept: list[Movement] = []
    owed = _ZERO
    for movement in sorted(movements, key=lambda movement: movement.day):
        amount = movement.amount + owed
        owed = _ZERO
        while amount < 0 and kept:
            last = kept.pop()
            amount += last.amount
            if amount > 0:
                kept.append(replace(last, amount=amount))
                amount = _ZERO
        if amount < 0:
            owed = amount
        elif amount > 0:
            kept.append(replace(movement, amount=amount))
    return kept


def interest_risk(
    receipts: Iterable[Movement], uses: Iterable[Movement], rules: DrawdownRules, today: date
) -> list[ReceiptUse]:
    """Return every receipt with what became of it until `today`, in the order they came in.

    `uses` are the payments as far as the Zuwendung bears them (see `funded_part`). Payments made before the
    money came in use it on the day it comes. Amounts must be positive (see `net`); movements after `today` are
    left out.
    """
    pending = [use for use in sorted(uses, key=lambda use: use.day) if use.amount and use.day <= today]
    found = []
    for receipt in sorted(receipts, key=lambda receipt: receipt.day):
        if receipt.day <= today:
            used, pending = _take(receipt, pending)
            found.append(_of_receipt(receipt, used, rules, today))
    return found


def _take(receipt: Movement, pending: Sequence[Movement]) -> tuple[dict[date, Decimal], list[Movement]]:
    """Return on which days the receipt is used, and the payments that later receipts must bear."""
    used: dict[date, Decimal] = {}
    left = receipt.amount
    for index, use in enumerate(pending):
        part = min(left, use.amount)
        day = max(use.day, receipt.day)
        used[day] = used.get(day, _ZERO) + part
        left -= part
        if left == 0:
            rest = use.amount - part
            return used, [*([replace(use, amount=rest)] if rest else []), *pending[index + 1 :]]
    return used, []


def use_deadline(received_on: date, rules: DrawdownRules) -> date:
    """Return the last day to use without interest what came in on a day."""
    return reckon(Period(rules.use_months.value, TimeUnit.MONTH), received_on).last


def _of_receipt(
    receipt: Movement, used: dict[date, Decimal], rules: DrawdownRules, today: date
) -> ReceiptUse:
    deadline = use_deadline(receipt.day, rules)
    start = receipt.day if rules.interest_from.value is InterestFrom.RECEIPT else deadline
    unused = receipt.amount - sum(used.values(), _ZERO)
    parts: list[tuple[Decimal, date | None]] = [(amount, day) for day, amount in used.items()]
    if unused:
        parts.append((unused, None))
    portions, exact = [], []
    for amount, used_on in parts:
        end = used_on or today
        segments = _segments(start, end, rules) if end > deadline else ()
        days = rules.day_count.value.days(start, end) if segments else 0
        portions.append(Portion(amount, used_on, days, segments, None))
        exact.append(_interest(amount, segments, rules))
    known = [value for value in exact if value is not None]
    rounded = iter(money.distribute(known))
    portions = [
        replace(portion, interest=None if value is None else next(rounded))
        for portion, value in zip(portions, exact, strict=True)
    ]
    complete = len(known) == len(exact)
    gaps = [segment.after + _DAY for p in portions for segment in p.segments if segment.percent is None]
    return ReceiptUse(
        received_on=receipt.day,
        amount=receipt.amount,
        deadline=deadline,
        portions=tuple(portions),
        unused=unused,
        interest=money.round_half_up(sum(known, Fraction(0))) if complete else None,
        no_rate_from=min(gaps, default=None),
        threatens=_threat(unused, start, deadline, rules) if today <= deadline else None,
        verified=all(segment.verified for portion in portions for segment in portion.segments),
    )


def _threat(unused: Decimal, start: date, deadline: date, rules: DrawdownRules) -> Decimal | None:
    exact = _interest(unused, _segments(start, deadline + _DAY, rules), rules)
    return None if exact is None else money.round_half_up(exact)


def _interest(amount: Decimal, segments: Iterable[Segment], rules: DrawdownRules) -> Fraction | None:
    total = Fraction(0)
    for segment in segments:
        if segment.percent is None:
            return None
        part = rules.day_count.value.part_of_year(segment.after, segment.until)
        total += Fraction(amount) * Fraction(segment.percent) / 100 * part
    return total


def _segments(after: date, until: date, rules: DrawdownRules) -> tuple[Segment, ...]:
    """Split the days after `after` up to `until` where the rate changes."""
    ranges = [*rules.base_rates, *rules.margins]
    first_days = {valid.valid_from for valid in ranges}
    first_days |= {valid.valid_until + _DAY for valid in ranges if valid.valid_until is not None}
    cuts = sorted(day for day in first_days if after + _DAY < day <= until)
    begins = [after, *(day - _DAY for day in cuts)]
    ends = [*begins[1:], until]
    return tuple(_segment(begin, end, rules) for begin, end in zip(begins, ends, strict=True) if begin < end)


def _segment(after: date, until: date, rules: DrawdownRules) -> Segment:
    base, margin = rules.base_rates.on(after + _DAY), rules.margin_on(after + _DAY)
    return Segment(
        after=after,
        until=until,
        days=rules.day_count.value.days(after, until),
        percent=base.percent + margin.percentage_points if base and margin else None,
        verified=bool(base and margin and base.verified and margin.verified),
    )
