"""The notation of kimhub.core.formats as Jinja filters, under the German names the templates read well with.

Every filter writes an en dash for None: „no figure“ is a fact a table shows, not an empty cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from kimhub.core import formats

NOTHING = "–"


def _or_dash(notation: Callable[..., str]) -> Callable[..., str]:
    def write(value: Any, *args: Any, **options: Any) -> str:
        return NOTHING if value is None else notation(value, *args, **options)

    write.__doc__ = notation.__doc__
    return write


def file_size(size: int) -> str:
    """Return a file size in the unit people read: ``480 Byte``, ``12 KB``, ``1,4 MB`` (1 KB = 1,000 bytes)."""
    if size < 1000:
        return f"{size} Byte"
    if size < 1_000_000:
        return f"{round(size / 1000)} KB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")


FILTERS: Mapping[str, Callable[..., str]] = {
    "euro": _or_dash(formats.euro),
    "zahl": _or_dash(formats.number),
    "vzae": _or_dash(formats.full_time_equivalents),
    "prozent": _or_dash(formats.percent),
    "tag": _or_dash(formats.day),
    "zeitpunkt": _or_dash(formats.moment),
    "dateigroesse": _or_dash(file_size),
}


def init_filters(app: Flask) -> None:
    """Register the filters and the global ``zeitraum(beginn, ende)``."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["zeitraum"] = formats.period
