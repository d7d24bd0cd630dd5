-- A Bescheid comes into force: the next one, with amounts in its period, covering what is passed on already. The
-- fund then holds what it grants.
-- owner: kimhub_gate
CREATE FUNCTION app.grant_recorded() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  standing integer;
  short jsonb;
BEGIN
  SELECT current_version INTO standing FROM funding_grant
    WHERE tenant_id = NEW.tenant_id AND id = NEW.grant_id FOR NO KEY UPDATE;
  PERFORM app.require_next_bescheid(standing, NEW.number);
  PERFORM app.require_sound_items(NEW.tenant_id, NEW.id, NEW.period_from, NEW.period_to);
  PERFORM app.lock_cells(NEW.tenant_id, NEW.grant_id);
  short := app.cells_below(NEW.tenant_id, NEW.grant_id, NEW.tenant_id, NEW.id);
  IF short IS NOT NULL THEN
    RAISE EXCEPTION 'more is passed on than the Bescheid grants'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_below_allocated', DETAIL = short::text;
  END IF;
  short := app.allocations_outside(NEW.tenant_id, NEW.grant_id, NEW.period_from, NEW.period_to);
  IF short IS NOT NULL THEN
    RAISE EXCEPTION 'an allocation lies outside the new period'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_period_allocated', DETAIL = short::text;
  END IF;
  PERFORM app.fill_cells(NEW.tenant_id, NEW.grant_id, NEW.tenant_id, NEW.id);
  UPDATE funding_grant SET current_version = NEW.number, period_from = NEW.period_from, period_to = NEW.period_to
    WHERE tenant_id = NEW.tenant_id AND id = NEW.grant_id;
  PERFORM app.list_bausteine(NEW.tenant_id, NEW.grant_id, NEW.id, daterange(NEW.period_from, NEW.period_to, '[]'));
  RETURN NULL;
END $$;
