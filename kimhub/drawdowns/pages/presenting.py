"""Grants, calls and interest in the words and shapes of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import RowMapping

from kimhub.core import formats
from kimhub.core.web.view import Badge, Fact, Tile, Tone
from kimhub.drawdowns.models import DrawdownKind
from kimhub.drawdowns.queries import open_amount, state_of
from kimhub.drawdowns.standing_queries import Standing
from kimhub.drawdowns.terms import CallState
from kimhub.programme.public import Baustein, DrawdownRules, Limit, Portion, ReceiptUse

_TONES = {
    CallState.ENTERED: Tone.WARNING,
    CallState.PARTLY: Tone.WARNING,
    CallState.RECEIVED: Tone.SUCCESS,
}
_LIMITS = {
    Limit.NOT_FINAL: Badge("noch nicht bestandskräftig", Tone.WARNING),
    Limit.OVERDRAWN: Badge("zurückzuzahlen", Tone.DANGER),
    Limit.NO_NEED: Badge("nichts abzurufen", Tone.INFO),
    Limit.NEED: Badge("abrufbar", Tone.SUCCESS),
}
_NO_RATE = "kein Zinssatz hinterlegt"


def standing_badge(one: Standing) -> Badge:
    """Return in a word what can be done now."""
    if one.result.limit is Limit.GRANT:
        return Badge("abrufbar", Tone.SUCCESS) if one.result.amount else Badge("alles abgerufen", Tone.INFO)
    return _LIMITS[one.result.limit]


def state_badge(row: RowMapping) -> Badge:
    """Return where an entry stands."""
    state = state_of(row)
    return Badge(state.label, _TONES.get(state, Tone.INFO))


def kind_label(row: RowMapping) -> str:
    """Return what an entry is."""
    return DrawdownKind(row["kind"]).label


def tiles(found: Sequence[Standing]) -> list[Tile]:
    """Return the sums over all grants."""
    zero = Decimal("0.00")
    missing = any(receipt.no_rate_from for one in found for receipt in one.receipts)
    unverified = any(not receipt.verified for one in found for receipt in one.receipts)
    return [
        Tile("Jetzt abrufbar", formats.euro(sum((one.result.amount for one in found), zero))),
        Tile(
            "Noch nicht verwendet",
            formats.euro(sum((one.held for one in found), zero)),
            "eingegangen und nicht ausgegeben",
        ),
        Tile(
            "Zinsen bis heute",
            formats.euro(sum((one.interest for one in found), zero)),
            "ohne Zeiten, für die kein Zinssatz hinterlegt ist" if missing else "wegen später Verwendung",
            unverified=unverified,
        ),
    ]


def call_facts(row: RowMapping) -> list[Fact]:
    """Return what an entry says."""
    baustein = Baustein(row["baustein"])
    found = [
        Fact("Zuwendung", row["title"]),
        Fact("Haushaltsjahr", str(row["year"])),
        Fact("Baustein", baustein.label),
        Fact("Betrag", formats.euro(row["amount"])),
        Fact("Tag", formats.day(row["requested_on"])),
    ]
    if row["kind"] == DrawdownKind.CALL:
        found += [
            Fact("Für Zahlungen bis", formats.day(row["due_until"])),
            Fact("Eingegangen", formats.euro(row["received"])),
            Fact("Noch offen", formats.euro(open_amount(row))),
        ]
    if row["cancelled"]:
        found.append(Fact("Storniert", formats.euro(row["cancelled"])))
    if row["reference"]:
        found.append(Fact("Zeichen", row["reference"]))
    if row["reason"]:
        found.append(Fact("Begründung", row["reason"]))
    found.append(Fact("Eingetragen", f"{formats.moment(row['created_at'])}, {row['actor_label']}"))
    return found


def interest_words(receipt: ReceiptUse) -> str:
    """Return the interest of a receipt as a cell says it."""
    return _NO_RATE if receipt.interest is None else formats.euro(receipt.interest)


@dataclass(frozen=True)
class LateRow:
    """A part of a receipt that was used late, or still is not."""

    received_on: str
    amount: str
    used_on: str
    days: str
    rates: str
    interest: str
    unverified: bool


def late_rows(receipts: Sequence[ReceiptUse]) -> list[LateRow]:
    """Return every part that bears interest, with how it is calculated."""
    return [_late(receipt, part) for receipt in receipts for part in receipt.portions if part.is_late]


def _late(receipt: ReceiptUse, part: Portion) -> LateRow:
    rates = dict.fromkeys(
        _NO_RATE if segment.percent is None else _rate(segment.percent) for segment in part.segments
    )
    return LateRow(
        received_on=formats.day(receipt.received_on),
        amount=formats.euro(part.amount),
        used_on=formats.day(part.used_on) if part.used_on else "noch nicht",
        days=formats.number(part.days),
        rates=", ".join(rates),
        interest=_NO_RATE if part.interest is None else formats.euro(part.interest),
        unverified=part.interest is not None and not all(segment.verified for segment in part.segments),
    )


def _rate(percent: Decimal) -> str:
    return f"{formats.number(percent, places=2)}\N{NO-BREAK SPACE}%"


def warnings(one: Standing) -> list[str]:
    """Return what threatens, one sentence for each receipt that is not used up."""
    found = []
    for receipt in one.unused_in_time:
        came = formats.day(receipt.received_on)
        rest = f"Von dem Eingang am {came} sind {formats.euro(receipt.unused)} noch nicht verwendet."
        if receipt.threatens is not None:
            found.append(
                f"{rest} Wenn sie bis {formats.day(receipt.deadline)} nicht verausgabt sind, entstehen Zinsen: am Tag "
                f"danach {formats.euro(receipt.threatens)}, mit jedem weiteren Tag mehr."
            )
        elif receipt.interest:
            found.append(
                f"{rest} Die Frist endete am {formats.day(receipt.deadline)}. Die Zinsen steigen mit jedem Tag."
            )
        else:
            since = (
                f"Ab {formats.day(receipt.no_rate_from)}" if receipt.no_rate_from else "Für die Zeit danach"
            )
            found.append(
                f"{rest} Zu verwenden bis {formats.day(receipt.deadline)}. {since} ist kein Basiszinssatz hinterlegt; "
                "KIMHub rechnet deshalb keine Zinsen."
            )
    return found


def rule_facts(rules: DrawdownRules) -> list[Fact]:
    """Return the rules that the calculation follows, those that nobody has verified marked."""
    proportional = (
        "anteilig mit den eigenen Mitteln" if rules.proportional.value else "bis zur Höhe der Bewilligung"
    )
    margin = rules.margins[-1]
    return [
        Fact(
            "Ein Abruf gilt für Zahlungen der nächsten",
            f"{rules.call_months.value} Monate",
            not rules.call_months.verified,
        ),
        Fact("Die Zuwendung trägt jede Zahlung", proportional, not rules.proportional.verified),
        Fact(
            "Ein Eingang ist zu verwenden innerhalb von",
            f"{rules.use_months.value} Monaten",
            not rules.use_months.verified,
        ),
        Fact("Danach entstehen Zinsen", rules.interest_from.value.label, not rules.interest_from.verified),
        Fact(
            "Zinssatz",
            f"{formats.number(margin.percentage_points, places=0)} Prozentpunkte über dem Basiszinssatz (§ 247 BGB)",
            not margin.verified,
        ),
        Fact("Zinstage", rules.day_count.value.label, not rules.day_count.verified),
    ]
