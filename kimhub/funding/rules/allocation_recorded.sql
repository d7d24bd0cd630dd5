-- A version of an allocation comes into force: the next one, with amounts in a period for which there is money, not
-- upwards, covered by the fund. One without amounts above zero ends the allocation.
-- owner: kimhub_gate
CREATE FUNCTION app.allocation_recorded() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  given record;
  before uuid;
  gives boolean;
BEGIN
  SELECT a.fund_id, a.recipient_id, a.source_allocation_id, a.current_version INTO given FROM allocation AS a
    WHERE a.tenant_id = NEW.tenant_id AND a.id = NEW.allocation_id FOR NO KEY UPDATE;
  PERFORM app.require_next_bescheid(given.current_version, NEW.number);
  PERFORM app.require_sound_items(NEW.tenant_id, NEW.id, NEW.period_from, NEW.period_to);
  PERFORM app.require_not_upwards(given.source_allocation_id, given.recipient_id);
  PERFORM app.lock_cells(NEW.tenant_id, given.fund_id);
  gives := EXISTS (SELECT FROM app.bescheid_items(NEW.tenant_id, NEW.id) AS i WHERE i.amount > 0);
  IF gives THEN
    PERFORM app.require_period_of_money(NEW.tenant_id, given.fund_id, given.source_allocation_id,
      NEW.period_from, NEW.period_to);
  END IF;
  SELECT v.id INTO before FROM allocation_version AS v
    WHERE v.tenant_id = NEW.tenant_id AND v.allocation_id = NEW.allocation_id AND v.number = given.current_version;
  PERFORM app.pass_on(NEW.tenant_id, given.fund_id, NEW.id, before);
  UPDATE allocation SET
      current_version = NEW.number,
      issued_at = coalesce(issued_at, now()),
      ended_at = CASE WHEN NOT gives THEN now() END
    WHERE tenant_id = NEW.tenant_id AND id = NEW.allocation_id;
  PERFORM app.hand_down(given.recipient_id, NEW.allocation_id, NEW.tenant_id, NEW.id, NEW.period_from, NEW.period_to);
  RETURN NULL;
END $$;
