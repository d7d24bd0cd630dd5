"""Counting the ledger again, from the Bescheide and allocations that it comes from."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from kimhub.core import formats
from kimhub.programme.public import Cell, GrantPurpose

_CELLS = text("""
WITH granted AS (
  SELECT g.id AS fund_id, i.year, i.purpose, i.amount
  FROM funding_grant AS g
  JOIN grant_version AS v ON v.tenant_id = g.tenant_id AND v.grant_id = g.id AND v.number = g.current_version
  JOIN grant_item AS i ON i.tenant_id = v.tenant_id AND i.version_id = v.id
  WHERE g.tenant_id = :me
), allocated AS (
  SELECT a.tenant_id, a.id, a.fund_id, a.shared_with, i.year, i.purpose, i.amount
  FROM allocation AS a
  JOIN allocation_version AS v ON v.tenant_id = a.tenant_id AND v.allocation_id = a.id AND v.number = a.current_version
  JOIN allocation_item AS i ON i.tenant_id = v.tenant_id AND i.version_id = v.id
  WHERE a.tenant_id = :me OR a.shared_with = :me
), counted AS (
  SELECT fund_id, year, purpose, sum(funded) AS funded, sum(passed_on) AS passed_on FROM (
    SELECT fund_id, year, purpose, amount AS funded, 0 AS passed_on FROM granted
    UNION ALL
    SELECT f.id, a.year, a.purpose, a.amount, 0 FROM allocated AS a
      JOIN fund AS f ON f.tenant_id = :me AND f.allocation_id = a.id WHERE a.shared_with = :me
    UNION ALL
    SELECT fund_id, year, purpose, 0, amount FROM allocated WHERE tenant_id = :me
  ) AS parts GROUP BY fund_id, year, purpose
)
SELECT coalesce(c.year, k.year) AS year, coalesce(c.purpose, k.purpose) AS purpose,
  coalesce(c.funded, 0) AS funded, coalesce(c.passed_on, 0) AS passed_on,
  coalesce(k.funded, 0) AS kept_funded, coalesce(k.passed_on, 0) AS kept_passed_on
FROM counted AS c
FULL JOIN (SELECT * FROM fund_cell WHERE tenant_id = :me) AS k
  ON k.fund_id = c.fund_id AND k.year = c.year AND k.purpose = c.purpose
""")


def verify(session: Session, me: int) -> tuple[int, list[str]]:
    """Return how many cells of the tenant's funds were counted, and a sentence for each that is kept wrongly.

    The cells are kept by triggers; this counts them again from the versions in force, which is where they come from.
    """
    rows = session.execute(_CELLS, {"me": me}).all()
    flaws = [
        f"{Cell.of(row.year, GrantPurpose(row.purpose)).label}: {name} {formats.euro(kept)}, "
        f"nach den Bescheiden und Weiterleitungen {formats.euro(counted)}"
        for row in rows
        for name, kept, counted in (
            ("Mittel", row.kept_funded, row.funded),
            ("weitergeleitet", row.kept_passed_on, row.passed_on),
        )
        if kept != counted
    ]
    return len(rows), flaws
