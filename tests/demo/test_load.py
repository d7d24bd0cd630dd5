"""The demo district: complete, idempotent, and only in the places where it belongs."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, text

from kimhub.demo.commands import demo
from kimhub.demo.district import ACCOUNTS
from kimhub.demo.load import demo_password
from tests.support.browser import SameOriginClient

COUNTED = (
    "register_entry",
    "tenant",
    "account",
    "membership",
    "financing_plan",
    "grant_application",
    "baustein_decision",
    "position_request",
    "distribution",
    "organization",
    "allocation",
    "proceeding_entry",
    "funding_grant",
    "expenditure",
    "drawdown",
    "drawdown_receipt",
    "committee",
    "committee_participant",
    "seat",
    "measure",
    "measure_step",
    "meeting",
    "paper",
    "consultation",
)


def load(committing, monkeypatch):
    """Load as people do, by the command."""
    committing.set_environ(monkeypatch)
    assert CliRunner().invoke(demo, ["load"], catch_exceptions=False).exit_code == 0


def counts(committing):
    admin = committing.urls.admin.replace(
        "/postgres?", f"/{committing.urls.app.split('/')[-1].split('?')[0]}?"
    )
    with create_engine(admin, poolclass=NullPool).connect() as connection:
        return {table: connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in COUNTED}


@pytest.fixture
def loaded(committing, monkeypatch):
    load(committing, monkeypatch)
    return committing


def test_the_demo_is_complete_and_loading_again_changes_nothing(loaded, monkeypatch):
    first = counts(loaded)
    assert first == {
        "register_entry": 427, "tenant": 38, "account": len(ACCOUNTS), "membership": len(ACCOUNTS),
        "financing_plan": 2, "grant_application": 2, "baustein_decision": 1,
        "position_request": 2, "distribution": 1, "allocation": 23, "proceeding_entry": 29, "funding_grant": 4,
        "expenditure": 180, "drawdown": 16, "drawdown_receipt": 15,
        "organization": 12, "committee": 14, "committee_participant": 16, "seat": 11,
        "measure": 3, "measure_step": 5,
        "meeting": 11, "paper": 5, "consultation": 12,
    }  # fmt: skip
    load(loaded, monkeypatch)
    assert counts(loaded) == first


def test_every_account_can_sign_in_and_lands_on_its_desk(loaded):
    password = demo_password(loaded.app.extensions["kimhub.settings"])
    for account in ACCOUNTS:
        client = SameOriginClient(loaded.app, loaded.app.response_class)
        answer = client.post("/anmelden", data={"email": account.email, "password": password})
        assert answer.status_code == 303, account.email
        desk = client.get(answer.headers["Location"], follow_redirects=True)
        assert desk.status_code == 200, account.email
        assert desk.request.path == f"/t/{account.slug}/"


def test_the_demo_is_refused_in_production(monkeypatch):
    monkeypatch.setenv("KIMHUB_ENVIRONMENT", "production")
    for name, value in {
        "KIMHUB_DATABASE_URL": "postgresql://kimhub_app@localhost/kimhub",
        "KIMHUB_REDIS_URL": "redis://localhost/0",
        "KIMHUB_SECRET_KEY": "x" * 40,
        "KIMHUB_JWT_KEY_FILE": "/nowhere",
        "KIMHUB_BASE_URL": "https://kim.example",
    }.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(demo, ["load"])
    assert "gehören nicht in den Betrieb" in str(result.exception)


def test_committees_stand_as_the_papers_say_and_what_is_assumed_says_so(loaded):
    password = demo_password(loaded.app.extensions["kimhub.settings"])

    def pages(local_part, slug):
        """The directory as somebody sees it, and the page of each committee in it."""
        client = SameOriginClient(loaded.app, loaded.app.response_class)
        client.post("/anmelden", data={"email": f"{local_part}@{slug}.example", "password": password})
        here = f"/t/{slug}/gremien/verzeichnis"
        directory = client.get(here).text
        ids = dict.fromkeys(re.findall(rf"{here}/([0-9a-f-]{{36}})\"", directory))
        return directory, [client.get(f"{here}/{committee_id}").text for committee_id in ids]

    directory, found = pages("ki", "koeln")
    assert len(found) == 8
    assert "Stadtarbeitsgemeinschaft Behindertenpolitik" in directory
    _, (committee,) = pages("gremien", "bornheim")
    for words in (
        "Ausschuss für Chancengerechtigkeit und Integration", "spätestens 12 Tage vor der Sitzung",
        "spätestens 3 Werktage vor der Sitzung", "(ungeprüft)", "Beispiel:", "Gremienmitglied",
    ):  # fmt: skip
        assert words in committee, words
    _, (group,) = pages("ki", "rhein-sieg-kreis")
    for words in ("Jobcenter", "Noch nicht vertreten", "Migrantenselbstorganisationen", "Beispiel:"):
        assert words in group, words
    lead, partner = pages("ki", "staedteregion-aachen"), pages("ki", "aachen")
    assert (len(lead[1]), len(partner[1])) == (4, 2)
    joint = next(page for page in lead[1] if "Sitze anderer Kommunen" in page)
    assert "Person dieser Kommune" in joint
    assert "Freien Wohlfahrtspflege" not in "".join(partner[1])


def test_the_way_of_koelns_paper_can_be_read_and_a_member_reads_no_closed_paper(loaded):
    password = demo_password(loaded.app.extensions["kimhub.settings"])

    def browser(local_part, slug):
        client = SameOriginClient(loaded.app, loaded.app.response_class)
        client.post("/anmelden", data={"email": f"{local_part}@{slug}.example", "password": password})
        return client

    client, here = browser("ki", "koeln"), "/t/koeln/gremien/vorlagen"
    (paper_id,) = re.findall(rf"{here}/([0-9a-f-]{{36}})\"", client.get(here).text)
    page = client.get(f"{here}/{paper_id}").text
    days = ("13.04.2021", "15.04.2021", "21.04.2021", "23.04.2021", "26.04.2021", "27.04.2021", "03.05.2021")
    assert re.findall(r"(\d\d\.\d\d\.\d{4}): ", page) == [*days, "06.05.2021"]
    for local_part, told in (("ausschuss", False), ("gremien", True)):
        client, here = browser(local_part, "bornheim"), "/t/bornheim/gremien/sitzungen"
        found = client.get(f"{here}?zeit=kommende").text
        (meeting_id,) = re.findall(rf"{here}/([0-9a-f-]{{36}})\"", found)
        page = client.get(f"{here}/{meeting_id}").text
        assert "Beispiel: Beantwortung der Großen Anfrage" in page
        assert "spätestens 12 Tage vor der Sitzung (Geschäftsordnung der Stadt Bornheim (ungeprüft))" in page
        assert "TOP N 1:" in page
        assert ("Vergabe der Sprachmittlung" in page) == told
