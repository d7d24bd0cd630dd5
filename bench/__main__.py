"""``make bench``: measure everything in one run, print it, and keep it with its date in bench/results/."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from bench.overviewing import overviewing
from bench.printing import printing
from bench.reading import isolation, scale
from bench.serving import serving
from bench.stand import stand
from bench.working import working
from kimhub.app import load_models

RESULTS = Path(__file__).parent / "results"
GOALS = {
    ("isolation", "page own", "ratio"): "≤ 1.1",
    ("isolation", "page shared", "ratio"): "≤ 1.1",
    ("scale", "page own", "ratio"): "≤ 1.2",
    ("scale", "page shared", "ratio"): "≤ 1.2",
    ("serving", "list page", "p50_ms"): "≤ 15",
    ("serving", "list page", "p99_ms"): "≤ 40",
}
"""From architecture.md §11, for two cores."""


def main() -> None:
    """Run all benchmarks; a few minutes."""
    load_models()
    results = {}
    print("Stand: PostgreSQL, Redis, migrations …", flush=True)
    with stand() as ready:
        for name, bench in (
            ("isolation", isolation),
            ("scale", scale),
            ("overview", overviewing),
            ("serving", serving),
            ("working", working),
        ):
            print(f"{name} …", flush=True)
            results[name] = bench(ready)
            _print(name, results[name])
    print("printing …", flush=True)
    results["printing"] = printing()
    _print("printing", results["printing"])
    now = datetime.now(UTC)
    about = {
        "at": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%d}.json"
    path.write_text(json.dumps({**about, "results": results}, indent=2) + "\n")
    print(f"kept in {path.relative_to(RESULTS.parents[1])}")


def _print(name: str, result: dict[str, dict[str, float]]) -> None:
    for case, figures in result.items():
        for figure, value in figures.items():
            goal = GOALS.get((name, case, figure))
            print(f"  {case:<12} {figure:<18} {value:>10.3f}{f'   goal {goal}' if goal else ''}", flush=True)


main()
