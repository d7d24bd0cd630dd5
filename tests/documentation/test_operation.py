"""docs/betrieb.md says about settings, metrics and limits what the program does."""

from __future__ import annotations

import re
from dataclasses import fields
from enum import StrEnum

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
OF_THE_TESTS = frozenset({"KIMHUB_TEST_MATRIX"})
COMPOSE = set(re.findall(r"^(KIMHUB_\w+)=", (ROOT / "compose.env.example").read_text(), re.MULTILINE))


def test_the_table_holds_every_variable_once_and_no_other():
    assert set(ROWS) == known_variables()
    assert len(ROWS) == len(list(table_under("docs/betrieb.md", "Variable")))


def test_the_defaults_are_what_the_program_takes():
    """Set to its documented default, a variable changes nothing; „–“ stands for what has no fixed default."""
    unset = Settings.from_environ({})
    told = {
        variable: default[1]
        for variable in sorted(known_variables())
        if (default := re.match(r"`([^`]*)`", ROWS[variable][1]))
    }
    assert len(told) > 10
    wrong = []
    for variable, default in told.items():
        given = Settings.from_environ({variable: default})
        known_to_be_given = {"port_is_given", "embedded_postgres", "embedded_redis"}
        wrong += [
            f"{variable}={default} changes {field.name}"
            for field in fields(Settings)
            if field.name not in known_to_be_given
            and getattr(given, field.name) != getattr(unset, field.name)
        ]
    assert wrong == []


def test_what_production_needs_is_marked():
    marked = {name for name, row in ROWS.items() if row[2] == "nötig"}
    assert marked == {f"KIMHUB_{name}" for name in REQUIRED_IN_PRODUCTION}


def test_the_choices_are_named():
    for variable, choices in CHOICES.items():
        assert [choice for choice in choices if f"`{choice}`" not in " ".join(ROWS[variable])] == []


def test_no_page_names_a_variable_that_nobody_reads():
    named = {
        (name_of(page), name)
        for page in PAGES
        for span in spans(page)
        for name in re.findall(r"KIMHUB_[A-Z_]*[A-Z]", span)
    }
    read = known_variables() | COMPOSE | OF_THE_TESTS
    assert len(named) > len(read) / 2
    assert {(page, name) for page, name in named if name not in read} == set()


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
