"""A Kreis with its Gemeinden in the register, a kreisfreie Stadt, and applications at every stage."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from kimhub.applications.queries import application_file
from kimhub.applications.usecases.create_application import ApplicationDetails, create_application
from kimhub.applications.usecases.submit_application import Submission, submit_application
from kimhub.applications.usecases.write_foerderskizze import write_section
from kimhub.planning.public import create_plan
from kimhub.programme.public import plan_from_toml
from tenants import Role, transaction
from tests.support.acting import acting

KOELN = Path(__file__).parents[2] / "examples" / "koeln.toml"
PERIOD = {"starts_on": date(2021, 5, 1), "ends_on": date(2022, 12, 31)}


def make_plan(actor):
    with transaction(actor):
        return create_plan(actor, plan_from_toml(KOELN.read_bytes())).id


def make_draft(actor, plan_id=None, **changes):
    details = ApplicationDetails(**{"title": "KIM 2021 und 2022", "plan_id": plan_id, **PERIOD, **changes})
    with transaction(actor):
        return create_application(actor, details).id


def write(actor, application_id, words="Ein Absatz."):
    """Fill every section; return how many there are."""
    with transaction(actor) as session:
        sections = application_file(session, application_id).sections
        for section in sections:
            write_section(
                actor, section.id, heading=section.heading, text=words,
                expected_version=section.version,
            )  # fmt: skip
        return len(sections)


def version_of(actor, application_id):
    with transaction(actor, read_only=True) as session:
        return application_file(session, application_id).application.version


def submit(actor, application_id, *, expected_version=None, on=date(2021, 3, 1)):
    version = version_of(actor, application_id) if expected_version is None else expected_version
    with transaction(actor):
        submit_application(
            actor, application_id, Submission(submitted_on=on, reference="KI 12/21"),
            expected_version=version,
        )  # fmt: skip
    return application_id


def make_submitted(actor):
    application_id = make_draft(actor, make_plan(actor))
    write(actor, application_id)
    return submit(actor, application_id)


@pytest.fixture
def stadt(ctx, district):
    return district.stadt.actor(Role.KI_COORDINATOR)


@pytest.fixture
def plan(stadt):
    return make_plan(stadt)


@pytest.fixture
def draft(stadt, plan):
    """An application of the kreisfreie Stadt that could be submitted."""
    application_id = make_draft(stadt, plan)
    write(stadt, application_id)
    return application_id


@pytest.fixture
def submitted(stadt, draft):
    return submit(stadt, draft)


@pytest.fixture(scope="module")
def register(owner_engine, district):
    """The Musterkreis and its two Gemeinden in the register, for as long as the module runs."""
    insert = text(
        "INSERT INTO register_entry (ags, name, official_name, kind, parent_ags, regierungsbezirk, status,"
        " population, population_date, source, sort_key) VALUES (:ags, :name, :name, :kind, :parent, '', '', 1,"
        " '2019-12-31', '', lower(:name))"
    )
    rows = [
        ("05901", "Musterkreis", "kreis", None), ("05901001", "Musterstadt", "gemeinde", "05901"),
        ("05901002", "Altdorf", "gemeinde", "05901"), ("05902", "Nachbarkreis", "kreis", None),
        ("05902001", "Fernstadt", "gemeinde", "05902"),
    ]  # fmt: skip
    with owner_engine.begin() as owner:
        for ags, name, kind, parent in rows:
            owner.execute(insert, {"ags": ags, "name": name, "kind": kind, "parent": parent})
        owner.execute(text("UPDATE tenant SET ags = '05901' WHERE id = :id"), {"id": district.kreis.id})
    yield
    with owner_engine.begin() as owner:
        owner.execute(text("UPDATE tenant SET ags = NULL WHERE id = :id"), {"id": district.kreis.id})
        owner.execute(text("DELETE FROM register_entry WHERE ags LIKE '0590%'"))


@pytest.fixture
def kreis(register, ctx, district):
    return district.kreis.actor(Role.KI_COORDINATOR)


@pytest.fixture
def browser(ctx, stadt):
    with acting(ctx) as stand_in:
        stand_in.as_(stadt)
        yield stand_in
