"""What a list of 50 rows × 6 columns costs to draw: by `ListPage`, and by a macro per cell with Babel's figures.

Both draw the same page: frame, filter row, order, count, table, paging. The database is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.numbers import format_decimal
from flask import Flask, g, request, url_for

from bench.measure import paired
from kimhub.core.fields.options import Option
from kimhub.core.keyset import KeysetList, Order
from kimhub.core.web import init_web
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter, WordFilter
from kimhub.core.web.tables import DAY, EURO, SHARE, Address, ListColumn, badges
from kimhub.core.web.view import Badge, Column, Empty, Frame, NavigationEntry, Tone
from tenants import GRANT_RECIPIENTS, TenantKind, db, system_actor

ROWS = 50
STATES = {
    "submitted": Badge("eingereicht"),
    "question": Badge("Rückfrage", Tone.WARNING),
    "endorsed": Badge("befürwortet", Tone.SUCCESS),
}
Row = Mapping[str, Any]
FOUND: Sequence[Row] = [
    {
        "id": UUID(int=number),
        "gemeinde": f"Gemeinde & Stadt {number}",
        "function": "Zusätzliche Koordinierungsstelle",
        "fte": Decimal("0.5") * (1 + number % 4),
        "amount": Decimal(1_686_708 + number) / 100,
        "at": date(2026, 1 + number % 12, 1 + number % 28),
        "state": list(STATES)[number % 3],
    }
    for number in range(ROWS)
]
BY_MACROS = """
{% extends "web/list.html" %}
{% block content %}
  {{ lists.filter_row(shown) }}
  {{ lists.list_head(shown.head) }}
  {% call(row) lists.table("Anträge", columns, rows, caption_hidden=true) %}
    {{ lists.head(row.gemeinde, url_for("file", number=row.id)) }}
    {{ lists.cell(row.function) }}
    {{ lists.cell(row.fte|babel("#,##0.0#") ~ " VZÄ", numeric=true) }}
    {{ lists.cell(row.amount|babel("#,##0.00") ~ " €", numeric=true) }}
    {{ lists.cell(row.at|tag) }}
    {{ lists.badge_cell(states[row.state]) }}
  {% endcall %}
  {{ lists.pager(shown) }}
{% endblock %}
"""


class _Found(KeysetList):
    """The rows above, without a database."""

    def __init__(self) -> None:
        self.orders = {"gemeinde": Order("gemeinde", "id"), "at": Order("-at", "id")}
        self.usual, self.sums = "gemeinde", ()

    def kinds(self, _order: str = "") -> tuple[type, ...]:
        return (str, UUID)

    def fetch(self, *_asked: Any, **_order: Any) -> Any:
        return FOUND


LIST = ListPage(
    _Found(),
    caption="Anträge",
    columns=(
        ListColumn("Gemeinde", "gemeinde", url=Address("file", number="id"), sort="gemeinde"),
        ListColumn("Stelle", "function"),
        ListColumn("Anteil", "fte", SHARE),
        ListColumn("Betrag", "amount", EURO),
        ListColumn("Eingang", "at", DAY, sort="at"),
        ListColumn("Stand", "state", badges(STATES.__getitem__)),
    ),
    filters=(
        WordFilter("suche", "Gemeinde"),
        ChoiceFilter(
            "stand", "Stand", "state", [Option(name, badge.label) for name, badge in STATES.items()]
        ),
    ),
    empty=Empty("Noch kein Antrag", "Hier stehen die Anträge."),
)
HEADS = tuple(Column(one.label, numeric=one.notation.numeric) for one in LIST.columns)
AREAS = ("Heute", "Mittel", "Stellen", "Gremien", "Berichte", "Fristen", "Verwaltung")


def listing(rounds: int = 300) -> dict[str, dict[str, float]]:
    """Return the milliseconds of both and their ratio."""
    app = _app()
    with app.test_request_context("/antraege"):
        g.actor = system_actor(
            tenant_id=1,
            tenant_slug="kreis",
            tenant_name="Kreis",
            tenant_kind=TenantKind.KREIS,
            tenant_traits=GRANT_RECIPIENTS.traits,
        )
        shown = LIST.shown()

        app.jinja_env.filters["babel"] = lambda value, pattern: format_decimal(
            value, format=pattern, locale="de_DE"
        )
        template = app.jinja_env.from_string(BY_MACROS)

        def by_macros() -> str:
            return template.render(
                title="Anträge", shown=shown, columns=HEADS, rows=FOUND, states=STATES, request=request
            )

        drawn, macros, ratio = paired(lambda: LIST.page("Anträge"), by_macros, rounds=rounds)
    return {"50 rows x 6": {"drawn_ms": drawn, "macros_ms": macros, "ratio": ratio}}


def _app() -> Flask:
    app = Flask("bench")
    app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql+psycopg://"  # nothing connects to it
    db.init_app(app)
    frame = Frame("Kreis", "Kreis", navigation=[NavigationEntry(area, f"/{area.lower()}") for area in AREAS])
    init_web(app, frame=lambda: frame, csrf_token=lambda: "x")
    app.add_url_rule("/antraege", "listing", lambda: "")
    app.add_url_rule("/antraege/<uuid:number>", "file", lambda number: url_for("file", number=number))
    return app
