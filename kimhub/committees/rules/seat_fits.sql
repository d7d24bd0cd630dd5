-- No seat goes beyond the Wahlperiode, nobody sits twice in one committee at a time, and nobody is in two factions at a
-- time; a Fallkonferenz has none. The committee is held first, so that its term and kind do not change meanwhile, then
-- what the body's people hold.
-- owner: kimhub_owner
CREATE FUNCTION app.seat_fits() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  last_day date;
  days daterange := daterange(NEW.since, NEW.until, '[]');
BEGIN
  PERFORM app.hold('seats', NEW.committee_id);
  SELECT term_until INTO last_day FROM committee WHERE tenant_id = NEW.owner_id AND id = NEW.committee_id;
  IF coalesce(NEW.until, 'infinity') > last_day THEN
    RAISE EXCEPTION 'the term ends on %', last_day USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_term';
  END IF;
  IF EXISTS (
    SELECT FROM committee_name AS n
    WHERE n.tenant_id = NEW.owner_id AND n.committee_id = NEW.committee_id AND n.kind = 'fallkonferenz'
  ) THEN
    RAISE EXCEPTION 'nobody is a member' USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_of_fallkonferenz';
  END IF;
  IF NEW.account_id IS NULL THEN
    RETURN NULL;
  END IF;
  PERFORM app.hold('seats', NULL);
  IF EXISTS (
    SELECT FROM seat AS s
    WHERE s.tenant_id = NEW.tenant_id AND s.account_id = NEW.account_id AND s.id <> NEW.id
      AND s.owner_id = NEW.owner_id AND s.committee_id = NEW.committee_id
      AND daterange(s.since, s.until, '[]') && days
  ) THEN
    RAISE EXCEPTION 'has a seat there' USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_once';
  END IF;
  IF NEW.faction <> '' AND EXISTS (
    SELECT FROM seat AS s
    WHERE s.tenant_id = NEW.tenant_id AND s.account_id = NEW.account_id AND s.id <> NEW.id
      AND s.faction NOT IN ('', NEW.faction) AND daterange(s.since, s.until, '[]') && days
  ) THEN
    RAISE EXCEPTION 'is in another faction' USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_faction';
  END IF;
  RETURN NULL;
END $$;
