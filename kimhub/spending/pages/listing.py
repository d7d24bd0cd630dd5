"""The list of bookings, and the same list as a file."""

from __future__ import annotations

from flask import Response
from sqlalchemy import RowMapping

from kimhub.core.exports import ExportColumn, Kind, Value
from kimhub.core.fields.options import Option
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter, WordFilter
from kimhub.core.web.tables import DAY, EURO, WORD, Address, ListColumn, badges
from kimhub.core.web.view import Action, Badge, Empty
from kimhub.programme.public import Baustein, GrantPurpose
from kimhub.spending.columns import BookColumn
from kimhub.spending.list_queries import EXPENDITURES, booked_years
from kimhub.spending.pages.blueprint import crumbs, page_url, pages
from kimhub.spending.pages.presenting import BOOKED, purpose_label, state_badge
from kimhub.spending.schemas import LINES
from tenants import Permission, db


def _state(row: RowMapping) -> tuple[bool, bool]:
    return row["reverses_id"] is not None, row["is_reversed"]


def _other_year(row: RowMapping) -> str | None:
    return None if row["year"] == row["booked_on"].year else f"Haushalt {row['year']}"


def _badge(state: tuple[bool, bool]) -> Badge:
    return state_badge(is_reversal=state[0], is_reversed=state[1])


def _file_row(row: RowMapping) -> list[Value]:
    return [
        row["receipt_number"], row["booked_on"], row["year"], row["amount"], row["teilplanzeile"],
        str(row["baustein"]), GrantPurpose(row["purpose"]).label, row["position_reference"], row["period_from"],
        row["period_to"], row["text"], row["recipient"], _badge(_state(row)).label, row["reason"], row["created_at"],
        row["actor_label"], row["import_file"], row["import_row"],
    ]  # fmt: skip


LIST = ListPage(
    EXPENDITURES,
    caption="Ausgaben",
    columns=(
        ListColumn("Beleg", "receipt_number", url=Address("spending.show", expenditure_id="id")),
        ListColumn("Wofür", lambda row: row["text"] or row["recipient"]),
        ListColumn("Zweck", lambda row: purpose_label(row["purpose"])),
        ListColumn("Zeile", "teilplanzeile", WORD),
        ListColumn("Buchungstag", "booked_on", DAY, note=_other_year, sort="day"),
        ListColumn("Betrag", "amount", EURO, total=True),
        ListColumn("Stand", _state, badges(_badge, usual=BOOKED)),
    ),
    filters=(
        WordFilter("beleg", "Beleg, Text, Empfänger, Stelle"),
        ChoiceFilter("jahr", "Haushaltsjahr", "year", value=int),
        ChoiceFilter(
            "baustein", "Baustein", "baustein", [Option(str(int(part)), part.label) for part in Baustein], value=int
        ),
        ChoiceFilter("teilplanzeile", "Teilplanzeile", "teilplanzeile", LINES),
    ),
    one="Buchung",
    many="Buchungen",
    empty=Empty(
        "Noch keine Ausgaben",
        "Hier stehen die Buchungen Ihrer Kommune mit ihren Belegen. Buchen Sie eine einzelne Ausgabe oder lesen Sie "
        "eine Datei Ihres Finanzverfahrens ein.",
    ),
    download_endpoint="spending.download_list",
    file_columns=(
        *(column.value for column in BookColumn),
        ExportColumn("Stand", 12),
        ExportColumn("Begründung des Stornos", 40),
        ExportColumn("Erfasst am", 18, Kind.MOMENT),
        ExportColumn("Erfasst von", 20),
        ExportColumn("Eingelesen aus", 30),
        ExportColumn("Zeile", 8, Kind.WHOLE),
    ),
    file_row=_file_row,
)  # fmt: skip


@pages.get("")
@requires(Permission.EXPENDITURE_READ)
def listing() -> str:
    """Show one page of the list with the sum of all that it is narrowed to."""
    actions = [
        Action("Ausgabe buchen", page_url("new_booking")),
        Action("Datei einlesen", page_url("new_import"), "secondary"),
        Action("Eingelesene Dateien", page_url("import_files"), "tertiary"),
    ]
    return LIST.page(
        "Ausgaben",
        crumbs=crumbs(),
        intro="Hier steht, was Ihre Kommune für das Kommunale Integrationsmanagement gezahlt hat. Eine Buchung wird "
        "nie geändert: Was falsch ist, wird storniert und neu gebucht.",
        actions=actions if current_actor().may(Permission.EXPENDITURE_WRITE) else [],
        options=_options(),
    )


@pages.get("/liste.<table_format>")
@requires(Permission.EXPENDITURE_READ)
def download_list(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format, options=_options())


def _options() -> dict[str, list[Option]]:
    return {"jahr": [Option(str(year), str(year)) for year in booked_years(db.session(), current_actor())]}
