"""Marshmallow schema base and fields for everything that comes from outside.

Bounded, strict, and with German messages that say how to cure the input. One schema serves the API, forms
and files, so a field reads JSON strings as well as what people type (``1.234,56``, ``01.05.2021``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

import marshmallow
from marshmallow import RAISE, ValidationError, fields

from kimhub.core import formats
from kimhub.core.money import CENT, AmountError, parse_euro

REQUIRED = "Dieses Feld fehlt. Geben Sie einen Wert an."
EMPTY = "Das Feld ist leer. Geben Sie einen Wert an oder lassen Sie es weg."
MAX_AMOUNT = Decimal("999999999.99")

_Value = TypeVar("_Value")
_Choice = TypeVar("_Choice", bound=StrEnum)
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_TYPED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TYPED_NUMBER = re.compile(r"[-−]?[0-9]{1,9}([.,][0-9]{1,9})?")


class Schema(marshmallow.Schema):
    """Base of all input schemas: unknown fields are refused, messages are German."""

    class Meta(marshmallow.Schema.Meta):
        """Refuse what the schema does not name."""

        unknown = RAISE

    error_messages: ClassVar[dict[str, str]] = {  # type: ignore[misc] # marshmallow annotates an instance
        "type": "Hier werden mehrere benannte Felder erwartet.",
        "unknown": "Dieses Feld gibt es hier nicht. Prüfen Sie die Schreibweise oder entfernen Sie es.",
    }


class Field(fields.Field[_Value]):
    """Base of the fields here: a subclass reads one raw value in `read`, or raises `ValidationError`.

    `shape` is the JSON Schema of the field, for the OpenAPI description.
    """

    default_error_messages = {  # noqa: RUF012 - the base class declares it so
        "required": REQUIRED,
        "null": EMPTY,
        "validator_failed": "Der Wert ist ungültig.",
    }

    def __init__(self, shape: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(**kwargs | {"metadata": {**shape, **kwargs.get("metadata", {})}})

    def read(self, value: Any) -> _Value:
        """Return what `value` stands for."""
        raise NotImplementedError

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> _Value:
        return self.read(value)


class Text(Field[str]):
    """Text: trimmed, bounded, without NUL, other control characters or lone surrogates.

    PostgreSQL cannot store NUL, UTF-8 cannot carry surrogates. With `multiline`, line breaks and tabs stay.
    """

    def __init__(
        self,
        *,
        max_length: int,
        multiline: bool = False,
        shape: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            {"type": "string", "minLength": 1, "maxLength": max_length, **(shape or {})}, **kwargs
        )
        self.max_length = max_length
        self.multiline = multiline

    def read(self, value: Any) -> str:
        """Return the trimmed text."""
        if not isinstance(value, str):
            raise ValidationError("Hier wird ein Text erwartet.")
        text = value.replace("\r\n", "\n").strip() if self.multiline else value.strip()
        allowed = "\n\t" if self.multiline else ""
        if any(unicodedata.category(char) in ("Cc", "Cs") and char not in allowed for char in text):
            raise ValidationError("Der Text enthält ein nicht erlaubtes Steuerzeichen. Entfernen Sie es.")
        if not text:
            raise ValidationError(EMPTY)
        if len(text) > self.max_length:
            raise ValidationError(
                f"Der Text hat {len(text)} Zeichen, möglich sind höchstens {self.max_length}. Kürzen Sie ihn."
            )
        return text


class Identifier(Text):
    """A short name in files and addresses: small ASCII letters, digits and ``_``, a letter first."""

    def __init__(self, *, max_length: int = 40, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, shape={"pattern": f"^{_IDENTIFIER.pattern}$"}, **kwargs)

    def read(self, value: Any) -> str:
        """Return the short name."""
        text = super().read(value)
        if _IDENTIFIER.fullmatch(text) is None:
            raise ValidationError(
                "Das Kürzel besteht aus kleinen Buchstaben (a–z), Ziffern und Unterstrich und beginnt mit "
                "einem Buchstaben, zum Beispiel case_management."
            )
        return text


class Amount(Field[Decimal]):
    """An amount in euro with at most two decimals, from ``0.00`` up to `maximum`.

    Read are JSON strings (``"1234.56"``), amounts as people type them, whole numbers, and decimals of a TOML
    file. Binary floating point is refused: it cannot hold cents.
    """

    def __init__(self, *, maximum: Decimal = MAX_AMOUNT, **kwargs: Any) -> None:
        super().__init__(
            {"type": "string", "pattern": r"^[0-9]{1,9}\.[0-9]{2}$", "example": "84100.00"}, **kwargs
        )
        self.maximum = maximum

    def read(self, value: Any) -> Decimal:
        """Return the amount with two decimals."""
        if isinstance(value, str):
            try:
                amount = parse_euro(value)
            except AmountError as error:
                raise ValidationError(str(error)) from error
        else:
            amount = _exact_number(value, places=2)
        if amount < 0:
            raise ValidationError("Der Betrag darf nicht negativ sein.")
        if amount > self.maximum:
            raise ValidationError(
                f"Der Betrag ist zu groß. Höchstens möglich sind {_bound(self.maximum)} Euro."
            )
        return abs(amount.quantize(CENT))


class Number(Field[Decimal]):
    """A decimal number with at most `places` decimals between `minimum` and `maximum`; comma or point."""

    def __init__(
        self, *, minimum: Decimal | int, maximum: Decimal | int, places: int = 2, **kwargs: Any
    ) -> None:
        pattern = rf"^-?[0-9]{{1,9}}(\.[0-9]{{1,{places}}})?$"
        super().__init__({"type": "string", "pattern": pattern, "example": "2.5"}, **kwargs)
        self.minimum = Decimal(minimum)
        self.maximum = Decimal(maximum)
        self.places = places

    def read(self, value: Any) -> Decimal:
        """Return the number with exactly `places` decimals."""
        if isinstance(value, str):
            text = value.strip()
            if _TYPED_NUMBER.fullmatch(text) is None:
                raise ValidationError("Hier wird eine Zahl erwartet, zum Beispiel 2,5.")
            value = Decimal(text.replace(",", ".").replace("−", "-"))
        number = _exact_number(value, places=self.places)
        if not self.minimum <= number <= self.maximum:
            raise ValidationError(
                f"Die Zahl muss zwischen {_bound(self.minimum)} und {_bound(self.maximum)} liegen."
            )
        return number.quantize(Decimal(1).scaleb(-self.places)) + 0


class WholeNumber(Field[int]):
    """A whole number between `minimum` and `maximum`."""

    def __init__(self, *, minimum: int, maximum: int, **kwargs: Any) -> None:
        super().__init__({"type": "integer", "minimum": minimum, "maximum": maximum}, **kwargs)
        self.minimum = minimum
        self.maximum = maximum

    def read(self, value: Any) -> int:
        """Return the number."""
        number = int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else value
        if isinstance(number, bool) or not isinstance(number, int):
            raise ValidationError("Hier wird eine ganze Zahl erwartet.")
        if not self.minimum <= number <= self.maximum:
            raise ValidationError(f"Die Zahl muss zwischen {self.minimum} und {self.maximum} liegen.")
        return number


class YesNo(Field[bool]):
    """True or false, nothing that merely looks like it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__({"type": "boolean"}, **kwargs)

    def read(self, value: Any) -> bool:
        """Return the truth value."""
        if not isinstance(value, bool):
            raise ValidationError("Hier wird true oder false erwartet.")
        return value


class Day(Field[date]):
    """A calendar day: ``2021-05-01``, as typed ``01.05.2021`` or ``1.5.2021``, or a date of a TOML file."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__({"type": "string", "format": "date"}, **kwargs)

    def read(self, value: Any) -> date:
        """Return the day, within 2000 to 2100."""
        day = value if type(value) is date else _parse_day(value)
        if not 2000 <= day.year <= 2100:
            raise ValidationError("Das Jahr muss zwischen 2000 und 2100 liegen.")
        return day


class Choice(Field[_Choice]):
    """One value of a `StrEnum`; the message lists what is allowed."""

    def __init__(self, choices: type[_Choice], **kwargs: Any) -> None:
        super().__init__({"type": "string", "enum": [choice.value for choice in choices]}, **kwargs)
        self.choices = choices

    def read(self, value: Any) -> _Choice:
        """Return the chosen member."""
        for choice in self.choices:
            if value == choice.value:
                return choice
        raise ValidationError(f"Zulässig sind: {', '.join(choice.value for choice in self.choices)}.")


class Items(fields.List[_Value]):
    """A list with at most `max_items` entries."""

    default_error_messages = {  # noqa: RUF012 - the base class declares it so
        "required": REQUIRED,
        "null": EMPTY,
        "invalid": "Hier wird eine Liste erwartet.",
    }

    def __init__(self, inner: fields.Field[_Value], *, max_items: int, **kwargs: Any) -> None:
        super().__init__(
            inner, **kwargs | {"metadata": {"maxItems": max_items, **kwargs.get("metadata", {})}}
        )
        self.max_items = max_items

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, list) and len(value) > self.max_items:
            raise ValidationError(
                f"Die Liste hat {len(value)} Einträge; höchstens {self.max_items} sind möglich."
            )
        return super()._deserialize(value, *args, **kwargs)


class Nested(fields.Nested):
    """An object in its own schema, with German messages."""

    default_error_messages = {"required": REQUIRED, "null": EMPTY}  # noqa: RUF012 - as above

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        """Load the object; null leaves an empty one behind, so that the rest of a list keeps its index."""
        if value is None and not self.allow_none:
            raise ValidationError(EMPTY, valid_data={})
        return super().deserialize(value, *args, **kwargs)


def _exact_number(value: Any, *, places: int) -> Decimal:
    """Return an int or a finite Decimal of sane size, written with at most `places` decimals."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValidationError(
            'Hier wird eine Zahl erwartet; in JSON als Zeichenkette, zum Beispiel "84100.00".'
        )
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() > 12:
        raise ValidationError("Die Zahl ist zu groß oder keine endliche Zahl.")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -places:
        raise ValidationError(f"Die Zahl hat mehr als {places} Nachkommastellen.")
    return number


def _parse_day(value: Any) -> date:
    message = "Hier wird ein Datum erwartet, zum Beispiel 01.05.2021."
    if not isinstance(value, str):
        raise ValidationError(message)
    text = value.strip()
    typed = _TYPED_DAY.fullmatch(text)
    try:
        if typed:
            return date(int(typed[3]), int(typed[2]), int(typed[1]))
        if _ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise ValidationError(f"Den Tag {text} gibt es nicht. Prüfen Sie das Datum.") from None
    raise ValidationError(message)


def _bound(number: Decimal) -> str:
    """Return a bound in German notation, whole numbers without decimals."""
    return formats.number(number, places=0 if number == number.to_integral_value() else 2)
