"""What a job may carry: ids and codes. Everything else is read from the rows they name, when it is done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TypeAlias
from uuid import UUID

Scalar: TypeAlias = UUID | int | bool | str | date | None
Payload: TypeAlias = Mapping[str, Scalar | list[UUID] | list[int] | list[str]]
Json: TypeAlias = int | bool | str | None

_CODE = re.compile(r"[A-Za-z0-9_.:+-]{1,64}")


def stored(payload: Payload) -> dict[str, Json | list[Json]]:
    """Return `payload` as it is stored: UUIDs and dates become text.

    Raises ValueError for text that is no code, so that nobody's name or address gets into the queue.
    """
    return {
        key: [_stored(key, item) for item in value] if isinstance(value, list) else _stored(key, value)
        for key, value in payload.items()
    }


def _stored(key: str, value: Scalar) -> Json:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value
    raise ValueError(f"a job carries ids and codes only; {key} is neither")
