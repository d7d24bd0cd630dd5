"""What the overview puts on the desk: the money of the present year, and what needs attention."""

from __future__ import annotations

from flask import url_for

from kimhub.core import clock
from kimhub.core.formats import euro
from kimhub.core.web.view import Tile, Todo
from kimhub.desk.public import Contribution
from kimhub.overview.collect import overview
from kimhub.overview.presenting import alert_badge
from tenants import Actor, Permission, db

SHOWN = 3


def money_of_the_year(actor: Actor) -> Contribution | None:
    """Return the figures of the present Haushaltsjahr, for who may read them and has any."""
    if not (actor.may(Permission.FUNDING_READ) and actor.may(Permission.EXPENDITURE_READ)):
        return None
    shown = overview(db.session(), actor, year=clock.today().year)
    if shown.is_empty:
        return None
    (year,) = shown.years
    url = url_for("overview.show")
    tiles = [
        Tile(f"Mittel {year.year}", euro(year.funded), note="bewilligt oder erhalten", url=url),
        Tile(f"Ausgegeben {year.year}", euro(year.spent), url=url_for("spending.listing", jahr=year.year)),
        Tile(
            f"Rest {year.year}",
            euro(year.remaining),
            note=f"Prognose der Ausgaben: {euro(year.forecast)}",
            url=url,
        ),
    ]
    return Contribution(
        title="Hinweise zu den Mitteln",
        todos=[Todo(alert.title, url, badge=alert_badge(alert)) for alert in shown.alerts[:SHOWN]],
        empty="Zu den Mitteln dieses Jahres gibt es keine Hinweise.",
        tiles=tiles,
        more_url=url,
    )
