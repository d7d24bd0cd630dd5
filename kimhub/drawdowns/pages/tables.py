"""The columns of the tables: where grants stand, and calls, cancellations and repayments."""

from __future__ import annotations

from kimhub.core.web.tables import DAY, EURO, WORD, Address, ListColumn, badges
from kimhub.drawdowns.models import DrawdownKind
from kimhub.drawdowns.pages import presenting

STANDINGS = (
    ListColumn(
        "Haushaltsjahr", lambda one: f"{one.year}, {one.baustein.label}",
        url=Address(
            "mittelabruf.show", drawn_grant_id="grant_id", year="year", baustein=lambda one: int(one.baustein)
        ),
        note="title",
    ),
    ListColumn("Bewilligt", "funds.granted", EURO),
    ListColumn("Abgerufen", "funds.drawn", EURO),
    ListColumn("Eingegangen", "received", EURO),
    ListColumn("Ausgegeben", "funds.spent", EURO),
    ListColumn("Jetzt abrufbar", "result.amount", EURO),
    ListColumn("Stand", presenting.standing_badge, badges(lambda badge: badge)),
)  # fmt: skip
ENTRIES = (
    ListColumn(
        "Tag", "requested_on", DAY, url=Address("mittelabruf.show_entry", drawdown_id="id"), sort="day"
    ),
    ListColumn("Art", presenting.kind_label, WORD),
    ListColumn("Zeichen", "reference"),
    ListColumn("Betrag", "amount", EURO, sort="amount", total=True),
    ListColumn(
        "Eingegangen", lambda row: row["received"] if row["kind"] == DrawdownKind.CALL else None, EURO
    ),
    ListColumn("Stand", presenting.state_badge, badges(lambda badge: badge)),
)
GRANT = (
    ListColumn("Haushaltsjahr", lambda row: f"{row['year']}, Baustein {row['baustein']}", WORD, sort="year"),
    ListColumn("Zuwendung", "title"),
)
"""Where the grant is not the page's own."""
