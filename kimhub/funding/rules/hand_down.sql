-- Carries a changed allocation into the fund that its recipient opened on it, unless the recipient has passed on
-- more, or for longer. The giver is not told what: that is the recipient's.
-- owner: kimhub_gate
CREATE FUNCTION app.hand_down(recipient integer, allocated uuid, giver integer, version uuid, period_from date, period_to date)
  RETURNS void LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM fund AS f WHERE f.tenant_id = recipient AND f.id = allocated) THEN
    RETURN;
  END IF;
  PERFORM app.lock_cells(recipient, allocated);
  IF app.cells_below(recipient, allocated, giver, version) IS NOT NULL
    OR app.allocations_outside(recipient, allocated, period_from, period_to) IS NOT NULL
  THEN
    RAISE EXCEPTION 'the recipient has passed on more'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_passed_on';
  END IF;
  PERFORM app.fill_cells(recipient, allocated, giver, version);
END $$;
