"""What a person who looks after the money must know: what may be paid twice, may lapse, or does not fit. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kimhub.core.formats import day, euro, period
from kimhub.funding.public import FundView
from kimhub.overview.figures import BausteinFigures, YearFigures
from kimhub.overview.queries import PaidTwice
from kimhub.programme.public import Baustein, Cell

NEAR_THE_END = timedelta(days=92)
"""How long before the end of a year or a Bewilligungszeitraum money that may lapse is pointed out."""


class AlertKind(StrEnum):
    """What an alert is about; the values are stable codes of the API."""

    TWO_SOURCES = "two-sources"
    PAID_TWICE = "paid-twice"
    LAPSING = "lapsing"
    PERIOD_ENDS = "period-ends"
    OVERSPENT = "overspent"
    NOT_USED = "baustein-not-used"


@dataclass(frozen=True, slots=True)
class Alert:
    """One finding: what, where, and what to do, in German."""

    kind: AlertKind
    year: int
    baustein: Baustein | None
    title: str
    detail: str
    until: date | None = None
    """The last day on which something can be done about it, where there is one."""


def alerts(
    years: Sequence[YearFigures],
    funds: Sequence[FundView],
    *,
    paid_twice: Sequence[tuple[int, PaidTwice]] = (),
    not_used: Collection[tuple[int, Baustein]] = (),
    as_of: date,
) -> list[Alert]:
    """Return all findings, the most serious kinds first."""
    shown = {year.year for year in years}
    return [
        *_two_sources(funds, shown),
        *(_paid_twice(year, found) for year, found in paid_twice),
        *_not_used(years, not_used),
        *_overspent(years),
        *_lapsing(years, as_of),
        *_ending(years, funds, as_of),
    ]


def _two_sources(funds: Sequence[FundView], years: Collection[int]) -> Iterator[Alert]:
    """Two grants, or a grant and a Weiterleitung, pay for one purpose at the same time (§ 9 Abs. 4 TIntG)."""
    sources: dict[Cell, list[FundView]] = defaultdict(list)
    for fund in funds:
        for balance in fund.balances:
            if balance.funded > 0 and balance.cell.year in years:
                sources[balance.cell].append(fund)
    for cell in sorted(sources):
        for one, other in _beside_each_other(sources[cell]):
            begin, end = max(one.period_from, other.period_from), min(one.period_to, other.period_to)
            yield Alert(
                AlertKind.TWO_SOURCES,
                cell.year,
                cell.baustein,
                f"Zwei Quellen für {cell.purpose.label} im Jahr {cell.year}",
                f"„{one.title}“ ({one.giver}) und „{other.title}“ ({other.giver}) zahlen vom "
                f"{period(begin, end)} für denselben Zweck. Eine Doppelförderung ist ausgeschlossen (§ 9 Abs. 4 "
                "TIntG). Prüfen Sie, ob beide verschiedene Stellen bezahlen.",
            )


def _beside_each_other(funds: Sequence[FundView]) -> Iterator[tuple[FundView, FundView]]:
    """Pair each source with an earlier one that still pays; whatever pays beside another is in a pair.

    Not every pair of many: a person reads each of these, and there would be half the square of them.
    """
    longest: FundView | None = None
    for fund in sorted(funds, key=lambda fund: (fund.period_from, fund.period_to)):
        if longest is not None and fund.period_from <= longest.period_to:
            yield longest, fund
        if longest is None or fund.period_to > longest.period_to:
            longest = fund


def _paid_twice(year: int, found: PaidTwice) -> Alert:
    return Alert(
        AlertKind.PAID_TWICE,
        year,
        found.purpose.baustein,
        f"Stelle {found.position_reference} ist für zwei Zwecke gebucht",
        f"{_when(found)} stehen Personalkosten dieser Stelle unter "
        f"„{found.purpose.label}“ und unter „{found.other_purpose.label}“. Dieselben Kosten dürfen nur einmal "
        "gefördert werden (§ 9 Abs. 4 TIntG). Prüfen Sie die Buchungen und stornieren Sie, was doppelt ist.",
    )


def _when(found: PaidTwice) -> str:
    one_day = found.begins == found.ends
    return f"Am {day(found.begins)}" if one_day else f"Vom {period(found.begins, found.ends)}"


def _not_used(years: Sequence[YearFigures], not_used: Collection[tuple[int, Baustein]]) -> Iterator[Alert]:
    for year, part in _parts(years):
        if part.baustein and (year.year, part.baustein) in not_used and (part.funded or part.spent):
            yield Alert(
                AlertKind.NOT_USED,
                year.year,
                part.baustein,
                f"{part.label} wird {year.year} nicht genutzt, hat aber Mittel",
                f"Bewilligt oder erhalten sind {euro(part.funded)}, ausgegeben {euro(part.spent)}. Ändern Sie die "
                "Entscheidung über den Baustein oder geben Sie die Mittel zurück.",
            )


def _overspent(years: Sequence[YearFigures]) -> Iterator[Alert]:
    for year, part in _parts(years):
        if part.baustein and part.funded and part.remaining < 0:
            yield Alert(
                AlertKind.OVERSPENT,
                year.year,
                part.baustein,
                f"{part.label}: Die Ausgaben {year.year} übersteigen die Mittel",
                f"Um {euro(-part.remaining)}. Dieser Betrag ist Eigenanteil, solange {_more_money(part)}.",
            )


def _more_money(part: BausteinFigures) -> str:
    """Return what would change it: a Bescheid for whoever has one, else more from whoever passed the money on."""
    return "kein Änderungsbescheid kommt" if part.granted else "Ihnen nicht mehr Mittel weitergeleitet werden"


def _lapsing(years: Sequence[YearFigures], as_of: date) -> Iterator[Alert]:
    for year, part in _parts(years):
        end = date(year.year, 12, 31)
        if part.baustein and part.lapsing > 0 and as_of >= end - NEAR_THE_END:
            over = as_of > end
            yield Alert(
                AlertKind.LAPSING,
                year.year,
                part.baustein,
                f"{part.label}: {euro(part.lapsing)} bleiben {year.year} {'' if over else 'voraussichtlich '}übrig",
                _left_over(part) if over else _will_be_left(part),
                until=end,
            )


def _left_over(part: BausteinFigures) -> str:
    """Return what is to do with what the year has left: proven to the Land, or to whoever passed it on."""
    shown = (
        "ist im Verwendungsnachweis anzugeben und zurückzuzahlen"
        if part.granted
        else "geben Sie der Stelle an, von der die Mittel kommen, und zahlen es ihr zurück"
    )
    return (
        f"Das Haushaltsjahr ist zu Ende. Buchen Sie noch fehlende Ausgaben nach; was dann übrig ist, {shown}."
    )


def _will_be_left(part: BausteinFigures) -> str:
    """Return what can still be done: pass it on and have the Bescheid changed, or tell whoever passed it on."""
    begin = "Die Prognose liegt unter den Mitteln. Prüfen Sie, ob Ausgaben noch nicht gebucht sind"
    if part.granted:
        return f"{begin}, ob jemand mehr braucht, an den Sie weiterleiten, oder ob ein Änderungsbescheid nötig ist."
    return (
        f"{begin}. Was Sie nicht brauchen, teilen Sie der Stelle mit, von der die Mittel kommen: Bis zum Jahresende "
        "kann sie es anders einsetzen."
    )


def _ending(years: Sequence[YearFigures], funds: Sequence[FundView], as_of: date) -> Iterator[Alert]:
    """Yield each Bewilligungszeitraum that ends soon and within the year, with money left."""
    by_year = {year.year: year for year in years}
    for fund in funds:
        end = fund.period_to
        year = by_year.get(end.year)
        if year is None or (end.month, end.day) == (12, 31) or not as_of <= end <= as_of + NEAR_THE_END:
            continue
        for baustein in sorted({b.cell.baustein for b in fund.balances if b.cell.year == end.year}):
            part = year.part(baustein)
            if part is not None and part.remaining > 0:
                yield Alert(
                    AlertKind.PERIOD_ENDS,
                    end.year,
                    baustein,
                    f"Der Zeitraum von „{fund.title}“ endet am {day(end)}",
                    f"In {part.label} sind noch {euro(part.remaining)} nicht ausgegeben. Ausgaben nach dem Ende des "
                    "Zeitraums werden nicht gefördert.",
                    until=end,
                )


def _parts(years: Sequence[YearFigures]) -> Iterator[tuple[YearFigures, BausteinFigures]]:
    for year in years:
        for part in year.bausteine:
            yield year, part
