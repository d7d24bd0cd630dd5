"""A directory for servers. pytest's own is closed by every other pytest that starts (root, chmod)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="kimhub-test-") as directory:
        yield Path(directory).resolve()
