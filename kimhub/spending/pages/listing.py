"""The list of bookings, and the same list as a file."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlencode

from flask import Response, render_template, request
from sqlalchemy import RowMapping

from kimhub.core.documents import download
from kimhub.core.errors import NotFoundError
from kimhub.core.exports import CSV_TYPE, XLSX_TYPE, ExportColumn, Kind, Value, as_csv, as_xlsx
from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.paging import CursorError, PageRequest, make_page
from kimhub.core.web.view import Column, Count
from kimhub.programme.public import Baustein, GrantPurpose, Teilplanzeile
from kimhub.spending.columns import BookColumn
from kimhub.spending.listing import (
    EXPENDITURE_KEY,
    ListFilter,
    all_expenditures,
    booked_years,
    list_expenditures,
    sum_expenditures,
)
from kimhub.spending.pages import presenting
from kimhub.spending.pages.blueprint import crumbs, page_url, pages
from kimhub.spending.schemas import LINES
from tenants import Permission, db

MAX_WORDS = 100
COLUMNS = (
    Column("Beleg"), Column("Betrag", numeric=True), Column("Buchungstag"), Column("Zweck"), Column("Zeile"),
    Column("Stand"),
)  # fmt: skip
FILE_COLUMNS = (
    *(column.value for column in BookColumn),
    ExportColumn("Stand", 12),
    ExportColumn("Begründung des Stornos", 40),
    ExportColumn("Erfasst am", 14, Kind.DAY),
    ExportColumn("Erfasst von", 20),
)


@pages.get("")
@requires(Permission.EXPENDITURE_READ)
def listing() -> str:
    """Show one page of the list with the sum of all that it is narrowed to."""
    actor, session, path = current_actor(), db.session(), page_url("listing")
    narrowed = narrowed_to()
    try:
        asked = PageRequest.from_args(request.args, EXPENDITURE_KEY)
    except CursorError:  # an address of old: begin at the beginning
        asked = PageRequest()
    page = make_page(
        list_expenditures(session, actor, asked, narrowed),
        asked,
        key=lambda row: (row["booked_on"], row["id"]),
        path=path,
        args=request.args,
    )
    total = sum_expenditures(session, actor, narrowed)
    return render_template(
        "spending/list.html",
        crumbs=crumbs(),
        page=page,
        columns=COLUMNS,
        total=total,
        count=Count(total.count, one="Buchung", many="Buchungen"),
        downloads=[
            (label, f"{page_url('download_list', table_format=ending)}?{urlencode(_kept())}")
            for label, ending in (("Excel", "xlsx"), ("CSV", "csv"))
        ],
        narrowed=narrowed,
        years=[Option(str(year), str(year)) for year in booked_years(session, actor)],
        bausteine=[Option(str(int(part)), part.label) for part in Baustein],
        lines=LINES,
        path=path,
        badge=lambda row: presenting.state_badge(
            is_reversal=row["reverses_id"] is not None, is_reversed=row["is_reversed"]
        ),
        purpose=lambda row: GrantPurpose(row["purpose"]),
        may_write=actor.may(Permission.EXPENDITURE_WRITE),
    )


@pages.get("/liste.<table_format>")
@requires(Permission.EXPENDITURE_READ)
def download_list(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    if table_format not in {"xlsx", "csv"}:
        raise NotFoundError
    actor = current_actor()
    rows = (_file_row(row) for row in all_expenditures(db.session(), actor, narrowed_to()))
    if table_format == "csv":
        content, media_type = as_csv(FILE_COLUMNS, rows), CSV_TYPE
    else:
        content, media_type = as_xlsx("Ausgaben", FILE_COLUMNS, rows), XLSX_TYPE
    name = f"Ausgaben {actor.tenant_name}.{table_format}"
    return download(content, name=name, media_type=media_type, sha256=sha256(content).digest())


def narrowed_to() -> ListFilter:
    """Return what the address narrows the list to; what cannot be meant narrows nothing."""
    year, part = (request.args.get(name, type=int) for name in ("jahr", "baustein"))
    line = request.args.get("teilplanzeile", "")
    words = "".join(char for char in request.args.get("beleg", "") if char.isprintable())
    return ListFilter(
        year=year if year is not None and 0 < year < 10_000 else None,
        baustein=Baustein(part) if part in set(Baustein) else None,
        teilplanzeile=Teilplanzeile(line) if line in {option.value for option in LINES} else None,
        words=words.strip()[:MAX_WORDS],
    )


def _kept() -> dict[str, str]:
    return {
        name: value
        for name in ("jahr", "baustein", "teilplanzeile", "beleg")
        if (value := request.args.get(name))
    }


def _file_row(row: RowMapping) -> list[Value]:
    state = presenting.state_badge(is_reversal=row["reverses_id"] is not None, is_reversed=row["is_reversed"])
    return [
        row["receipt_number"], row["booked_on"], row["year"], row["amount"], row["teilplanzeile"],
        str(row["baustein"]), GrantPurpose(row["purpose"]).label, row["position_reference"], row["period_from"],
        row["period_to"], row["text"], row["recipient"], state.label, row["reason"], row["created_at"].date(),
        row["actor_label"],
    ]  # fmt: skip
