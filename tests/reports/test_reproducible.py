"""The same document gives the same bytes: in another process, another time zone, another place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kimhub.reports.documents import from_json, to_json
from kimhub.reports.frame import render
from kimhub.reports.rendering import chart
from kimhub.reports.types.finanzierungsuebersicht.chart import cost_split
from kimhub.reports.types.finanzierungsuebersicht.document import FinanzierungsuebersichtDocument
from kimhub.reports.types.finanzierungsuebersicht.report import FINANZIERUNGSUEBERSICHT

ROOT = Path(__file__).parents[2]
IN_ANOTHER_PROCESS = """
import json, sys
from kimhub.reports.documents import from_json
from kimhub.reports.frame import render
from kimhub.reports.rendering import chart
from kimhub.reports.types.finanzierungsuebersicht.chart import cost_split
from kimhub.reports.types.finanzierungsuebersicht.document import FinanzierungsuebersichtDocument
from kimhub.reports.types.finanzierungsuebersicht.report import FINANZIERUNGSUEBERSICHT
document = from_json(FinanzierungsuebersichtDocument, sys.stdin.buffer.read())
print(json.dumps(render(FINANZIERUNGSUEBERSICHT, document).sha256))
"""


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "UTC", "SOURCE_DATE_EPOCH": "0", "PYTHONHASHSEED": "2"},
    ],
)
def test_another_process_draws_the_same_bytes_from_the_json(koeln, environment, tmp_path):
    report = render(FINANZIERUNGSUEBERSICHT, koeln)
    result = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS],
        input=to_json(koeln),
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), **environment},
    )
    assert json.loads(result.stdout) == report.sha256


def test_drawing_again_and_after_another_document_gives_the_same_bytes(koeln, long_plan):
    first = render(FINANZIERUNGSUEBERSICHT, koeln)
    render(FINANZIERUNGSUEBERSICHT, long_plan)
    again = render(FINANZIERUNGSUEBERSICHT, from_json(FinanzierungsuebersichtDocument, first.json))
    assert (again.json, again.pdf, again.xlsx, again.charts) == (
        first.json,
        first.pdf,
        first.xlsx,
        first.charts,
    )


def test_progress_is_told_stage_by_stage(koeln):
    stages = []
    render(FINANZIERUNGSUEBERSICHT, koeln, lambda name, done, total: stages.append((name, done, total)))
    assert stages == [
        ("Angaben prüfen", 0, 4), ("Diagramme zeichnen", 1, 4), ("PDF setzen", 2, 4), ("Tabelle schreiben", 3, 4),
    ]  # fmt: skip


def test_a_picture_does_not_depend_on_the_fonts_of_the_machine(koeln):
    """Texts may be of any width: with a font that no machine has, everything stands where it stood."""
    ours = cost_split(koeln)
    house_font = chart._HOUSE_STYLE["font"]
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(chart._HOUSE_STYLE, "font", "DejaVu Sans Mono, monospace")
        other = cost_split(koeln)
    assert other != ours
    assert other.replace("DejaVu Sans Mono, monospace", house_font) == ours


def test_laying_out_the_fonts_leaves_no_files_behind(tmp_path):
    script = "from kimhub.reports.rendering.fonts import typst_fonts as fonts; print(len(fonts().fonts()))"
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
    )
    assert result.stdout.strip() == b"3"
    assert list(tmp_path.iterdir()) == []
