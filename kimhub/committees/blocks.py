"""What other features show on the page of a committee: they know it, it does not know them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app
from markupsafe import Markup

from kimhub.committees.queries import CommitteeFile
from tenants import Actor

Block = Callable[[Actor, CommitteeFile], str]
"""Returns a part of the page as HTML, escaped; empty where there is nothing for this reader."""
_BLOCKS = "kimhub.committee_blocks"


def add_block(app: Flask, block: Block) -> None:
    """Show `block` below the facts of every committee."""
    blocks: list[Block] = app.extensions.setdefault(_BLOCKS, [])
    blocks.append(block)


def blocks_of(actor: Actor, file: CommitteeFile) -> list[Markup]:
    """Return what is shown of a committee to a reader."""
    blocks: list[Block] = current_app.extensions.get(_BLOCKS, [])
    return [Markup(drawn) for block in blocks if (drawn := block(actor, file))]  # noqa: S704 - drawn by a template
