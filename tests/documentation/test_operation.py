"""docs/betrieb.md says about settings, metrics and limits what the program does."""

from __future__ import annotations

import re
from dataclasses import fields
from enum import StrEnum

import pytest

from kimhub.core.database.roles import ROLES
from kimhub.core.jobs.schedule import SCHEDULE
from kimhub.core.settings import (
    REQUIRED_IN_PRODUCTION,
    Environment,
    LogFormat,
    LogLevel,
    Settings,
    known_variables,
)
from kimhub.supervisor.children import CHILDREN
from tests.documentation.support import PAGES, ROOT, name_of, spans, table_under, text_of

ROWS = {row[0].strip("`"): row for row in table_under("docs/betrieb.md", "Variable")}
"""Variable → its cells: name, default, „nötig“ in production or „–“, meaning."""
CHOICES: dict[str, type[StrEnum]] = {
    "KIMHUB_ENVIRONMENT": Environment,
    "KIMHUB_LOG_FORMAT": LogFormat,
    "KIMHUB_LOG_LEVEL": LogLevel,
}
COMPOSE = set(re.findall(r"^(KIMHUB_\w+)=", (ROOT / "compose.env.example").read_text(), re.MULTILINE))


def test_the_table_holds_every_variable_once_and_no_other():
    assert set(ROWS) == known_variables()
    assert len(ROWS) == len(list(table_under("docs/betrieb.md", "Variable")))


@pytest.mark.parametrize("variable", sorted(known_variables()))
def test_the_default_is_what_the_program_takes(variable):
    """Set to its documented default, a variable changes nothing; „–“ stands for what has no fixed default."""
    default = re.match(r"`([^`]*)`", ROWS[variable][1])
    if default is None:
        return
    unset, given = Settings.from_environ({}), Settings.from_environ({variable: default[1]})
    known_to_be_given = {"port_is_given", "embedded_postgres", "embedded_redis"}
    for field in fields(Settings):
        if field.name not in known_to_be_given:
            assert getattr(given, field.name) == getattr(unset, field.name), field.name


def test_what_production_needs_is_marked():
    marked = {name for name, row in ROWS.items() if row[2] == "nötig"}
    assert marked == {f"KIMHUB_{name}" for name in REQUIRED_IN_PRODUCTION}


@pytest.mark.parametrize("variable", CHOICES)
def test_the_choices_are_named(variable):
    for choice in CHOICES[variable]:
        assert f"`{choice}`" in " ".join(ROWS[variable])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_page_names_a_variable_that_nobody_reads(page):
    named = {name for span in spans(page) for name in re.findall(r"KIMHUB_[A-Z_]*[A-Z]", span)}
    assert named <= known_variables() | COMPOSE


def test_the_metrics_are_those_of_the_program(app):
    client = app.test_client()
    client.get("/healthz")
    body = client.get("/metrics").get_data(as_text=True)
    told = {
        name
        for name in re.findall(r"^# TYPE (kimhub_\w+)", body, re.MULTILINE)
        if not name.endswith("_created")  # the library's own note of when it began to count
    }
    described = {row[0].strip("`") for row in table_under("docs/betrieb.md", "Kennzahl")}
    assert described == told


def test_the_roles_are_those_of_the_database():
    described = {row[0].strip("`") for row in table_under("docs/betrieb.md", "Rolle")}
    assert described == set(ROLES)


def test_the_processes_are_those_that_run_with_their_commands():
    described = {row[0].strip("`"): row[1].strip("`") for row in table_under("docs/betrieb.md", "Prozess")}
    assert described == {
        child.name: " ".join(part for part in child.module if part not in {"--config", "gunicorn.conf.py"})
        for child in CHILDREN
    }


def test_the_periodic_work_is_described():
    text = text_of("docs/betrieb.md")
    assert [task.task for task in SCHEDULE if f"`{task.task}`" not in text] == []
