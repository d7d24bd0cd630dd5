"""The form of a Bescheid: its facts and the grid of its amounts, opened with known values or read as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from flask import request
from marshmallow import ValidationError

from kimhub.core.documents import MAX_FILE_SIZE, DocumentRefusedError, UploadedFile
from kimhub.core.documents.kinds import ENDINGS, LABELS
from kimhub.core.documents.limits import MEGABYTE
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import CommandSchema, Upload, parse_day
from kimhub.core.web.editing import VERSION, try_edit
from kimhub.core.web.forms import Choosable, Form, bind, blank
from kimhub.funding.models import GrantKind
from kimhub.funding.pages.amounts import (
    AmountGrid,
    items_of,
    named_as_typed,
    typed_values,
    years_offered,
    years_typed,
)
from kimhub.funding.pages.blueprint import try_with
from kimhub.funding.queries import GRANT, GrantFile
from kimhub.funding.schemas import MOST_YEARS, BescheidFieldsSchema, GrantDetailsSchema, ReasonSchema
from kimhub.funding.terms import Bescheid, CellAmount

T = TypeVar("T")

FILE_HINT = f"Eine Datei mit höchstens {MAX_FILE_SIZE // MEGABYTE} MB. Möglich sind {LABELS}."


class FileSchema(CommandSchema):
    """A file of a Bescheid."""

    file = Upload("Datei", accept=ENDINGS, hint=FILE_HINT)


class FirstBescheidSchema(BescheidFieldsSchema, GrantDetailsSchema):
    """A Zuwendungsbescheid with the grant that it founds."""

    file = Upload("Bescheid als Datei", accept=ENDINGS, optional=True, hint=FILE_HINT)


class AmendmentSchema(BescheidFieldsSchema, ReasonSchema):
    """An Änderungsbescheid."""

    file = Upload("Änderungsbescheid als Datei", accept=ENDINGS, optional=True, hint=FILE_HINT)


@dataclass(frozen=True, slots=True)
class Entry:
    """A form, the cells that it asks for, and the amounts typed (empty until they could be read)."""

    form: Form
    grid: AmountGrid
    items: Sequence[CellAmount] = ()

    def bescheid(self) -> Bescheid:
        """Return what the Bescheid says; for a valid form only."""
        data = self.form.data
        return Bescheid(
            **{name: data[name] for name in ("aktenzeichen", "issued_on", "received_on")},
            **{name: data[name] for name in ("period_from", "period_to")},
            conditions=data["conditions"],
            reason=data.get("reason", ""),
            items=self.items,
        )

    def upload(self) -> UploadedFile | None:
        """Return the file that was chosen."""
        chosen = self.form.data["file"]
        return UploadedFile.read(chosen.filename, chosen.stream) if chosen else None

    def try_with(self, use_case: Callable[[], T]) -> T | None:
        """Return what the use case returns; None when it refuses, and the form says why at its fields."""
        return try_with(self.form, self._named(use_case))

    def try_edit(
        self, grant_id: UUID, stored: Callable[[GrantFile], Form], use_case: Callable[[], T]
    ) -> T | None:
        """Do the same with a draft that others may have changed since this form was made."""
        return try_edit(
            self.form, GRANT, grant_id, stored, self._named(use_case), version=request.form.get(VERSION, "")
        )

    def _named(self, use_case: Callable[[], T]) -> Callable[[], T]:
        def named() -> T:
            try:
                return use_case()
            except DocumentRefusedError:
                raise
            except InvalidInputError as refused:
                raise named_as_typed(refused, self.items) from refused

        return named


def open_entry(
    schema: type[CommandSchema],
    kind: GrantKind,
    initial: Mapping[str, Any],
    items: Sequence[CellAmount],
    options: Choosable | None = None,
) -> Entry:
    """Open the form with known values; the years are those of the period, and those that have money."""
    period = range(initial["period_from"].year, initial["period_to"].year + 1)
    grid = AmountGrid.of(kind, {*period, *(item.cell.year for item in items)})
    form = blank(_with_cells(schema, grid), {**initial, **typed_values(items)}, options=options)
    return Entry(form, grid)


def read_entry(schema: type[CommandSchema], kind: GrantKind, options: Choosable | None = None) -> Entry:
    """Read the form of the request; a period with further years is shown again with their fields."""
    typed = request.form
    offered, period = years_offered(typed), _years_of_period(typed)
    grid = AmountGrid.of(kind, {*period, *years_typed(typed)} or offered)
    form = bind(_with_cells(schema, grid), typed, request.files, options=options)
    added = [year for year in period if year not in offered]
    if form.valid and added:
        form.messages.append(
            f"Der Bewilligungszeitraum umfasst jetzt auch {', '.join(map(str, added))}. Ergänzen Sie die Beträge oder "
            "lassen Sie sie leer, dann speichern Sie noch einmal."
        )
    return Entry(form, grid, items_of(form, grid) if form.valid else ())


def _with_cells(schema: type[CommandSchema], grid: AmountGrid) -> CommandSchema:
    whole: CommandSchema = schema.from_dict(dict(grid.fields()))()  # type: ignore[assignment]
    return whole


def _years_of_period(typed: Mapping[str, str]) -> range:
    try:
        first, last = (parse_day(typed.get(name, "")).year for name in ("period_from", "period_to"))
    except ValidationError:
        return range(0)
    return range(first, last + 1) if last - first < MOST_YEARS else range(0)
