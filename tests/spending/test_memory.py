"""A file of 100,000 rows is checked and booked in a process of less than 300 MB."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date, timedelta

import pytest
import xlsxwriter
from sqlalchemy import create_engine

from kimhub.spending.imports.checking import MAX_ROWS
from tests.factories.tenants import create_district
from tests.spending.files import HEAD
from tests.support.cluster import NO_QUEUE

MEGABYTES = 300
ROWS = 20_000
BYTES_PER_ROW = 800
"""What each further row costs: its texts, which a workbook keeps in one table, and its fingerprint."""
RUN = (
    "import re, sys; from kimhub.cli import kimhub;"
    " kimhub(sys.argv[1:], standalone_mode=False);"
    " print('peak', int(re.search(r'VmHWM:\\s*(\\d+) kB', open('/proc/self/status').read())[1]) // 1024)"
)
"""Not ru_maxrss: that remembers how large the process was that started this one."""


def workbook(path, count, first):
    """As finance software writes it: real days and numbers, every text but the codes another one."""
    book = xlsxwriter.Workbook(path, {"constant_memory": False})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_row(0, 0, HEAD)
    for row in range(1, count + 1):
        number = first + row
        sheet.write_row(row, 0, [f"RE-2021-{number:07}"])
        sheet.write_datetime(row, 1, date(2021, 1, 1) + timedelta(days=number % 365), day)
        sheet.write_row(
            row, 2, [10 + number / 100, 16, "Begleitausgaben", 1, f"KST-{number % 50}", None, None]
        )
        sheet.write_row(row, 9, [f"Buchung {number} der Integrationsarbeit", f"Träger {number % 5000} e. V."])
    book.close()


@pytest.fixture
def environment(committing):
    owner = create_engine(committing.urls.owner)
    with owner.begin() as connection:
        slug = create_district(connection).stadt.slug
    owner.dispose()
    return slug, {**os.environ, **committing.environ, "KIMHUB_REDIS_URL": NO_QUEUE}


def test_a_large_file_is_booked_in_little_memory(environment, tmp_path):
    slug, environ = environment
    path = tmp_path / "gross.xlsx"
    workbook(path, ROWS, 0)
    done = subprocess.run(
        [sys.executable, "-c", RUN, "spending", "import", str(path), "--tenant", slug, "--book"],
        env=environ, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "20.000 Ausgaben gebucht" in done.stdout
    peak = int(re.search(r"peak (\d+)", done.stdout)[1])
    assert peak + (MAX_ROWS - ROWS) * BYTES_PER_ROW / 1e6 < MEGABYTES, f"{peak} megabytes for {ROWS} rows"
