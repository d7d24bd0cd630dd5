"""The list of distributions and the beginning of a new one."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core import formats
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import typed_by_people
from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.lists import ListPage
from kimhub.core.web.tables import MOMENT, NUMBER, Address, ListColumn, badges
from kimhub.core.web.view import Action, Crumb, Empty
from kimhub.distributions.errors import refusals
from kimhub.distributions.pages.blueprint import crumbs, page_url, pages, state_of
from kimhub.distributions.party_queries import Recipient, recipients_of
from kimhub.distributions.queries import DISTRIBUTIONS
from kimhub.distributions.schemas import NewDistributionSchema
from kimhub.distributions.usecases.store_distribution import create_distribution
from kimhub.funding.public import FundView, funds
from kimhub.programme.public import Distribution, GrantPurpose, Measure, distribution_from_json
from tenants import Permission, db

LIST = ListPage(
    DISTRIBUTIONS,
    caption="Verteilungen",
    columns=(
        ListColumn("Titel", "title", url=Address("distributions.show", distribution_id="id"), sort="title"),
        ListColumn("Zuletzt geändert", "changed_at", MOMENT, sort="changed"),
        ListColumn("Weiterleitungen", "made", NUMBER),
        ListColumn("davon erteilt", "issued", NUMBER),
        ListColumn(
            "Stand", lambda row: (row["made"], row["issued"]), badges(lambda counts: state_of(*counts))
        ),
    ),
    one="Verteilung",
    many="Verteilungen",
    empty=Empty(
        "Noch keine Verteilung",
        "Hier stehen die Verteilungen Ihrer Kommune. Beginnen Sie mit den Mitteln, die Sie weiterleiten wollen.",
    ),
    download_endpoint="distributions.download_list",
)


@pages.get("")
@requires(Permission.FUNDING_READ)
def listing() -> str:
    """List the distributions of the tenant."""
    may_write = current_actor().may(Permission.FUNDING_WRITE)
    return LIST.page(
        "Verteilungen",
        crumbs=crumbs(),
        intro="Eine Verteilung rechnet aus, wer welchen Anteil an Stellen oder Mitteln bekommt, und rundet auf "
        "förderfähige Anteile, ohne dass sich die Summe ändert. Aus ihr entstehen die Weiterleitungen in einem "
        "Schritt.",
        actions=[Action("Neue Verteilung", page_url("new"))] if may_write else [],
    )


@pages.get("/liste.<table_format>")
@requires(Permission.FUNDING_READ)
def download_list(table_format: str) -> Response:
    """Send every row of the list as XLSX or CSV."""
    return LIST.download(table_format)


@pages.route("/neu", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def new() -> ResponseReturnValue:
    """Begin a distribution: title, money, how much."""
    session, actor = db.session(), current_actor()
    sources = _sources(funds(session, actor.tenant_id))
    recipients = recipients_of(session, actor)
    options = {"money": [Option(key, label) for key, (label, _, _) in sources.items()]}
    schema = NewDistributionSchema()
    form = (
        bind(schema, request.form, options=options)
        if request.method == "POST"
        else blank(schema, {"measure": Measure.FTE.value}, options=options)
    )
    if form.valid and recipients and sources:
        try:
            _, fund, purpose = sources[form.data["money"]]
            distribution = _first_draft(form, fund, purpose, recipients)
            stored = create_distribution(actor, fund.id, distribution)
            return redirect(page_url("show", distribution_id=stored.id), 303)
        except InvalidInputError as refused:
            form.refuse(refused)
    page = render_template(
        "distributions/new.html",
        form=form,
        recipients=recipients,
        sources=sources,
        crumbs=crumbs(Crumb("Neue Verteilung")),
    )
    return page, 422 if form.submitted else 200


def _sources(known: list[FundView]) -> dict[str, tuple[str, FundView, GrantPurpose]]:
    """Return what can be distributed: each purpose of each fund, with what is left of it."""
    found = {}
    for fund in known:
        left: dict[GrantPurpose, list[str]] = {}
        for balance in fund.balances:
            left.setdefault(balance.cell.purpose, []).append(
                f"{balance.cell.year}: {formats.euro(balance.left)}"
            )
        for purpose, years in left.items():
            label = f"{purpose.label}, noch frei {'; '.join(years)} ({fund.title})"
            found[f"{fund.id}.{purpose.value}"] = (label, fund, purpose)
    return found


def _first_draft(
    form: Form, fund: FundView, purpose: GrantPurpose, recipients: list[Recipient]
) -> Distribution:
    """Return the distribution to begin with: all Gemeinden, by population where the register has it."""
    gemeinden = [recipient for recipient in recipients if recipient.tenant_id is not None] or recipients
    by_population = all(recipient.population is not None for recipient in gemeinden)
    years = [balance.cell.year for balance in fund.balances if balance.cell.purpose is purpose]
    measure = Measure(form.data["measure"])
    start = max(fund.period_from, date(min(years), 1, 1)).replace(day=1)
    last = start.year if measure is Measure.EURO else max(years)
    end = min(fund.period_to, date(last, 12, 31))
    document: dict[str, Any] = {
        "title": form.data["title"],
        "measure": measure.value,
        "total": form.data["total"],
        "method": "population" if by_population else "equal",
        "money": {
            "purpose": purpose.value,
            "start": start.isoformat(),
            "end": end.replace(day=monthrange(end.year, end.month)[1]).isoformat(),
        },
        "parties": [_party(recipient) for recipient in gemeinden],
    }
    if by_population:
        document["key_figure"] = {
            "name": "Einwohnerzahl",
            "day": max(recipient.population_date or date.min for recipient in gemeinden).isoformat(),
            "source": "Statistisches Bundesamt, Gemeindeverzeichnis",
        }
    with refusals(), typed_by_people():
        return distribution_from_json(document)


def _party(recipient: Recipient) -> dict[str, Any]:
    members = {
        "name": recipient.name,
        "ags": recipient.ags,
        "key": None if recipient.population is None else str(recipient.population),
    }
    return {name: value for name, value in members.items() if value is not None}
