"""Figures as people and finance software write them: German or English decimals, at most two of them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from kimhub.core import document_fields as fields
from kimhub.core import formats
from kimhub.core.echo import echo

LARGEST = Decimal(999_999_999)
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


class Figure(fields.Field[Decimal]):
    """A figure with at most two decimals between `minimum` and `maximum`; see `read_figure` for texts."""

    def __init__(
        self,
        *,
        minimum: Decimal = Decimal(0),
        maximum: Decimal = LARGEST,
        example: str = "0.50",
        **kwargs: Any,
    ) -> None:
        shape = {"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,2})?$", "example": example}
        super().__init__(shape, **kwargs)
        self.number = fields.Number(minimum=minimum, maximum=maximum)

    def read(self, value: Any) -> Decimal:
        """Return the figure with two decimals."""
        if isinstance(value, str):
            try:
                value = read_figure(value)
            except FigureError as error:
                raise ValidationError(str(error)) from error
        return self.number.read(value)
