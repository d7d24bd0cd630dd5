"""Figures as people and finance software write them: German or English decimals, at most two of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import ValidationError

from kimhub.core import formats
from kimhub.core.echo import echo
from kimhub.core.fields import CommandField
from kimhub.core.fields.figures import is_number, written

LARGEST = Decimal(999_999_999)
_JSON = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
_FIGURE = re.compile(
    r"""(?:(?P<grouped>[1-9][0-9]{0,2}(?:[.][0-9]{3})+|[1-9][0-9]{0,2}(?:[ ][0-9]{3})+)(?:,(?P<cents>[0-9]{1,2}))?
        |(?P<plain>[0-9]{1,9})(?:[.,](?P<places>[0-9]{1,2}))?)""",
    re.VERBOSE,
)


class FigureError(ValueError):
    """A figure cannot be read; the message is German and says how to write it."""


def read_figure(text: str) -> Decimal:
    """Return the figure in `text`: ``23563`` · ``23.563`` · ``23 563`` · ``0,85`` · ``0.85`` · ``1.234,5``.

    A point before exactly three digits separates thousands. Everything else, negative figures and figures above
    999,999,999 raise `FigureError`.
    """
    shown = echo(text)
    match = _FIGURE.fullmatch(shown)
    if match is None:
        raise FigureError(
            f"„{shown}“ ist keine Zahl dieser Form: 23.563 oder 0,85 (höchstens zwei Nachkommastellen)."
        )
    whole = re.sub(r"[. ]", "", match["grouped"] or match["plain"])
    figure = Decimal(f"{whole}.{match['cents'] or match['places'] or '0'}")
    if figure > LARGEST:
        raise FigureError(f"Die Zahl ist zu groß. Höchstens möglich sind {formats.number(LARGEST)}.")
    return figure.quantize(Decimal("0.01"))


class Figure(CommandField[Decimal]):
    """A figure with at most two decimals between `minimum` and `maximum`. JSON: ``"17.00"``; typed: `read_figure`."""

    json: ClassVar[Mapping[str, object]] = {"type": "string", "pattern": f"^{_JSON.pattern}$"}
    texts: ClassVar[Mapping[str, str]] = {
        "required": "Geben Sie eine Zahl an.",
        "form": 'Geben Sie die Zahl als Text mit Punkt und höchstens zwei Nachkommastellen an, zum Beispiel "0.85".',
    }

    def __init__(
        self,
        label: str,
        *,
        minimum: Decimal = Decimal(0),
        maximum: Decimal = LARGEST,
        example: str = "0.50",
        **options: Any,
    ) -> None:
        self.minimum = minimum
        self.maximum = maximum
        super().__init__(label, schema={"examples": [example]}, **options)

    def read_typed(self, typed: str) -> object:
        """Read German or English notation."""
        try:
            return f"{read_figure(typed):.2f}"
        except FigureError as error:
            raise ValidationError(str(error)) from error

    def read_written(self, value: Any) -> object:
        """Accept a TOML file's numbers, too."""
        return written(value) if is_number(value) else super().read_written(value)

    def read_json(self, value: Any) -> Decimal:
        """Accept a string with a point, within the bounds."""
        if not isinstance(value, str) or not _JSON.fullmatch(value):
            raise self.make_error("form")
        figure = Decimal(value).quantize(Decimal("0.01"))
        if not self.minimum <= figure <= self.maximum:
            least, most = (_bound(bound) for bound in (self.minimum, self.maximum))
            raise ValidationError(f"Die Zahl muss zwischen {least} und {most} liegen.")
        return figure


def _bound(number: Decimal) -> str:
    return formats.number(number, places=0 if number == number.to_integral_value() else 2)
