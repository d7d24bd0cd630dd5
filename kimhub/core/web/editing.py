"""Forms of existing things: each carries the state it was made from, and whoever comes second sees both texts.

The state is that of the form's own fields: a hidden field holds a digest of what stood in each of them. When the form
comes back, the thing is held and read anew; do its fields still stand as they stood then, the use case is called. Else
nothing is saved, and the form is shown again. What the person typed stays; where somebody else has saved something
different, that stands beside it; a field that the person had left alone takes over what is saved now. The form then
carries the new state, so that saving again is a decision, not an accident.

The mark of the whole thing (`Versioned.mark`) would be too strict here: two people may write two sections of one
application. Its lock is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar
from uuid import UUID

from kimhub.core.errors import StaleError
from kimhub.core.versions import Versioned
from kimhub.core.web.forms import BoundField, Form
from kimhub.core.web.trying import try_with

T = TypeVar("T")
R = TypeVar("R")

VERSION = "fassung"
"""The hidden field."""
_NOT_COMPARED = frozenset({"file", "password"})


class _OvertakenError(StaleError):
    """Somebody else has saved since the form was made; leaves the savepoint, never the module."""


def versioned(form: Form) -> Form:
    """Return `form`, which shows what is stored, with the state that it shows."""
    form.version = _digests(form)
    return form


def try_edit(
    form: Form,
    thing: Versioned[T],
    thing_id: UUID,
    stored: Callable[[T], Form],
    use_case: Callable[[], R],
    *,
    version: str,
) -> R | None:
    """Return what the use case returns; None when it refuses, or when somebody else has saved since `version`.

    `stored` opens the form with what is stored now; it is asked once the thing is held, so that nobody saves in
    between. Raises what `try_with` raises, `NotFoundError` if the thing is gone.
    """
    present: list[Form] = []

    def held() -> R:
        present.append(versioned(stored(thing.held(thing_id))))
        if present[0].version != version:
            raise _OvertakenError
        return use_case()

    try:
        done = try_with(form, held, conflicts=True)
    except _OvertakenError:
        _show_both(form, present[0], version)
        return None
    form.version = version
    return done


def _show_both(form: Form, present: Form, version: str) -> None:
    """Put beside what was typed what is stored now; fields that were left alone show what is stored."""
    before = dict(part.split(":") for part in version.split() if part.count(":") == 1)
    for name, now in present.fields.items():
        entry = form.fields.get(name)
        if entry is None or entry.kind in _NOT_COMPARED or entry.value == now.value:
            continue
        if before.get(_short(name)) == _short(entry.value):
            entry.typed, entry.chosen, entry.taken_over = now.typed, now.chosen, True
        elif before.get(_short(name)) != _short(now.value):
            entry.stored = now.words
    form.version, form.overtaken = present.version, True


def _digests(form: Form) -> str:
    compared: list[BoundField] = [entry for entry in form if entry.kind not in _NOT_COMPARED]
    return " ".join(f"{_short(entry.name)}:{_short(entry.value)}" for entry in compared)


def _short(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
