-- Bookings of a file are entered only while it is booked; they are audited by its digest (tenants/batches.py).
-- owner: kimhub_owner
CREATE FUNCTION app.expenditure_batch_open() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  named record;
  standing text;
BEGIN
  FOR named IN
    SELECT DISTINCT e.tenant_id, e.import_id FROM entered AS e WHERE e.import_id IS NOT NULL ORDER BY 1, 2
  LOOP
    -- Held to the end of the transaction: nobody else enters bookings of the file meanwhile, or moves it on.
    SELECT i.state INTO standing FROM expenditure_import AS i
      WHERE i.tenant_id = named.tenant_id AND i.id = named.import_id FOR NO KEY UPDATE;
    IF standing IS DISTINCT FROM 'booking' THEN
      RAISE EXCEPTION 'bookings of a file are entered only while it is booked'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'expenditure_batch_open';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
