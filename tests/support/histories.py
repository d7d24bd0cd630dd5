"""Random histories: Hypothesis invents who does what in which order, a machine's invariants judge after every step."""

from __future__ import annotations

from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tenants import db
from tests.factories.tenants import District


def play(
    machine: type[RuleBasedStateMachine],
    app: Flask,
    district: District,
    *,
    examples: int,
    steps: int = 20,
    phases: tuple[Phase, ...] = tuple(Phase),
) -> None:
    """Run that many histories on one connection, undone afterwards; raise `AssertionError` where one ends wrongly.

    The machine finds ``app``, ``connection`` and ``district`` on its class.
    """
    with app.app_context():
        engine = db.engine
    engines = db._app_engines[app]
    with engine.connect() as connection, connection.begin() as outer:
        engines[None] = connection
        try:
            members = {"app": app, "connection": connection, "district": district}
            run_state_machine_as_test(
                type("Bound", (machine,), members),
                settings=settings(
                    max_examples=examples,
                    stateful_step_count=steps,
                    deadline=None,
                    derandomize=True,
                    database=None,
                    phases=phases,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            engines[None] = engine
            outer.rollback()
