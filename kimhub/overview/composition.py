"""From what the ledger, the books and the plans say to the figures of a Haushaltsjahr. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kimhub.core import money
from kimhub.funding.public import FundView
from kimhub.overview.figures import ZERO, BausteinFigures, LineFigures, YearFigures
from kimhub.overview.forecast import Booked, forecast
from kimhub.overview.planned import Place, PlannedYear
from kimhub.overview.queries import Given
from kimhub.programme.public import Baustein, Teilplanzeile
from kimhub.spending.public import Spent

_Sums = dict[Place, dict[str, Decimal]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that the figures are made of, of one year or of all."""

    funds: Sequence[FundView]
    given: Sequence[Given]
    spent: Sequence[Spent]
    planned: Mapping[int, PlannedYear]
    drawn: Mapping[tuple[int, Baustein], Decimal] = field(default_factory=dict)
    """Called from the Land, by year and Baustein."""
    as_of: date

    @property
    def years(self) -> set[int]:
        """The Haushaltsjahre of which there is anything."""
        return {
            *(balance.cell.year for fund in self.funds for balance in fund.balances),
            *self.planned,
            *(booking.cell.year for booking in self.spent),
        }

    @property
    def latest_year(self) -> int | None:
        """The latest Haushaltsjahr up to the present for which there is money."""
        funded = (b.cell.year for fund in self.funds for b in fund.balances if b.funded > 0)
        return max((year for year in funded if year <= self.as_of.year), default=None)

    def year(self, year: int) -> YearFigures:
        """Return the figures of a Haushaltsjahr."""
        sums: _Sums = defaultdict(lambda: defaultdict(lambda: ZERO))
        self._add_sources(sums, year)
        self._add_passed_on(sums, year)
        last_booked = self._add_spent(sums, year)
        planned = self.planned.get(year, PlannedYear())
        for place, amount in planned.amounts.items():
            sums[place]["planned"] += amount
        booked = Booked.on(self.as_of, year, last_booked)
        to_come = year > self.as_of.year and not any(
            figures.get(kind) for figures in sums.values() for kind in ("granted", "received")
        )
        parts = []
        for baustein in (*Baustein, None):
            lines = {
                line: figures for (part, line), figures in sorted(sums.items(), key=_line) if part is baustein
            }
            if lines:
                drawn = self.drawn.get((year, baustein)) if baustein else None
                parts.append(BausteinFigures(baustein, _lines(lines, booked, planned.months), drawn, to_come))
        return YearFigures(year, tuple(parts), booked.until)

    def _add_sources(self, sums: _Sums, year: int) -> None:
        for fund in self.funds:
            kind = "granted" if fund.is_grant else "received"
            for balance in fund.balances:
                if balance.cell.year == year:
                    sums[balance.cell.baustein, balance.cell.purpose.teilplanzeile][kind] += balance.funded

    def _add_passed_on(self, sums: _Sums, year: int) -> None:
        for part in self.given:
            if part.year == year and not part.stays:
                sums[part.purpose.baustein, part.purpose.teilplanzeile]["passed_on"] += part.amount
                sums[part.purpose.baustein, Teilplanzeile.TRANSFERAUFWENDUNGEN]["for_others"] += part.amount

    def _add_spent(self, sums: _Sums, year: int) -> date | None:
        """Add the bookings; return the latest booking date."""
        last: date | None = None
        for booking in self.spent:
            if booking.cell.year == year:
                sums[booking.cell.baustein, booking.teilplanzeile]["spent"] += booking.amount
                last = booking.last_booked_on if last is None else max(last, booking.last_booked_on)
        return last


def _line(entry: tuple[Place, object]) -> str:
    return entry[0][1].value


def _lines(
    lines: Mapping[Teilplanzeile, Mapping[str, Decimal]], booked: Booked, months: set[int]
) -> tuple[LineFigures, ...]:
    """Return the lines; their forecasts add up to the forecast of the Baustein, rounded once (fachlichkeit.md §3)."""
    exact = [
        forecast(
            booked,
            figures.get("spent", ZERO),
            figures.get("planned"),
            months,
            for_others=figures.get("for_others", ZERO),
        )
        for figures in lines.values()
    ]
    return tuple(
        LineFigures(
            teilplanzeile=line,
            granted=figures.get("granted", ZERO),
            received=figures.get("received", ZERO),
            passed_on=figures.get("passed_on", ZERO),
            for_others=figures.get("for_others", ZERO),
            planned=figures.get("planned"),
            spent=figures.get("spent", ZERO),
            forecast=amount,
        )
        for (line, figures), amount in zip(lines.items(), money.distribute(exact), strict=True)
    )
