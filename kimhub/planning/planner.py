"""The planner behind page and API: a plan, what-if changes, both results side by side. No storage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from kimhub.core.errors import InvalidInputError
from kimhub.programme.public import (
    MAX_SCENARIOS,
    MIN_SCENARIOS,
    Change,
    Comparison,
    Plan,
    PlanInvalidError,
    PlanResult,
    ScenarioTable,
    apply_changes,
    calculate,
    compare,
    compare_scenarios,
    load_foerderrichtlinien,
)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the pure programme refuses into the platform's 422 with the same fields."""
    try:
        yield
    except PlanInvalidError as error:
        raise InvalidInputError(error.detail, fields=error.fields) from error


def calculate_plan(plan: Plan) -> PlanResult:
    """Return the calculated plan; raises `InvalidInputError`."""
    with refusals():
        return calculate(plan, load_foerderrichtlinien())


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A changed plan beside the one it came from."""

    plan: Plan
    comparison: Comparison


def try_changes(plan: Plan, changes: Iterable[Change]) -> WhatIf:
    """Apply `changes` and compare; raises `InvalidInputError` naming each field."""
    with refusals():
        changed = apply_changes(plan, changes)
        return WhatIf(
            changed,
            compare(
                calculate(plan, load_foerderrichtlinien()), calculate(changed, load_foerderrichtlinien())
            ),
        )


def set_side_by_side(chosen: Sequence[tuple[Plan, str | None]]) -> ScenarioTable:
    """Calculate two to four plans, each under the guideline named beside it or its own.

    Raises `InvalidInputError` for another number, and with the scenario's place for one that cannot be calculated.
    """
    if not MIN_SCENARIOS <= len(chosen) <= MAX_SCENARIOS:
        message = f"Wählen Sie {MIN_SCENARIOS} bis {MAX_SCENARIOS} Szenarien aus."
        raise InvalidInputError(message, fields={"scenarios": [message]})
    known = {guideline.id for guideline in load_foerderrichtlinien()}
    unknown = [place for place, (_, named) in enumerate(chosen) if named is not None and named not in known]
    if unknown:
        message = f"Diese Förderrichtlinie ist nicht hinterlegt. Vorhanden sind: {', '.join(sorted(known))}."
        raise InvalidInputError(fields={f"scenarios[{place}].guideline": [message] for place in unknown})
    with refusals():
        return compare_scenarios(chosen, load_foerderrichtlinien())


def typed_changes(shown: Mapping[str, str], typed: Mapping[str, str]) -> list[Change]:
    """Return what a person changed in a grid: the fields of `shown` whose typed value differs."""
    return [
        Change(path, typed[path].strip())
        for path, value in shown.items()
        if path in typed and typed[path].strip() != value
    ]
