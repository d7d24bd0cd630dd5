"""The grant of a Haushaltsjahr by a Förderrichtlinie: Festbetragsfinanzierung per full-time position.

Rate × share × months/12 for every position that exists within the Förderzeitraum, whoever employs the person;
positions beyond a cap earn nothing. Limits per year (Begleitausgaben, external support) fund planned costs up
to limit × months/12. Sachausgaben per position are fixed amounts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from kimhub.core import formats, money
from kimhub.programme.foerderrichtlinien import Foerderrichtlinie, RichtlinienWert
from kimhub.programme.plan import Plan, Position
from kimhub.programme.result import Finding, FindingLevel, GrantStep, UnverifiedValue
from kimhub.programme.terms import PositionFunction, Purpose, RecipientKind, Unit, ValueKey

ASSUMED = "Annahme im Plan"

_CAP_OF_KOORDINATION = {
    RecipientKind.KREIS: ValueKey.HOECHSTZAHL_KOORDINATION_KREIS,
    RecipientKind.KREISFREIE_STADT: ValueKey.HOECHSTZAHL_KOORDINATION_KREISFREIE_STADT,
}
_AUTHORITIES = (PositionFunction.AUSLAENDERBEHOERDE, PositionFunction.EINBUERGERUNGSBEHOERDE)


@dataclass(frozen=True, slots=True)
class DerivedGrant:
    """A computed grant: the rounded amount, its steps that add up to it, and what to know about it."""

    amount: Decimal
    steps: tuple[GrantStep, ...]
    unverified: tuple[UnverifiedValue, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Staff:
    """Shares of one kind within the Förderzeitraum: per number of months, and what exceeds the cap."""

    counted: Mapping[int, Decimal]
    excess: Mapping[Decimal, int]

    @property
    def parts(self) -> list[tuple[Decimal, int]]:
        """(share, months) of every part; what exceeds a cap is negative."""
        counted = [(share, months) for months, share in sorted(self.counted.items(), reverse=True) if share]
        return counted + [(-share, months) for share, months in sorted(self.excess.items())]


def derive_grant(plan: Plan, year: int, guideline: Foerderrichtlinie) -> DerivedGrant:
    """Return the grant that `guideline` gives for `year` of `plan`."""
    return _Derivation(plan, year, guideline).run()


class _Derivation:
    """One derivation under way: collects exact steps, the unverified values they used, and findings."""

    def __init__(self, plan: Plan, year: int, guideline: Foerderrichtlinie) -> None:
        self.plan = plan
        self.year = year
        self.guideline = guideline
        self.funded_months = plan.funding.months_in(year)
        self.steps: list[tuple[GrantStep, Fraction]] = []
        self.unverified: dict[ValueKey, UnverifiedValue] = {}
        self.findings: list[Finding] = []

    def run(self) -> DerivedGrant:
        """Derive everything and round the sum once."""
        koordination = self._koordination()
        zusaetzlich = self._zusaetzliche_koordination()
        assistenz = self._verwaltungsassistenz()
        case_management = self._staff(self._positions(PositionFunction.CASE_MANAGEMENT))
        authorities = self._staff(self._positions(*_AUTHORITIES))
        self._by_count(ValueKey.KOORDINATION, koordination.parts)
        self._by_count(
            ValueKey.KOORDINATION, zusaetzlich.parts, PositionFunction.ZUSAETZLICHE_KOORDINATION.label
        )
        self._by_count(ValueKey.VERWALTUNGSASSISTENZ, assistenz.parts)
        self._sachausgaben(Purpose.SACHAUSGABEN_KOORDINATION, [*koordination.parts, *zusaetzlich.parts])
        self._sachausgaben(Purpose.SACHAUSGABEN_VERWALTUNGSASSISTENZ, assistenz.parts)
        self._at_most(Purpose.BEGLEITAUSGABEN)
        self._at_most(Purpose.EXTERNE_BEGLEITUNG)
        self._by_count(ValueKey.CASE_MANAGEMENT, case_management.parts)
        self._by_count(ValueKey.BAUSTEIN_3, authorities.parts)
        self._check_shares()
        amounts = money.distribute([exact for _, exact in self.steps])
        steps = tuple(
            replace(step, amount=amount) for (step, _), amount in zip(self.steps, amounts, strict=True)
        )
        return DerivedGrant(
            amount=sum(amounts, Decimal("0.00")),
            steps=steps,
            unverified=tuple(self.unverified.values()),
            findings=tuple(self.findings),
        )

    def _value(self, key: ValueKey) -> RichtlinienWert | None:
        """Return the value in force: an assumption of the plan goes before the guideline."""
        assumed = self.plan.rates.get(key)
        if assumed is not None:
            return RichtlinienWert(key, assumed, verified=False, source=ASSUMED)
        return self.guideline.values.get(key)

    def _use(self, value: RichtlinienWert) -> None:
        """Record that `value` entered the result."""
        if not value.verified:
            guideline = None if value.key in self.plan.rates else self.guideline.id
            self.unverified[value.key] = UnverifiedValue(value.key, value.amount, value.source, guideline)

    def _rate(self, key: ValueKey) -> RichtlinienWert | None:
        """Return the rate for `key` and record its use; a missing one is a finding and funds nothing."""
        value = self._value(key)
        if value is None:
            self._warn(
                "rate_missing",
                f"rates.{key.value}",
                f"{self.year}: Die Richtlinie {self.guideline.id} nennt keinen Betrag für „{key.label}“. "
                "Gerechnet wird dafür ohne Zuwendung. Geben Sie unter rates einen Betrag an, wenn Sie einen "
                "annehmen wollen.",
            )
            return None
        self._use(value)
        return value

    def _positions(self, *functions: PositionFunction) -> list[tuple[int, Position]]:
        return [
            (index, position)
            for index, position in enumerate(self.plan.positions)
            if position.function in functions
            and self.plan.fte(position, self.year)
            and self._months(position)
        ]

    def _months(self, position: Position) -> frozenset[int]:
        return self.funded_months & self.plan.period_of(position).months_in(self.year)

    def _staff(self, positions: Iterable[tuple[int, Position]], cap: Decimal | None = None) -> _Staff:
        counted: dict[int, Decimal] = defaultdict(Decimal)
        by_month: dict[int, Decimal] = defaultdict(Decimal)
        for _, position in positions:
            months = self._months(position)
            share = self.plan.fte(position, self.year)
            counted[len(months)] += share
            for month in months:
                by_month[month] += share
        excess: Counter[Decimal] = Counter()
        if cap is not None:
            excess.update(share - cap for share in by_month.values() if share > cap)
        return _Staff(counted, excess)

    def _koordination(self) -> _Staff:
        positions = self._positions(PositionFunction.KOORDINATION)
        kind = self.plan.recipient.kind
        key = _CAP_OF_KOORDINATION.get(kind)
        cap = self._value(key) if key else None
        if positions and cap is None:
            self._hint(
                "cap_unknown",
                "recipient.kind",
                f"{self.year}: Für Empfänger der Art „{kind.label}“ ist keine Höchstzahl an "
                "Koordinierungsstellen hinterlegt. Gerechnet wird ohne Höchstzahl.",
            )
        return self._capped(positions, cap, "coordinators_above_cap", "Koordinierungsstellen")

    def _verwaltungsassistenz(self) -> _Staff:
        positions = self._positions(PositionFunction.VERWALTUNGSASSISTENZ)
        cap = self._value(ValueKey.HOECHSTZAHL_VERWALTUNGSASSISTENZ)
        return self._capped(positions, cap, "assistants_above_cap", "Verwaltungsassistenz")

    def _zusaetzliche_koordination(self) -> _Staff:
        positions = self._positions(PositionFunction.ZUSAETZLICHE_KOORDINATION)
        if positions and self.plan.recipient.kind is not RecipientKind.KREIS:
            for index, _ in positions:
                self._warn(
                    "additional_coordination_only_in_kreis",
                    f"positions[{index}].function",
                    f"{self.year}: Eine zusätzliche Koordinierungsstelle beantragt nur ein Kreis für eine "
                    "seiner Gemeinden. Sie wird ohne Zuwendung gerechnet.",
                )
            return _Staff({}, {})
        cap = self._value(ValueKey.HOECHSTZAHL_ZUSAETZLICHE_KOORDINATION)
        by_gemeinde: dict[str, list[tuple[int, Position]]] = defaultdict(list)
        for index, position in positions:
            by_gemeinde[(position.gemeinde or "").casefold()].append((index, position))
        excess: Counter[Decimal] = Counter()
        for group in by_gemeinde.values():
            name = group[0][1].gemeinde or ""
            capped = self._capped(
                group,
                cap,
                "additional_coordination_above_cap",
                f"zusätzliche Koordinierungsstellen für {name}",
            )
            excess.update(capped.excess)
        return _Staff(self._staff(positions).counted, excess)

    def _capped(
        self, positions: list[tuple[int, Position]], cap: RichtlinienWert | None, code: str, what: str
    ) -> _Staff:
        """Return the staff with what exceeds `cap` in any month, and say so."""
        staff = self._staff(positions, cap.amount if cap else None)
        if cap and staff.excess:
            self._use(cap)
            most = max(staff.excess) + cap.amount
            self._warn(
                code,
                f"positions[{positions[-1][0]}].fte.{self.year}",
                f"{self.year}: Geplant sind bis zu {formats.full_time_equivalents(most)} {what}, gefördert "
                f"werden höchstens {formats.full_time_equivalents(cap.amount)}. "
                "Der Rest wird ohne Zuwendung gerechnet.",
            )
        return staff

    def _by_count(
        self, key: ValueKey, parts: Sequence[tuple[Decimal, int]], label: str | None = None
    ) -> Fraction:
        """Append a step for every (share, months) and return their exact sum."""
        value = self._rate(key) if parts else None
        if value is None:
            return Fraction(0)
        per_fte = 2 if key.unit is Unit.EURO_PER_HALF_POSITION_YEAR else 1
        total = Fraction(0)
        for share, months in parts:
            exact = Fraction(value.amount) * Fraction(share) * per_fte * Fraction(months, 12)
            self._step(value, label or key.label, exact, months, share)
            total += exact
        return total

    def _sachausgaben(self, purpose: Purpose, parts: Sequence[tuple[Decimal, int]]) -> None:
        """Append the fixed Sachausgaben per position; a plan that spends less than them is told so."""
        planned, path = self._planned(purpose)
        key = ValueKey(purpose.value)
        if self._value(key) is None and not planned:
            return
        granted = money.round_half_up(self._by_count(key, parts))
        if planned < granted:
            self._warn(
                "sachausgaben_below_grant",
                path,
                f"{self.year}: Für „{key.label}“ sind {formats.euro(planned)} geplant, gefördert werden "
                f"{formats.euro(granted)}. Nicht verwendete Mittel sind zurückzuzahlen.",
            )

    def _at_most(self, purpose: Purpose) -> None:
        """Append the planned costs of `purpose`, up to the limit of the year."""
        planned, path = self._planned(purpose)
        value = self._rate(ValueKey(purpose.value)) if planned else None
        if value is None:
            return
        months = len(self.funded_months)
        limit = Fraction(value.amount) * Fraction(months, 12)
        if planned > limit:
            self._warn(
                "cost_above_limit",
                path,
                f"{self.year}: Für „{purpose.label}“ sind {formats.euro(planned)} geplant, gefördert werden "
                f"bei {months} Monaten höchstens {formats.euro(money.round_half_up(limit))}. "
                "Der Rest erhöht den Eigenanteil.",
            )
        self._step(value, purpose.label, min(Fraction(planned), limit), months)

    def _planned(self, purpose: Purpose) -> tuple[Decimal, str]:
        """Return the planned cost of `purpose` in the year, and the path of its first line."""
        lines = [(index, line) for index, line in enumerate(self.plan.lines) if line.purpose is purpose]
        planned = sum((line.amounts.get(self.year, Decimal(0)) for _, line in lines), Decimal("0.00"))
        return planned, f"lines[{lines[0][0]}].amounts.{self.year}" if lines else "lines"

    def _step(
        self, value: RichtlinienWert, label: str, exact: Fraction, months: int, fte: Decimal | None = None
    ) -> None:
        text = f"{label}: über der Höchstzahl" if fte is not None and fte < 0 else label
        step = GrantStep(value.key, text, value.amount, fte, months, Decimal(0), value.verified, value.source)
        self.steps.append((step, exact))

    def _check_shares(self) -> None:
        least = self._value(ValueKey.MINDESTANTEIL_CASE_MANAGEMENT)
        if least is None:
            return
        for index, position in self._positions(PositionFunction.CASE_MANAGEMENT):
            share = self.plan.fte(position, self.year)
            if share < least.amount:
                self._use(least)
                self._warn(
                    "share_below_minimum",
                    f"positions[{index}].fte.{self.year}",
                    f"{self.year}: Der Anteil von {formats.full_time_equivalents(share)} im Case Management "
                    f"liegt unter dem Mindestanteil von {formats.full_time_equivalents(least.amount)}.",
                )

    def _warn(self, code: str, path: str, message: str) -> None:
        self.findings.append(Finding(code, FindingLevel.WARNING, path, message))

    def _hint(self, code: str, path: str, message: str) -> None:
        self.findings.append(Finding(code, FindingLevel.HINT, path, message))
