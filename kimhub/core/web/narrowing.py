"""What a list can be narrowed to: fields of a GET form, kept in every link of the list, that work without scripts.

What cannot be meant narrows nothing: an old address must not break.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kimhub.core.fields.options import Option
from kimhub.core.keyset import sought

MAX_WORDS = 100
"""Characters that are looked for."""


@dataclass(frozen=True)
class WordFilter:
    """A field for words; the condition called `condition` gets them as the value for ``icontains``."""

    name: str
    label: str
    condition: str = "words"
    kind: str = "words"

    def read(self, args: Mapping[str, str], options: Sequence[Option]) -> str:  # noqa: ARG002 - a filter's signature
        """Return the words of the address, fit to be looked for."""
        words = "".join(char for char in args.get(self.name, "") if char.isprintable())
        return words.strip()[:MAX_WORDS]

    def arguments(self, chosen: str) -> dict[str, Any]:
        """Return the condition with its value."""
        return {self.condition: sought(chosen)} if chosen else {}

    def words(self, chosen: str, options: Sequence[Option]) -> str:  # noqa: ARG002
        """Return what is set, as people read it."""
        return f"{self.label}: {chosen}"


@dataclass(frozen=True)
class ChoiceFilter:
    """A choice between `options`; the condition called `condition` gets what `value` makes of the one that is chosen.

    Options that only the request knows are handed over by the page under the filter's name.
    """

    name: str
    label: str
    condition: str
    options: Sequence[Option] = ()
    all: str = "Alle"
    value: Callable[[str], Any] = str
    kind: str = "choice"

    def read(self, args: Mapping[str, str], options: Sequence[Option]) -> str:
        """Return what is chosen, if it is offered."""
        typed = args.get(self.name, "")
        return typed if any(option.value == typed for option in options) else ""

    def arguments(self, chosen: str) -> dict[str, Any]:
        """Return the condition with its value."""
        return {self.condition: self.value(chosen)} if chosen else {}

    def words(self, chosen: str, options: Sequence[Option]) -> str:
        """Return what is set, as people read it."""
        return f"{self.label}: {next(option.label for option in options if option.value == chosen)}"


class AlsoFilter(ChoiceFilter):
    """Rows that usually do not show: the condition holds unless „mit zeigen“ is chosen."""

    def __init__(self, name: str, label: str, condition: str) -> None:
        super().__init__(name, label, condition, (Option("auch", "mit zeigen"),), all="nicht zeigen")

    def arguments(self, chosen: str) -> dict[str, Any]:
        """Return the condition unless the rows are asked for."""
        return {} if chosen else {self.condition: True}


Filter = WordFilter | ChoiceFilter


@dataclass(frozen=True)
class ShownFilter:
    """A filter with what is chosen, as the template draws it."""

    name: str
    label: str
    kind: str
    chosen: str
    options: Sequence[Option] = ()
    all: str = "Alle"


@dataclass(frozen=True)
class Narrowed:
    """What the address narrows a list to."""

    filters: Sequence[Filter]
    options: Mapping[str, Sequence[Option]]
    chosen: Mapping[str, str]
    """What is chosen, by the filter's name; empty words for what is not."""

    @classmethod
    def read(
        cls, filters: Sequence[Filter], args: Mapping[str, str], options: Mapping[str, Sequence[Option]]
    ) -> Narrowed:
        """Read the address."""
        offered = {
            one.name: options.get(one.name, one.options if isinstance(one, ChoiceFilter) else ())
            for one in filters
        }
        return cls(filters, offered, {one.name: one.read(args, offered[one.name]) for one in filters})

    @property
    def is_set(self) -> bool:
        """Whether anything is left out, or shown that usually is not."""
        return any(self.chosen.values())

    @property
    def kept(self) -> dict[str, str]:
        """What every link of the list carries on."""
        return {name: chosen for name, chosen in self.chosen.items() if chosen}

    @property
    def arguments(self) -> dict[str, Any]:
        """The conditions of the list with their values."""
        found: dict[str, Any] = {}
        for one in self.filters:
            found |= one.arguments(self.chosen[one.name])
        return found

    @property
    def shown(self) -> list[ShownFilter]:
        """The fields of the form."""
        return [
            ShownFilter(
                one.name, one.label, one.kind, self.chosen[one.name], self.options[one.name],
                one.all if isinstance(one, ChoiceFilter) else "",
            )
            for one in self.filters
        ]  # fmt: skip

    def sentences(self) -> list[tuple[str, str]]:
        """Return name and words of each filter that is set."""
        return [
            (one.name, one.words(self.chosen[one.name], self.options[one.name]))
            for one in self.filters
            if self.chosen[one.name]
        ]
