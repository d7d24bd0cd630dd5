"""``make bench``: measure in one run, print it, and keep it with its date in bench/results/.

``python -m bench isolation scale`` measures only these. Each keeps its time and the load of the machine before it
began: beyond the number of cores somebody else was working, and only ratios mean anything.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.covering import covering
from bench.listing import listing
from bench.overviewing import overviewing
from bench.printing import printing
from bench.reading import isolation, scale
from bench.serving import CONNECTIONS, serving
from bench.stand import Stand, stand
from bench.telling import telling
from bench.turns import turns
from bench.waiting import waiting
from bench.working import working
from kimhub.app import load_models

RESULTS = Path(__file__).parent / "results"
Figures = dict[str, dict[str, float]]
BENCHES: dict[str, Callable[[Stand], Figures]] = {
    "isolation": isolation,
    "scale": scale,
    "overview": overviewing,
    "today": waiting,
    "telling": telling,
    "covering": covering,
    "serving": serving,
    "working": working,
    "turns": turns,
    "printing": lambda _: printing(),
    "listing": lambda _: listing(),
}
GOALS = {
    ("isolation", "page own", "ratio"): "≤ 1.1",
    ("isolation", "page shared", "ratio"): "≤ 1.1",
    ("scale", "page own", "ratio"): "≤ 1.2",
    ("scale", "page shared", "ratio"): "≤ 1.2",
    ("today", "page", "ratio"): "≤ 2.0",
    ("telling", "page, 400", "ratio"): "≤ 2.0",
    ("telling", "send, 400", "ratio"): "≤ 3.0",
    ("listing", "50 rows x 6", "drawn_ms"): "≤ 1.2",
    ("serving", "JSON, 16", "p50_ms"): "≤ 15",
    ("serving", "JSON, 16", "p99_ms"): "≤ 40",
    **{("serving", f"JSON, {connections}", "of_twin"): "≥ 2.3" for connections in CONNECTIONS},
    **{("serving", f"HTML, {connections}", "of_twin"): "≥ 2.0" for connections in CONNECTIONS},
}
"""From ADR 19, for two cores."""


def main(wanted: list[str]) -> None:
    """Run the benchmarks that are named, else all; a few minutes."""
    if unknown := set(wanted) - set(BENCHES):
        sys.exit(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    load_models()
    print("Stand: PostgreSQL, Redis, migrations …", flush=True)
    with stand() as ready:
        for name in wanted or BENCHES:
            print(f"{name} …", flush=True)
            at, load = datetime.now(UTC), os.getloadavg()[0]
            result = BENCHES[name](ready)
            _print(name, result)
            _keep(name, {"at": at.isoformat(timespec="seconds"), "load": round(load, 2), **result})


def _print(name: str, result: Figures) -> None:
    for case, figures in result.items():
        for figure, value in figures.items():
            goal = GOALS.get((name, case, figure))
            print(f"  {case:<12} {figure:<18} {value:>10.3f}{f'   goal {goal}' if goal else ''}", flush=True)


def _keep(name: str, result: dict[str, Any]) -> None:
    """Write a result into the file of the day; what was measured before stays."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y-%m-%d}.json"
    kept = json.loads(path.read_text()) if path.exists() else {"results": {}}
    kept |= {"python": platform.python_version(), "cores": os.cpu_count()}
    kept["results"][name] = result
    path.write_text(json.dumps(kept, indent=2) + "\n")


main(sys.argv[1:])
