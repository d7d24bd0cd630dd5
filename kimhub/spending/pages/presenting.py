"""How bookings look: their state, their facts, their line in a list."""

from __future__ import annotations

from markupsafe import Markup

from kimhub.core import formats
from kimhub.core.web.view import Badge, Fact, Tone
from kimhub.programme.public import GrantPurpose, Teilplanzeile
from kimhub.spending.models import Expenditure, ExpenditureImport
from kimhub.spending.pages.blueprint import page_url

BOOKED = Badge("gebucht", Tone.SUCCESS)
REVERSED = Badge("storniert", Tone.WARNING)
REVERSAL = Badge("Storno", Tone.WARNING)


def state_badge(*, is_reversal: bool, is_reversed: bool) -> Badge:
    """Return how a booking stands."""
    if is_reversal:
        return REVERSAL
    return REVERSED if is_reversed else BOOKED


def purpose_label(purpose: str) -> str:
    """Return purpose and Baustein, e.g. „Case Management (Baustein 2)“."""
    known = GrantPurpose(purpose)
    return f"{known.label} ({known.baustein.label})"


def line_label(teilplanzeile: str) -> str:
    """Return number and name, e.g. „15 Transferaufwendungen“."""
    return f"{teilplanzeile} {Teilplanzeile(teilplanzeile).label}"


def facts(booked: Expenditure, file: ExpenditureImport | None = None) -> list[Fact]:
    """Return what a booking says, without what was left empty; `file` is what it was read from."""
    period = (
        formats.period(booked.period_from, booked.period_to)
        if booked.period_from and booked.period_to
        else ""
    )
    known = [
        ("Betrag", formats.euro(booked.amount)),
        ("Buchungstag", formats.day(booked.booked_on)),
        ("Haushaltsjahr", str(booked.year)),
        ("Zweck", purpose_label(booked.purpose)),
        ("Teilplanzeile", line_label(booked.teilplanzeile)),
        ("Stelle", booked.position_reference),
        ("Leistungszeitraum", period),
        ("Empfänger", booked.recipient),
        ("Buchungstext", booked.text),
        ("Begründung des Stornos", booked.reason),
        ("Erfasst", f"{formats.moment(booked.created_at)}, {booked.actor_label}"),
        ("Herkunft", _origin(booked, file) if file else ""),
    ]
    return [Fact(label, value) for label, value in known if value]


def _origin(booked: Expenditure, file: ExpenditureImport) -> Markup:
    """Return the file and the row that a booking was read from."""
    return Markup('aus der Einlesung <a class="{}" href="{}">{}</a> (Zeile {})').format(
        "kern-link kern-link--no-visited-state",
        page_url("show_import_file", import_id=file.id),
        file.filename,
        formats.number(booked.import_row or 0),
    )
