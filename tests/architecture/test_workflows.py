"""The declared workflows and the rows by which the database keeps to them are the same."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module

import pytest
from sqlalchemy import text

import kimhub
from kimhub.core.layout import PROJECT
from kimhub.operator.workflows import declared_workflows
from tenants.ddl import transitions_ddl
from tenants.proceedings import DRAFT, Workflow


def workflows_anywhere():
    """Every `Workflow` in a module of kimhub, found without anybody listing it."""
    for module in pkgutil.walk_packages(kimhub.__path__, "kimhub."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("kimhub."):
            found |= {id(value): value for value in vars(module).values() if isinstance(value, Workflow)}
    return sorted(found.values(), key=lambda workflow: workflow.kind)


WORKFLOWS = workflows_anywhere()


def test_the_database_knows_exactly_the_declared_transitions(superuser):
    declared = {row for workflow in WORKFLOWS for row in workflow.rows()}
    stored = {tuple(row) for row in superuser.execute(text("SELECT * FROM workflow_transition"))}
    assert stored == declared


def test_their_rows_are_printed_for_a_migration_as_they_stand_in_one():
    assert {workflow.kind for workflow in WORKFLOWS} == set(declared_workflows())
    migrations = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "migrations").rglob("0*.py"))
    for workflow in WORKFLOWS:
        assert transitions_ddl(workflow) in migrations


def test_each_kind_is_declared_once():
    kinds = [workflow.kind for workflow in WORKFLOWS]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.kind)
def test_a_workflow_begins_with_a_draft_and_every_state_is_reached_and_named(workflow):
    assert next(iter(workflow.states)) == DRAFT
    reached, steps = {DRAFT}, list(workflow.transitions)
    for _ in workflow.states:
        reached |= {step.to_state for step in steps if reached & set(step.from_states)}
    assert reached == set(workflow.states)
    assert set(workflow.waiting) <= set(workflow.states)


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.kind)
def test_an_action_of_a_side_leads_to_one_state(workflow):
    """Else nobody could say what a button does."""
    for step in workflow.transitions:
        for source in step.from_states:
            assert workflow.step(step.action, source, step.side) is step
