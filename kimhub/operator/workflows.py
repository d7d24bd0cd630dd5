"""The workflows of all features, as the database must know them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from kimhub.features import FEATURES
from tenants.proceedings import Workflow


def declared_workflows() -> dict[str, Workflow]:
    """Return the `Workflow` of each feature's module ``workflow`` by its kind."""
    modules = (f"kimhub.{feature}.workflow" for feature in FEATURES)
    found = [import_module(module).WORKFLOW for module in modules if find_spec(module)]
    return {workflow.kind: workflow for workflow in found}
