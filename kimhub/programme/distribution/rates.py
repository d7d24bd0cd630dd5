"""Values of the Förderrichtlinie that a distribution uses: the minimum share and the rates, with what is unverified."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kimhub.programme.distribution.inputs import Distribution, MoneyBehind
from kimhub.programme.errors import DistributionInvalidError, FoerderrichtlinieMissingError
from kimhub.programme.foerderrichtlinien import Foerderrichtlinie, Foerderrichtlinien, RichtlinienWert
from kimhub.programme.result import UnverifiedValue
from kimhub.programme.terms import GrantPurpose, ValueKey

ASSUMED = "Annahme in der Verteilung"


class Rates:
    """Looks values up for one distribution and remembers which unverified ones entered the result."""

    def __init__(self, distribution: Distribution, guidelines: Foerderrichtlinien) -> None:
        self._distribution = distribution
        self._guidelines = guidelines
        self._unverified: dict[tuple[ValueKey, str | None], UnverifiedValue] = {}

    @property
    def unverified(self) -> tuple[UnverifiedValue, ...]:
        """The unverified values used so far."""
        return tuple(self._unverified.values())

    def minimum(self) -> Decimal:
        """Return the minimum share: as typed, else by the guideline for case management, else none (0)."""
        given, money = self._distribution.minimum, self._distribution.money
        if given is not None:
            return given
        if money is None or money.purpose is not GrantPurpose.CASE_MANAGEMENT:
            return Decimal(0)
        value, _ = self._value(ValueKey.MINDESTANTEIL_CASE_MANAGEMENT, money, money.period.start.year)
        return Decimal(0) if value is None else value.amount

    def rate(self, money: MoneyBehind, year: int) -> tuple[RichtlinienWert, str | None]:
        """Return the rate of the purpose in `year` and the id of its guideline; None for an assumption.

        Raises `DistributionInvalidError` where the guideline knows no rate, or there is no guideline.
        """
        key = ValueKey(money.purpose.value)
        value, guideline = self._value(key, money, year)
        if value is None:
            raise DistributionInvalidError(
                {
                    f"rates.{key.value}": [
                        (
                            f"{year}: Die Richtlinie {guideline} nennt keinen Betrag für „{key.label}“. Geben Sie "
                            "einen Betrag je Vollzeitstelle und Jahr als Annahme an."
                        )
                    ]
                }
            )
        return value, guideline

    def _value(
        self, key: ValueKey, money: MoneyBehind, year: int
    ) -> tuple[RichtlinienWert | None, str | None]:
        assumed = self._distribution.rates.get(key)
        if assumed is not None:
            value: RichtlinienWert | None = RichtlinienWert(key, assumed, verified=False, source=ASSUMED)
            used = None
        else:
            guideline = self._guideline(money, year)
            value, used = guideline.values.get(key), guideline.id
        if value is not None and not value.verified:
            self._unverified[key, used] = UnverifiedValue(key, value.amount, value.source, used)
        return value, used

    def _guideline(self, money: MoneyBehind, year: int) -> Foerderrichtlinie:
        """Return the guideline named, else the one in force on the first day of the money in `year`."""
        try:
            if money.guideline:
                return self._guidelines.named(money.guideline)
            return self._guidelines.on(max(date(year, 1, 1), money.period.start))
        except FoerderrichtlinieMissingError as error:
            cure = "Nennen Sie eine vorhandene Richtlinie oder einen anderen Zeitraum."
            raise DistributionInvalidError({"money.guideline": [f"{error} {cure}"]}) from error
