"""What other features get from reports."""

from __future__ import annotations

import hashlib

from kimhub.reports.public import FINANZIERUNGSUEBERSICHT, REPORT_TYPES, from_json, render, save


def test_a_report_is_found_by_its_code_and_written_to_files(koeln, tmp_path):
    report_type = REPORT_TYPES["finanzierungsuebersicht"]
    assert report_type is FINANZIERUNGSUEBERSICHT
    report = render(report_type, koeln)
    paths = save(report, tmp_path / "out", "koeln")
    assert [path.name for path in paths] == [
        "koeln.json",
        "koeln.pdf",
        "koeln.xlsx",
        "koeln.kostenaufteilung.svg",
    ]
    for suffix, digest in report.sha256.items():
        assert hashlib.sha256((tmp_path / "out" / f"koeln.{suffix}").read_bytes()).hexdigest() == digest
    assert from_json(report_type.document_type, paths[0].read_bytes()) == koeln
