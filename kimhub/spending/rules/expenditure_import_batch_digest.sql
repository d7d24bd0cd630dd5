-- A file is booked whole or not at all: number and sum must agree. Then its digest is computed, row by row as
-- `tenants.batches.row_line` says.
-- owner: kimhub_owner
CREATE FUNCTION app.expenditure_import_batch_digest() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  entered record;
BEGIN
  SELECT count(*) AS rows, coalesce(sum(l.amount), 0) AS amount,
    sha256(coalesce(string_agg(l.hash, '' ORDER BY l.import_row), '')) AS digest,
    replace(encode(string_agg(substr(l.hash, 1, 3), '' ORDER BY l.import_row), 'base64'), chr(10), '') AS row_checks
  INTO entered FROM (
    SELECT e.import_row, e.amount, sha256(convert_to(jsonb_build_array(
      e.tenant_id, e.id, (extract(epoch FROM e.created_at) * 1000000)::bigint, e.receipt_number, e.booked_on,
      e.year, e.period_from, e.period_to, e.amount, e.teilplanzeile, e.purpose, e.position_reference, e.text,
      e.recipient, e.import_id, e.import_row, e.generation, e.reverses_id, e.reverses_booked_on, e.reason,
      e.account_id, e.actor_label
    )::text, 'UTF8')) AS hash FROM expenditure AS e
    WHERE e.tenant_id = NEW.tenant_id AND e.import_id = NEW.id OFFSET 0
  ) AS l;
  IF (entered.rows, entered.amount) <> (NEW.rows, NEW.amount) THEN
    RAISE EXCEPTION 'a file is booked whole or not at all'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_import_whole';
  END IF;
  NEW.digest := entered.digest;
  NEW.row_checks := entered.row_checks;
  RETURN NEW;
END $$;
