-- What comes in was called before and is not more than was called.
-- owner: kimhub_owner
CREATE FUNCTION app.drawdown_received() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  called record;
  still_open numeric;
BEGIN
  SELECT * INTO called FROM drawdown AS d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.drawdown_id;
  PERFORM app.funded_locked(called.fund_id, called.year, called.baustein);
  SELECT sum(d.amount) - (SELECT sum(r.amount) FROM drawdown_receipt AS r
      WHERE r.tenant_id = NEW.tenant_id AND r.drawdown_id = NEW.drawdown_id) INTO still_open
    FROM drawdown AS d
    WHERE d.tenant_id = NEW.tenant_id AND (d.id = NEW.drawdown_id OR d.reverses_id = NEW.drawdown_id);
  IF called.kind <> 'call' OR still_open < 0 THEN
    RAISE EXCEPTION 'more comes in than was called'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_received_more',
        DETAIL = greatest(still_open + NEW.amount, 0)::text;
  END IF;
  IF NEW.received_on < called.requested_on THEN
    RAISE EXCEPTION 'it came in before it was called'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_received_early';
  END IF;
  IF app.held(called.fund_id, called.year, called.baustein) < 0 THEN
    RAISE EXCEPTION 'what is paid back has come in'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_repaid_more';
  END IF;
  RETURN NULL;
END $$;
