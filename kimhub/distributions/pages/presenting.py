"""How a worked distribution stands in tables, and its problems in sentences."""

from __future__ import annotations

from kimhub.core.web.view import Column
from kimhub.distributions.sheet import Sheet
from kimhub.distributions.working import Worked


def share_columns(worked: Worked | None) -> list[Column]:
    """Return the columns of the table of shares; those of money only where there is some."""
    columns = [
        Column("Beteiligte"),
        Column("Kennzahl", numeric=True),
        Column("rechnerisch", numeric=True),
        Column("Anteil", numeric=True),
        Column("Differenz", numeric=True),
    ]
    if worked is not None and worked.result is not None:
        if worked.result.kept:
            columns.append(Column("bleibt hier", numeric=True))
        columns += [Column(str(money.cell.year), numeric=True) for money in worked.result.cells]
    return [*columns, Column("Hinweis")]


def coverage_columns() -> list[Column]:
    """Return the columns of the table of the fund."""
    return [
        Column("Mittel"),
        Column("noch frei", numeric=True),
        Column("Verteilung", numeric=True),
        Column("danach frei", numeric=True),
    ]


def allocation_columns() -> list[Column]:
    """Return the columns of the table of allocations."""
    return [Column("Empfänger"), Column("Betrag", numeric=True), Column("Stand")]


def counted(number: int) -> str:
    """Return how many allocations there are, in words for people."""
    return "1 Weiterleitung" if number == 1 else f"{number} Weiterleitungen"


def problem_lines(sheet: Sheet, worked: Worked | None) -> list[tuple[str | None, str]]:
    """Return what stands in the way, each with the field it is about, if that is on the page."""
    if sheet.form.submitted or worked is None:
        return sheet.form.summary
    return [(None, message) for messages in worked.problems.values() for message in messages]
