"""A choice as it is offered: what is sent, what is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """A choice of a select, a radio or a checkbox list: the value sent, the words shown."""

    value: str
    label: str
    hint: str | None = None
