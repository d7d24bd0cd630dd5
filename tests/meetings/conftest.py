"""The district of the committees' tests, without papers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.committees.conftest import Hall, built

__all__ = ["built"]


@pytest.fixture
def hall(built) -> Iterator[Hall]:
    """The district without committees and papers, inside the application."""
    with built.app.app_context():
        yield built
    with built.superuser.begin() as connection:
        connection.execute(text("TRUNCATE committee, paper CASCADE"))
