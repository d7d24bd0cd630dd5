"""Reading files in from the terminal."""

from __future__ import annotations

import signal

import pytest

from kimhub import cli
from tests.spending.files import GOOD, changed, csv_file
from tests.support.committed import committed_district


@pytest.fixture
def slug(committing):
    return committed_district(committing).stadt.slug


@pytest.fixture
def kimhub(committing, monkeypatch, capsys):
    """Call the program as the terminal does; return its status and what it says to whom."""
    committing.set_environ(monkeypatch)
    interrupted = signal.getsignal(signal.SIGINT)

    def kimhub(*arguments):
        with pytest.raises(SystemExit) as ended:
            cli.main(["spending", *arguments])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    yield kimhub
    signal.signal(signal.SIGINT, interrupted)


def test_a_file_is_checked_and_what_is_wrong_is_listed(kimhub, slug, tmp_path):
    path = tmp_path / "juni.csv"
    path.write_bytes(csv_file(GOOD, changed(Betrag="x")))
    status, _, told = kimhub("import", str(path), "--tenant", slug, "--book")
    assert status == 1
    assert "Es wurde nichts gebucht" in told
    assert "Zeile 3, Betrag: „x“ ist kein Betrag." in told
    path.write_bytes(csv_file(GOOD))
    status, said, told = kimhub("import", str(path), "--tenant", slug)
    assert status == 0, told
    assert "Noch nicht gebucht" in said


def test_the_template_is_put_where_one_says(kimhub, slug, tmp_path):
    path = tmp_path / "vorlage.xlsx"
    status, _, _ = kimhub("template", str(path), "--tenant", slug)
    assert status == 0
    assert path.read_bytes().startswith(b"PK")
    status, _, told = kimhub("template", str(path), "--tenant", "nirgendwo")
    assert status == 1
    assert "nirgendwo" in told
