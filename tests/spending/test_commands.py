"""Reading files in from the terminal."""

from __future__ import annotations

import subprocess
import sys

from tests.spending.files import GOOD, changed, csv_file
from tests.spending.test_memory import environment

__all__ = ["environment"]


def kimhub(environ, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "kimhub", "spending", *arguments],
        env=environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_file_is_checked_and_what_is_wrong_is_listed(environment, tmp_path):
    slug, environ = environment
    path = tmp_path / "juni.csv"
    path.write_bytes(csv_file(GOOD, changed(Betrag="x")))
    refused = kimhub(environ, "import", str(path), "--tenant", slug, "--book")
    assert refused.returncode == 1
    assert "Es wurde nichts gebucht" in refused.stderr
    assert "Zeile 3, Betrag: „x“ ist kein Betrag." in refused.stderr
    path.write_bytes(csv_file(GOOD))
    checked = kimhub(environ, "import", str(path), "--tenant", slug)
    assert checked.returncode == 0, checked.stderr
    assert "Noch nicht gebucht" in checked.stdout


def test_the_template_is_put_where_one_says(environment, tmp_path):
    slug, environ = environment
    path = tmp_path / "vorlage.xlsx"
    assert kimhub(environ, "template", str(path), "--tenant", slug).returncode == 0
    assert path.read_bytes().startswith(b"PK")
    unknown = kimhub(environ, "template", str(path), "--tenant", "nirgendwo")
    assert unknown.returncode == 1
    assert "nirgendwo" in unknown.stderr
