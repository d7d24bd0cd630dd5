"""What `.ci/run` promises: nothing is skipped because the machine lacks something."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deployment.support import ROOT

SKIPPING = """
import pytest
from tests.support import parts

def test_that_lacks_a_program():
    parts.debian_postgres(9)

def test_that_lacks_nothing():
    pass
"""
WHOLE_MODULE = "import pytest; pytest.skip('nothing here', allow_module_level=True)"


def summary(place: Path, program: str, **variables: str) -> str:
    """The last line of a run of its own, and what it says of each test that did not pass."""
    (place / "test_it.py").write_text(program)
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KIMHUB_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.support.parts", "-rfEs", "-q", "--rootdir", place, place],
        env=inherited | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | variables,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


def test_a_developer_is_told_which_package_would_help(tmp_path):
    told = summary(tmp_path, SKIPPING)
    assert "PostgreSQL is not installed (Debian: apt-get install postgresql-9)" in told
    assert "1 passed, 1 skipped" in told


def test_a_complete_run_fails_instead_and_names_the_package(tmp_path):
    told = summary(tmp_path, SKIPPING, KIMHUB_TEST_COMPLETE="1")
    assert "apt-get install postgresql-9" in told
    assert "1 failed, 1 passed" in told


@pytest.mark.parametrize(("complete", "expected"), [("", "1 skipped"), ("1", "1 error")])
def test_a_module_that_skips_itself_is_no_exception(tmp_path, complete, expected):
    assert expected in summary(tmp_path, WHOLE_MODULE, KIMHUB_TEST_COMPLETE=complete)
