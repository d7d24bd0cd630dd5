"""The whole way with real processes: order, relay, Redis, worker, files. Nothing is simulated, everything commits."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Barrier

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kimhub.cli import kimhub
from kimhub.core.operator_error import OperatorError
from kimhub.reports.models import FileFormat, ReportState
from kimhub.reports.queries import content_of, files_of, get_report
from kimhub.reports.usecases.build_report import build_report
from tenants import Role, transaction
from tests.factories.reports import KOELN, ordered, stored_plan
from tests.support.job_processes import Crew, child_of, eventually, kill
from tests.support.jobs import Unfenced
from tests.support.patience import PATIENCE
from tests.support.queue_server import queue_server
from tests.support.works import works_on

pytestmark = pytest.mark.faults

LONG = str(int(2 * PATIENCE))


@pytest.fixture(scope="module")
def works(cluster):
    name = f"reports_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with queue_server() as queue, works_on(cluster, queue, name) as works:
        yield works


@pytest.fixture
def crew(works):
    crew = Crew(works.environ)
    yield crew
    crew.dismiss()


@pytest.fixture
def actor(works):
    return works.district.stadt.actor(Role.KI_COORDINATOR)


@pytest.fixture(scope="module")
def plan_id(works):
    with works.app.app_context():
        return stored_plan(works.district.stadt.actor(Role.KI_COORDINATOR))


def seen(works, actor, report_id):
    with works.app.app_context(), transaction(actor, read_only=True) as session:
        return get_report(session, report_id)


def fetched(works, actor, report_id, file_format):
    with works.app.app_context(), transaction(actor, read_only=True) as session:
        return content_of(session, report_id, file_format).content


def order(works, actor, plan_id, **details):
    with works.app.app_context():
        return ordered(actor, plan_id, **details)


def is_built(works, actor, report_id):
    eventually(
        lambda: seen(works, actor, report_id).state is ReportState.BUILT,
        f"{seen(works, actor, report_id)}",
        seconds=2 * PATIENCE,
    )


def words_of(pdf):
    return "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_koelns_report_is_built_by_a_worker_with_all_its_files(works, crew, actor, plan_id):
    report_id = order(works, actor, plan_id, file_number="KI-50-21/2021")
    assert seen(works, actor, report_id).state is ReportState.ORDERED
    crew.relay()
    crew.worker()
    is_built(works, actor, report_id)
    words = words_of(fetched(works, actor, report_id, FileFormat.PDF))
    assert "1.686.708,05" in words
    assert "KI-50-21/2021" in words
    workbook = load_workbook(BytesIO(fetched(works, actor, report_id, FileFormat.XLSX)), data_only=True)
    values = {cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row}
    assert any(value == pytest.approx(1686708.05) for value in values if isinstance(value, int | float))
    json = fetched(works, actor, report_id, FileFormat.JSON)
    assert seen(works, actor, report_id).report.sha256 == hashlib.sha256(json).digest()


def test_a_worker_killed_while_it_builds_costs_time_and_nothing_else(works, crew, actor, plan_id):
    report_id = order(works, actor, plan_id, scenario="Zweiter Anlauf")
    crew.relay()
    first = crew.worker()
    kill(first, child_of(first))
    report = seen(works, actor, report_id).report
    assert report.state in {ReportState.ORDERED, ReportState.BUILT}
    works.change("run_at = clock_timestamp()", report.job_id, actor)  # the lost worker's lease is over
    crew.worker()
    is_built(works, actor, report_id)
    with works.app.app_context(), transaction(actor, read_only=True) as session:
        files = session.scalar(
            text("SELECT count(*) FROM report_file WHERE report_id = :id"), {"id": report_id}
        )
    assert files == 3


def at_once(number, what):
    """Call `what(0)`, `what(1)`, … in threads of their own; return what came out, or was raised."""

    def outcome(index):
        try:
            return what(index)
        except SQLAlchemyError as refused:
            return refused

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(outcome, range(number)))


def test_five_who_order_the_same_at_the_same_moment_get_one_report(works, actor, plan_id):
    ready = Barrier(5)

    def press(_):
        ready.wait()
        return order(works, actor, plan_id, scenario="Alle zugleich")

    assert len(set(at_once(5, press))) == 1


def test_two_who_build_the_same_report_at_the_same_moment_leave_one_result(works, actor, plan_id):
    """What the jobs' fence prevents, the rows themselves refuse as well."""
    report_id = order(works, actor, plan_id, scenario="Doppelt gebaut")
    together = Barrier(2)

    class Together(Unfenced):
        def progress(self, stage, *_):
            if stage == "Dateien ablegen":
                together.wait(timeout=PATIENCE)

    def build_it(_):
        with works.app.app_context():
            build_report(actor, report_id, Together(actor))

    outcomes = [type(outcome).__name__ for outcome in at_once(2, build_it)]
    assert "NoneType" in outcomes, "one builds it"
    assert set(outcomes) <= {"NoneType", "IntegrityError"}, "the other finds it built, or is refused"
    is_built(works, actor, report_id)
    with works.app.app_context(), transaction(actor, read_only=True) as session:
        assert len(files_of(session, get_report(session, report_id).report)) == 3


# --- the same from the terminal --------------------------------------------------------------------------------------


def build(works, directory, *options):
    return CliRunner().invoke(
        kimhub,
        ["reports", "build", "--tenant", "freistadt", "--out", str(directory), *options],
        env=works.environ,
    )


def test_the_terminal_orders_waits_and_writes_the_files(works, crew, plan_id, tmp_path):
    crew.relay()
    crew.worker()
    result = build(works, tmp_path / "neu", "--plan", KOELN.title, "--aktenzeichen", "KI-77", "--wait", LONG)
    assert result.exit_code == 0, result.output
    paths = [Path(line) for line in result.stdout.splitlines()]
    assert [path.suffix for path in paths] == [".pdf", ".xlsx", ".json"]
    assert set(paths) == set((tmp_path / "neu").iterdir())
    words = words_of(paths[0].read_bytes())
    assert "1.686.708,05" in words
    assert "KI-77" in words
    stages = [line.strip().removeprefix("Finanzierungsübersicht: ") for line in result.stderr.splitlines()]
    assert stages[-1] == "fertig"
    assert "Wird erneut versucht" not in stages


def test_the_terminal_says_when_nobody_works_the_queue_and_the_order_stays(
    works, crew, actor, plan_id, tmp_path
):
    result = build(works, tmp_path, "--plan", str(plan_id), "--szenario", "Niemand da", "--wait", "1")
    assert isinstance(result.exception, OperatorError)
    assert "kimhub relay" in str(result.exception)
    assert list(tmp_path.iterdir()) == []
    with works.app.app_context(), transaction(actor, read_only=True) as session:
        report_id = session.scalar(
            text("SELECT id FROM report WHERE parameters ->> 'scenario' = 'Niemand da'")
        )
    crew.relay()
    crew.worker()
    is_built(works, actor, report_id)


def test_the_terminal_names_what_the_check_refuses(works, crew, plan_id, tmp_path):
    crew.relay()
    crew.worker()
    result = build(
        works, tmp_path, "--plan", str(plan_id), "--aktenzeichen", "\N{GRINNING FACE}", "--wait", LONG
    )
    assert isinstance(result.exception, OperatorError)
    assert "Aktenzeichen: Nicht druckbar ist" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--plan", "Gibt es nicht"], KOELN.title),
        (["--plan", "00000000-0000-4000-8000-000000000000"], "Nicht gefunden"),
        (["--plan", "x", "--tenant", "atlantis"], "„atlantis“ nimmt nicht teil"),
        (
            ["--plan", "x", "--tenant", "bezirksregierung-musterberg"],
            "erstellt keine Finanzierungsübersichten",
        ),
    ],
)
def test_the_terminal_names_what_it_does_not_find(works, plan_id, tmp_path, options, said):
    result = build(works, tmp_path, *options)
    assert isinstance(result.exception, OperatorError)
    assert said in str(result.exception)
