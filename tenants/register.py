"""The register of Kreise and Gemeinden: reference data about bodies, whether they take part or not.

Only the operator writes it, as the owner role. An import can be repeated: what is the same is left, what
differs is changed, nothing is ever deleted, and a file with one broken row changes nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, select, text, update
from sqlalchemy.sql.expression import bindparam

from tenants.access import TenantKind
from tenants.errors import ConflictError
from tenants.models import RegisterEntry, Tenant
from tenants.register_file import Edition, RegisterFile, check_counts
from tenants.sorting import sort_key

Progress = Callable[[str, int, int], None]
"""Called with a stage (German), how much of it is done, and how much there is."""

_TABLE = cast("Table", RegisterEntry.__table__)
_COLUMNS = tuple(column.name for column in _TABLE.columns)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One value of one entry that the file has otherwise."""

    ags: str
    name: str
    column: str
    old: object
    new: object


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do: keys in the order of the register."""

    added: tuple[str, ...]
    changed: tuple[Change, ...]
    left: int
    """Entries that were the same already."""
    not_in_file: tuple[str, ...]
    """Entries that the file does not name. They stay."""

    @property
    def changed_entries(self) -> int:
        """Return how many entries have at least one change."""
        return len({change.ags for change in self.changed})


class TakesPartError(ConflictError):
    """A body that takes part cannot become another kind or move to another Kreis by an import."""

    code = "register-entry-in-use"


def registered_kreise(connection: Connection) -> frozenset[str]:
    """Return the keys of the Kreise in the register."""
    return frozenset(connection.scalars(select(_TABLE.c.ags).where(_TABLE.c.kind == TenantKind.KREIS)))


def import_register(
    connection: Connection, register: RegisterFile, edition: Edition, *, progress: Progress | None = None
) -> ImportReport:
    """Bring the register to the state of the file, inside the caller's transaction as the owner role.

    A dry run is an import whose transaction the caller rolls back. Two imports at once wait for each other.
    Raises `RegisterFileError` when the numbers are not those of the edition, `TakesPartError`.
    """
    check_counts(register, edition.counts)
    report = progress or (lambda _stage, _done, _total: None)
    connection.execute(text("LOCK TABLE register_entry IN SHARE ROW EXCLUSIVE MODE"))
    existing = {row.ags: row._mapping for row in connection.execute(select(_TABLE))}  # noqa: SLF001 - its public name
    wanted = _values(register, edition)
    changes = [change for values in wanted for change in _changes(existing.get(values["ags"]), values)]
    _refuse_moves(connection, changes)
    added = [values for values in wanted if values["ags"] not in existing]
    changed_keys = {change.ags for change in changes}
    changed = [values for values in wanted if values["ags"] in changed_keys]
    total, done = len(added) + len(changed), 0
    change_row = (
        update(_TABLE)
        .where(_TABLE.c.ags == bindparam("key"))
        .values({name: bindparam(name) for name in _COLUMNS if name != "ags"})
    )
    for batch in _batches(added):
        connection.execute(insert(_TABLE), batch)
        report("Einträge werden angelegt", done := done + len(batch), total)
    for batch in _batches(changed):
        connection.execute(change_row, [{"key": values["ags"], **_without_ags(values)} for values in batch])
        report("Einträge werden geändert", done := done + len(batch), total)
    return ImportReport(
        added=tuple(values["ags"] for values in added),
        changed=tuple(changes),
        left=len(wanted) - total,
        not_in_file=tuple(sorted(existing.keys() - {values["ags"] for values in wanted})),
    )


def _values(register: RegisterFile, edition: Edition) -> list[dict[str, Any]]:
    origin: dict[str, str | date] = {
        "source": edition.source,
        "population_date": edition.population_date,
    }
    return [
        {**asdict(row), "kind": row.kind.value, "sort_key": sort_key(row.name), **origin}
        for row in register.rows
    ]


def _changes(old: Any, new: dict[str, Any]) -> list[Change]:
    if old is None:
        return []
    return [
        Change(new["ags"], new["name"], column, old[column], new[column])
        for column in _COLUMNS
        if old[column] != new[column]
    ]


def _refuse_moves(connection: Connection, changes: list[Change]) -> None:
    moved = {change.ags: change.name for change in changes if change.column in {"kind", "parent_ags"}}
    in_use = connection.scalars(select(Tenant.ags).where(Tenant.ags.in_(moved))).all() if moved else []
    if in_use:
        names = ", ".join(f"{moved[ags]} ({ags})" for ags in in_use if ags)
        raise TakesPartError(
            f"Die Datei ändert die Art oder den Kreis von Kommunen, die bereits teilnehmen: {names}. "
            "Es wurde nichts übernommen. Klären Sie zuerst, was mit ihren laufenden Vorgängen geschieht."
        )


def _batches(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [rows[start : start + _BATCH] for start in range(0, len(rows), _BATCH)]


def _without_ags(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "ags"}
