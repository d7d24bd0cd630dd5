"""The page „Mittel › Übersicht“ and its files."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Flask, Response, render_template, request, url_for

from kimhub.core import clock
from kimhub.core.documents import send_table
from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires, reserve
from kimhub.core.web.addresses import open_url
from kimhub.core.web.navigation import add_area, add_section
from kimhub.core.web.view import Crumb
from kimhub.desk.public import set_money
from kimhub.overview import files, presenting
from kimhub.overview.collect import Overview, overview
from kimhub.overview.desk import money_of_the_year
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR
from tenants import COMMUNES, Permission, db
from tenants.naming import only

pages = Blueprint(
    "overview", "kimhub.overview", url_prefix="/t/<slug>/mittel/uebersicht", template_folder="templates"
)
reserve(pages, COMMUNES)


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their place in the navigation and on the desk."""
    app.register_blueprint(pages)
    add_area(
        app, 20, "Mittel", "overview.show", Permission.FUNDING_READ,
    )  # fmt: skip
    add_section(app, "Mittel", 10, "Übersicht", "overview.show")
    set_money(app, money_of_the_year)


@pages.get("")
@requires(Permission.FUNDING_READ)
def show() -> str:
    """Show the money of a Haushaltsjahr, or of all."""
    actor, shown = current_actor(), _asked()
    kept = urlencode(_kept())
    return render_template(
        "overview/overview.html",
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Mittelübersicht")],
        shown=shown,
        title=f"Mittelübersicht {shown.year}" if shown.year is not None else "Mittelübersicht aller Jahre",
        tiles=presenting.tiles(shown),
        chart=presenting.chart(shown),
        tables=presenting.tables(shown),
        alerts=[(alert, presenting.alert_tone(alert).value) for alert in shown.alerts],
        grants_url=open_url("funding.grant_list"),
        empty_title=_EMPTY,
        empty_text=_EMPTY_TEXT,
        recipient_columns=presenting.recipient_columns(),
        recipient_cells=presenting.recipient_cells,
        recipient_note=presenting.recipient_note,
        plans_sentence=presenting.plans_sentence(shown),
        years=[Option(str(year), str(year)) for year in shown.known_years],
        chosen_year=str(shown.year) if shown.year is not None else "",
        plans=_plan_options(shown),
        chosen_plan=request.args.get("plan", ""),
        downloads=[
            (label, f"{url_for('overview.download_figures', table_format=ending)}?{kept}")
            for label, ending in (("Excel", "xlsx"), ("CSV", "csv"))
        ],
        visible_to=only(actor.tenant_name),
        path=url_for("overview.show"),
    )


@pages.get("/zahlen.<table_format>")
@requires(Permission.FUNDING_READ)
def download_figures(table_format: str) -> Response:
    """Send the figures as XLSX or CSV."""
    shown = _asked()
    name = f"Mittelübersicht {shown.year or 'alle Jahre'} {current_actor().tenant_name}"
    return send_table(table_format, name, "Mittelübersicht", files.COLUMNS, files.rows(shown))


def _asked() -> Overview:
    """Return the overview that the address asks for.

    What cannot be meant, or nothing, shows the present year; if there is no money in it, the latest that has some.
    """
    session, actor, plan_id = db.session(), current_actor(), _uuid(request.args.get("plan", ""))
    word = request.args.get("jahr")
    if word == "":
        return overview(session, actor, year=None, plan_id=plan_id)
    if word is not None and word.isascii() and word.isdigit() and len(word) < _DIGITS and int(word) in _YEARS:
        return overview(session, actor, year=int(word), plan_id=plan_id)
    shown = overview(session, actor, year=clock.today().year, plan_id=plan_id)
    if shown.is_empty and shown.latest_year is not None:
        return overview(session, actor, year=shown.latest_year, plan_id=plan_id)
    return shown


def _uuid(word: str) -> UUID | None:
    try:
        return UUID(word)
    except ValueError:
        return None


_DIGITS = 10
"""Longer words are no year and not worth reading as a number."""
_EMPTY = "Noch keine Mittel"
_EMPTY_TEXT = (
    "Hier steht, was Ihre Kommune an Mitteln hat und was daraus wird: bewilligte, sobald der Zuwendungsbescheid "
    "erfasst ist, erhaltene, sobald Sie die Weiterleitung bestätigt haben."
)
_YEARS = range(FIRST_YEAR, LAST_YEAR + 1)


def _kept() -> dict[str, str]:
    return {name: value for name in ("jahr", "plan") if (value := request.args.get(name)) is not None}


def _plan_options(shown: Overview) -> list[Option]:
    """Return the plans to choose from, unless Zuwendungen name theirs."""
    if any(choice.linked for choice in shown.plan_choices):
        return []
    return [Option(str(choice.id), choice.title) for choice in shown.plan_choices]
