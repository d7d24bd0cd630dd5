"""Distributions for tests: the examples, and a small one to vary by hand."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

from kimhub.programme.public import distribute, distribution_from_json, load_foerderrichtlinien

EXAMPLES = Path(__file__).parents[3] / "examples"
UNNA = EXAMPLES / "verteilung-unna.toml"
RHEIN_SIEG = EXAMPLES / "verteilung-rhein-sieg.toml"

THREE = {
    "title": "Drei Gemeinden",
    "total": "4",
    "method": "key_figure",
    "minimum": "0.5",
    "key_figure": {"name": "Personen"},
    "parties": [
        {"name": "Groß", "ags": "05978036", "key": "500"},
        {"name": "Mittel", "ags": "05978020", "key": "250"},
        {"name": "Klein", "ags": "05978008", "key": "50"},
    ],
}
"""4 full-time equivalents: exactly 2.5, 1.25 and 0.25."""


def three(*parties, **changes):
    """Return the document with members replaced; each of `parties` changes the party of the same place."""
    document = {**deepcopy(THREE), **changes}
    for party, change in zip(document["parties"], parties, strict=False):
        party.update(change)
        for name in [name for name, value in party.items() if value is None]:
            del party[name]
    return document


def calculated(document):
    """Return the result of a document."""
    return distribute(distribution_from_json(document), load_foerderrichtlinien())


def shares(result):
    """Return the shares as text by name."""
    return {share.party.name: str(share.share) for share in result.shares}
