"""A Kreis with 30 Gemeinden and five years of money, made in the database itself by generate_series.

As the superuser with triggers off: what is measured is reading, and 500,000 bookings through the use case would take an
hour. The rows are such that every check of the tables holds, so they could have come from the portal.
"""

from __future__ import annotations

import psycopg

from kimhub.core.database.urls import conninfo

FIRST_YEAR, YEARS = 2021, 5
GEMEINDEN = 30
BOOKINGS = 500_000
"""Of the Kreis, over all years."""

_FILL = """
SET session_replication_role = replica;
INSERT INTO tenant (kind, name, slug, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,
                    integration_committee, sort_key)
VALUES ('kreis', 'Musterkreis', 'musterkreis', true, true, true, 'none', '000000');
INSERT INTO tenant (kind, name, slug, parent_id, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,
                    integration_committee, sort_key)
SELECT 'gemeinde', 'Gemeinde ' || n, 'gemeinde-' || n, k.id, false, true, true, 'integrationsrat', lpad(n::text, 6, '0')
FROM generate_series(1, {gemeinden}) AS n, tenant AS k WHERE k.slug = 'musterkreis';

CREATE TEMP TABLE given AS
SELECT k.id AS kreis, y AS year, gen_random_uuid() AS id, make_date(y, 1, 1) AS begins, make_date(y, 12, 31) AS ends
FROM tenant AS k, generate_series({first}, {last}) AS y WHERE k.slug = 'musterkreis';
INSERT INTO funding_grant (tenant_id, id, title, kind, granted_by, current_version, period_from, period_to)
SELECT kreis, id, 'KIM ' || year, 'pauschale', 'Bezirksregierung', 1, begins, ends FROM given;
INSERT INTO fund (tenant_id, id, source) SELECT kreis, id, 'grant' FROM given;
INSERT INTO fund_cell (tenant_id, id, fund_id, year, baustein, purpose, funded, passed_on)
SELECT kreis, gen_random_uuid(), id, year, baustein, purpose, 2000000,
       CASE WHEN purpose = 'case_management' THEN 1710000 ELSE 0 END
FROM given, (VALUES (1, 'koordination'), (1, 'begleitausgaben'), (1, 'sachausgaben_koordination'),
                    (2, 'case_management'), (3, 'baustein_3')) AS p (baustein, purpose);

CREATE TEMP TABLE handed AS
SELECT g.kreis, g.year, g.id AS fund, g.begins, g.ends, t.id AS recipient, gen_random_uuid() AS id,
       gen_random_uuid() AS version
FROM given AS g, tenant AS t WHERE t.kind = 'gemeinde';
INSERT INTO proceeding (tenant_id, id, kind, counterpart_id, subject, released_at)
SELECT kreis, id, 'allocation', recipient, 'Case Management', begins FROM handed;
INSERT INTO allocation (tenant_id, id, fund_id, title, recipient_id, kreis_id, current_version, issued_at)
SELECT kreis, id, fund, 'Case Management', recipient, kreis, 1, begins FROM handed;
INSERT INTO allocation_version (tenant_id, id, allocation_id, number, issued_on, period_from, period_to, recorded_at)
SELECT kreis, version, id, 1, begins, begins, ends, begins FROM handed;
INSERT INTO allocation_item (tenant_id, id, version_id, year, baustein, purpose, amount, fte)
SELECT kreis, gen_random_uuid(), version, year, 2, 'case_management', 57000, 1 FROM handed;
INSERT INTO proceeding_entry (tenant_id, id, proceeding_id, initiator_id, counterpart_id, kind, seq, previous_seq,
                              action, from_state, to_state, note, actor_label)
SELECT CASE s WHEN 1 THEN kreis ELSE recipient END, gen_random_uuid(), id, kreis, recipient, 'allocation', s,
       nullif(s - 1, 0), CASE s WHEN 1 THEN 'issue' ELSE 'confirm' END, CASE s WHEN 1 THEN 'draft' ELSE 'issued' END,
       CASE s WHEN 1 THEN 'issued' ELSE 'confirmed' END, '', 'Sachbearbeitung'
FROM handed, generate_series(1, 2) AS s;

INSERT INTO expenditure (tenant_id, id, receipt_number, booked_on, year, amount, teilplanzeile, purpose,
                         position_reference, text, actor_label)
SELECT k.id, gen_random_uuid(), 'RE-' || n, make_date({first} + n % {years}, 1, 1) + (n / {years}) % 365,
       {first} + n % {years}, (n % 9973 + 1) / 100.0, (ARRAY['11', '15', '16'])[1 + n / 7 % 3],
       (ARRAY['koordination', 'begleitausgaben', 'sachausgaben_koordination', 'case_management', 'baustein_3'])
       [1 + n / 3 % 5],
       'ST-' || n / 3 % 5 || '-' || n % 40, 'Muster', 'Sachbearbeitung'
FROM generate_series(1, {bookings}) AS n, tenant AS k WHERE k.slug = 'musterkreis';
RESET session_replication_role;
"""


def fill_ledger(admin_url: str, *, bookings: int = BOOKINGS) -> int:
    """Fill an empty database of the stand; return the id of the Kreis. Half a minute for 500,000 bookings."""
    with psycopg.connect(conninfo(admin_url), autocommit=True) as connection:
        connection.execute(
            _FILL.format(
                gemeinden=GEMEINDEN,
                first=FIRST_YEAR,
                last=FIRST_YEAR + YEARS - 1,
                years=YEARS,
                bookings=bookings,
            )
        )
        connection.execute("VACUUM ANALYZE")
        row = connection.execute("SELECT id FROM tenant WHERE slug = 'musterkreis'").fetchone()
    if row is None:
        raise RuntimeError("the Kreis is missing")
    return int(row[0])
