"""The one list of features. Each package may have models, pages, api and commands; create_app reads this."""

from __future__ import annotations

FEATURES: tuple[str, ...] = (
    "identity",
    "offices",
    "deputies",
    "inbox",
    "desk",
    "occurrences",
    "followups",
    "overview",
    "planning",
    "applications",
    "funding",
    "distributions",
    "spending",
    "drawdowns",
    "positions",
    "committees",
    "meetings",
    "measures",
    "notices",
    "coverage",
    "releases",
    "reports",
    "legal",
)
