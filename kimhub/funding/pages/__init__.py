"""The pages of the ledger under „Mittel“: Zuwendungen, Weiterleitungen, address book."""

from __future__ import annotations

from flask import Flask

from kimhub.core.web.navigation import add_section
from kimhub.desk.public import add_source
from kimhub.funding.desk import SOURCES
from kimhub.funding.pages import (
    allocation_changes,
    allocation_entry,
    allocation_file,
    allocation_issue,
    allocation_reminders,
    allocation_statements,
    allocation_steps,
    allocations,
    grant_check,
    grant_entry,
    grant_file,
    grants,
    letters,
    organizations,
)
from kimhub.funding.pages.blueprint import pages
from kimhub.planning.public import PlanAction, add_plan_action

__all__ = [
    "allocation_changes",
    "allocation_entry",
    "allocation_file",
    "allocation_issue",
    "allocation_reminders",
    "allocation_statements",
    "allocation_steps",
    "allocations",
    "grant_check",
    "grant_entry",
    "grant_file",
    "grants",
    "init_app",
    "letters",
    "organizations",
]


def init_app(app: Flask) -> None:
    """Add the pages to the application, with their places in the navigation."""
    app.register_blueprint(pages)
    add_section(app, "Mittel", 40, "Zuwendungen", "funding.grant_list", group="Erhalten")
    add_section(app, "Mittel", 60, "Weiterleitungen", "funding.allocation_list", group="Verwenden")
    add_section(app, "Mittel", 80, "Adressbuch", "funding.organization_list", group="Verwenden")
    add_plan_action(app, PlanAction("Bescheid erfassen", "funding.begin_grant"))
    for source in SOURCES:
        add_source(app, source)
