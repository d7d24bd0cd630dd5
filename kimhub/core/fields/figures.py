"""Figures: euro, shares of work, per cent, whole numbers, typed with comma and grouped by points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import ValidationError

from kimhub.core import formats, money
from kimhub.core.fields.base import CommandField, shown

_SHARE = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,2})?")
_RATE = re.compile(r"-?[0-9]{1,4}(?:\.[0-9]{1,2})?")
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class Amount(CommandField[Decimal]):
    """Euro with two decimals. JSON: a string like ``"1234.56"``; typed: ``1.234,56``, ``1234,56``, ``1.234``.

    `minimum` None allows negative amounts.
    """

    json: ClassVar[Mapping[str, object]] = {
        "type": "string",
        "pattern": r"^-?(0|[1-9][0-9]{0,11})\.[0-9]{2}$",
        "examples": ["843100.00"],
    }
    texts: ClassVar[Mapping[str, str]] = {
        "required": "Geben Sie einen Betrag ein, zum Beispiel 1.234,56.",
        "form": 'Geben Sie den Betrag als Text mit zwei Nachkommastellen an, zum Beispiel "1234.56".',
    }

    def __init__(
        self,
        label: str,
        *,
        minimum: Decimal | None = Decimal(0),
        maximum: Decimal | None = None,
        **options: Any,
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(label, **options)

    @property
    def kind(self) -> str:
        """Drawn with the euro sign."""
        return "amount"

    def read_typed(self, typed: str) -> object:
        """Read German notation; see `kimhub.core.money.parse_euro`."""
        try:
            return money.to_json(money.parse_euro(typed, negative=self.minimum is None or self.minimum < 0))
        except money.AmountError as problem:
            raise ValidationError(str(problem)) from problem

    def read_written(self, value: Any) -> object:
        """Accept a TOML file's numbers, too; binary floating point cannot hold cents and is none of them."""
        return f"{Decimal(written(value)):.2f}" if is_number(value) else super().read_written(value)

    def write_typed(self, value: Decimal) -> str:
        """Write without the euro sign, which stands beside the field."""
        return formats.euro(value).removesuffix(f"{_NO_BREAK_SPACE}€")

    def read_json(self, value: Any) -> Decimal:
        """Accept a string with exactly two decimals, within the bounds."""
        try:
            amount = money.from_json(value)
        except (TypeError, ValueError) as problem:
            raise self.make_error("form") from problem
        if self.minimum is not None and amount < self.minimum:
            raise ValidationError(f"Der Betrag muss mindestens {formats.euro(self.minimum)} betragen.")
        if self.maximum is not None and amount > self.maximum:
            raise ValidationError(f"Der Betrag darf höchstens {formats.euro(self.maximum)} betragen.")
        return amount

    def write_json(self, value: Decimal) -> str:
        """Write with two decimals."""
        return money.to_json(value)


class Share(CommandField[Decimal]):
    """A share of work in full-time equivalents, at most two decimals. JSON: ``"0.5"``; typed: ``0,5``."""

    json: ClassVar[Mapping[str, object]] = {
        "type": "string",
        "pattern": f"^{_SHARE.pattern}$",
        "examples": ["0.5"],
    }
    texts: ClassVar[Mapping[str, str]] = {
        "required": "Geben Sie den Stellenanteil ein, zum Beispiel 0,5.",
        "form": 'Geben Sie den Stellenanteil als Text mit Punkt an, zum Beispiel "0.5".',
    }

    def __init__(
        self,
        label: str,
        *,
        minimum: Decimal = Decimal(0),
        maximum: Decimal | None = None,
        **options: Any,
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(label, **options)

    @property
    def kind(self) -> str:
        """Drawn with „VZÄ“."""
        return "share"

    def read_typed(self, typed: str) -> object:
        """Accept a comma or a point before at most two decimals; thousands are not grouped in a share."""
        text = typed.strip().replace(",", ".")
        if not _SHARE.fullmatch(text):
            raise ValidationError(
                f"„{shown(typed)}“ ist kein Stellenanteil. Schreiben Sie ihn mit höchstens zwei "
                "Nachkommastellen, zum Beispiel 0,5."
            )
        return text

    def read_written(self, value: Any) -> object:
        """Accept a TOML file's numbers, too."""
        return written(value) if is_number(value) else super().read_written(value)

    def write_typed(self, value: Decimal) -> str:
        """Write without the unit, which stands beside the field."""
        return formats.full_time_equivalents(value).removesuffix(f"{_NO_BREAK_SPACE}VZÄ")

    def read_json(self, value: Any) -> Decimal:
        """Accept a string with a point, within the bounds."""
        if not isinstance(value, str) or not _SHARE.fullmatch(value):
            raise self.make_error("form")
        share = Decimal(value).quantize(money.CENT)
        if share < self.minimum:
            least = formats.full_time_equivalents(self.minimum)
            raise ValidationError(f"Der Stellenanteil muss mindestens {least} betragen.")
        if self.maximum is not None and share > self.maximum:
            most = formats.full_time_equivalents(self.maximum)
            raise ValidationError(f"Der Stellenanteil darf höchstens {most} betragen.")
        return share

    def write_json(self, value: Decimal) -> str:
        """Write with a point."""
        return f"{value:f}"


class Percentage(CommandField[Decimal]):
    """Per cent (not a ratio) with at most two decimals. JSON: ``"2.5"``; typed: ``2,5`` or ``2,5 %``."""

    json: ClassVar[Mapping[str, object]] = {
        "type": "string",
        "pattern": f"^{_RATE.pattern}$",
        "examples": ["2.5"],
    }
    texts: ClassVar[Mapping[str, str]] = {
        "required": "Geben Sie einen Prozentsatz ein, zum Beispiel 2,5.",
        "form": 'Geben Sie den Prozentsatz als Text mit Punkt an, zum Beispiel "2.5".',
    }

    def __init__(
        self, label: str, *, minimum: Decimal = Decimal(0), maximum: Decimal = Decimal(100), **options: Any
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(label, **options)

    @property
    def kind(self) -> str:
        """Drawn with the sign ``%``."""
        return "percent"

    def read_typed(self, typed: str) -> object:
        """Accept a comma or a point, with or without the sign ``%``."""
        text = typed.strip().removesuffix("%").strip().replace(",", ".").replace("−", "-")
        if not _RATE.fullmatch(text):
            raise ValidationError(f"„{shown(typed)}“ ist kein Prozentsatz. Schreiben Sie ihn so: 2,5.")
        return text

    def read_written(self, value: Any) -> object:
        """Accept a TOML file's numbers, too."""
        return written(value) if is_number(value) else super().read_written(value)

    def write_typed(self, value: Decimal) -> str:
        """Write with a comma and without needless zeros."""
        return f"{value.normalize():f}".replace(".", ",")

    def read_json(self, value: Any) -> Decimal:
        """Accept a string with a point, within the bounds."""
        if not isinstance(value, str) or not _RATE.fullmatch(value):
            raise self.make_error("form")
        rate = Decimal(value).quantize(money.CENT)
        if not self.minimum <= rate <= self.maximum:
            raise ValidationError(
                f"Der Prozentsatz muss zwischen {self.write_typed(self.minimum)} "
                f"und {self.write_typed(self.maximum)} liegen."
            )
        return rate

    def write_json(self, value: Decimal) -> str:
        """Write with a point."""
        return f"{value:f}"


class Number(CommandField[int]):
    """A whole number, e.g. a year or a count of persons. JSON: a number; typed: ``1200`` or ``1.200``."""

    json: ClassVar[Mapping[str, object]] = {"type": "integer"}
    texts: ClassVar[Mapping[str, str]] = {
        "required": "Geben Sie eine Zahl ein.",
        "form": "Geben Sie eine ganze Zahl an.",
    }

    def __init__(self, label: str, *, minimum: int = 0, maximum: int = 2_147_483_647, **options: Any) -> None:
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(label, schema={"minimum": minimum, "maximum": maximum}, **options)

    @property
    def kind(self) -> str:
        """Drawn with the keyboard for digits on phones."""
        return "number"

    def read_typed(self, typed: str) -> object:
        """Accept digits, also grouped by points or spaces."""
        text = typed.strip().replace("−", "-").replace(_NO_BREAK_SPACE, " ")
        if re.fullmatch(r"-?[0-9]{1,3}(?:[. ][0-9]{3})+", text):
            text = text.replace(".", "").replace(" ", "")
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise ValidationError(f"„{shown(typed)}“ ist keine ganze Zahl.")
        return int(text)

    def read_json(self, value: Any) -> int:
        """Accept a JSON number without a fraction, within the bounds."""
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.make_error("form")
        if value < self.minimum:
            raise ValidationError(f"Die Zahl muss mindestens {self.minimum} sein.")
        if value > self.maximum:
            raise ValidationError(f"Die Zahl darf höchstens {self.maximum} sein.")
        return value


def is_number(value: object) -> bool:
    """Tell whether a TOML file's value is an exact number."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def written(value: int | Decimal) -> str:
    """Return the number with a point; it is finite, of a sane size and has at most two decimals."""
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() > 12:
        raise ValidationError("Die Zahl ist zu groß oder keine endliche Zahl.")
    if number != number.quantize(money.CENT):
        raise ValidationError("Die Zahl hat mehr als zwei Nachkommastellen.")
    return f"{number.normalize():f}"
