"""What features put on the desk: numbers that matter, and lists of things to do, each with its next step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from kimhub.core.web.view import Tile, Todo
from tenants import Actor

_CONTRIBUTIONS = "kimhub.desk"


@dataclass(frozen=True)
class Contribution:
    """One feature's part for one person: `tiles` on top, one titled list. `empty` says why there is nothing to do."""

    title: str
    todos: Sequence[Todo]
    empty: str
    tiles: Sequence[Tile] = ()
    more_url: str | None = None


Contributor = Callable[[Actor], Contribution | None]
"""Returns the part of this actor's desk, or None if the feature has nothing for such an actor."""


def contribute(app: Flask, order: int, contributor: Contributor) -> None:
    """Let a feature take part in the desk; small orders come first."""
    contributors: list[tuple[int, Contributor]] = app.extensions.setdefault(_CONTRIBUTIONS, [])
    contributors.append((order, contributor))
    contributors.sort(key=lambda entry: entry[0])


def contributions_for(actor: Actor) -> list[Contribution]:
    """Ask all features, in order; each runs in the request's transaction and sees what the actor may see."""
    contributors: list[tuple[int, Contributor]] = current_app.extensions.get(_CONTRIBUTIONS, [])
    found = [contributor(actor) for _, contributor in contributors]
    return [contribution for contribution in found if contribution is not None]
