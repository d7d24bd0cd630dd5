"""How many Finanzierungsübersichten (JSON, PDF/A, XLSX, chart) one core makes in a second."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from bench.measure import milliseconds
from kimhub.programme.public import calculate, load_foerderrichtlinien, plan_from_toml
from kimhub.reports.public import FINANZIERUNGSUEBERSICHT, Cover, Letterhead, render
from kimhub.reports.types.finanzierungsuebersicht.collect import collect

KOELN = Path(__file__).parents[1] / "examples" / "koeln.toml"
ROUNDS = 30


def printing() -> dict[str, dict[str, float]]:
    """Return documents per second, and the time of one against the time of calculating the plan."""
    plan, guidelines = plan_from_toml(KOELN.read_bytes()), load_foerderrichtlinien()
    cover = Cover(
        Letterhead("Köln", "kreisfreie Stadt", "Kommunales Integrationszentrum"),
        "KI 1", date(2026, 11, 20), "KI-Koordination", datetime(2026, 11, 20, 12, tzinfo=UTC),
    )  # fmt: skip
    document = collect(plan, guidelines, cover=cover, scenario="Ausgangsplan")
    render(FINANZIERUNGSUEBERSICHT, document)
    whole = median(milliseconds(lambda: render(FINANZIERUNGSUEBERSICHT, document)) for _ in range(ROUNDS))
    figures = median(milliseconds(lambda: calculate(plan, guidelines)) for _ in range(ROUNDS))
    return {
        "report": {"per_s": 1000 / whole, "ms": whole, "calculation_ms": figures, "ratio": whole / figures}
    }
