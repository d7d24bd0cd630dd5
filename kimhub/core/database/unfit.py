"""A database that exists and that this version of KIMHub cannot go on with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kimhub.core.operator_error import OperatorError


class UnfitDatabaseError(OperatorError):
    """Made with other properties, or by other migrations than those of this version. `cure`: on a given server."""

    def __init__(self, what: str, cure: str) -> None:
        self.what = what
        super().__init__(f"{what} {cure}")


@contextmanager
def begun_anew(var: Path | None) -> Iterator[None]:
    """Give an `UnfitDatabaseError` the way out of the embedded mode, where the directory `var` is easily put aside.

    None: the server is a given one, and the error says itself what helps.
    """
    try:
        yield
    except UnfitDatabaseError as error:
        if var is None:
            raise
        raise OperatorError(
            f"{error.what} Benennen Sie das Verzeichnis {var} um und starten Sie erneut: Dort entsteht alles neu. "
            "Was im alten steht, zeigt nur die Fassung von KIMHub, die es angelegt hat."
        ) from error
