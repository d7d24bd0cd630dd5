-- Called is at most what a final Bescheid grants, of a grant that is called at all; a cancellation takes back exactly
-- what has not come in; nobody pays back more than came in.
-- owner: kimhub_owner
CREATE FUNCTION app.drawdown_entered() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  granted numeric := app.funded_locked(NEW.fund_id, NEW.year, NEW.baustein);
  drawn numeric;
  came_in numeric;
  final_version uuid;
  reversed record;
BEGIN
  SELECT coalesce(sum(d.amount), 0) INTO drawn FROM drawdown AS d WHERE d.tenant_id = NEW.tenant_id
    AND d.fund_id = NEW.fund_id AND d.year = NEW.year AND d.baustein = NEW.baustein;
  IF NEW.kind = 'call' THEN
    IF NOT EXISTS (
      SELECT FROM funding_grant AS g WHERE g.tenant_id = NEW.tenant_id AND g.id = NEW.fund_id AND g.kind = 'bescheid'
    ) THEN
      RAISE EXCEPTION 'a flat sum is paid without a call'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_pauschale';
    END IF;
    SELECT v.id INTO final_version FROM grant_version AS v WHERE v.tenant_id = NEW.tenant_id
      AND v.grant_id = NEW.fund_id AND v.recorded_at IS NOT NULL
      AND least(v.waived_on, v.final_on) <= NEW.requested_on ORDER BY v.number DESC LIMIT 1;
    IF final_version IS NULL THEN
      RAISE EXCEPTION 'no Bescheid is final yet' USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_not_final';
    END IF;
    granted := least(granted, (SELECT coalesce(sum(i.amount), 0) FROM grant_item AS i
      WHERE i.tenant_id = NEW.tenant_id AND i.version_id = final_version AND i.year = NEW.year
        AND i.baustein = NEW.baustein));
    IF drawn > granted THEN
      RAISE EXCEPTION 'more is called than is granted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_exceeded',
          DETAIL = jsonb_build_object('year', NEW.year, 'baustein', NEW.baustein, 'granted', granted::text,
            'drawn', (drawn - NEW.amount)::text)::text;
    END IF;
  ELSIF NEW.kind = 'cancellation' THEN
    SELECT * INTO reversed FROM drawdown AS d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.reverses_id;
    SELECT coalesce(sum(r.amount), 0) INTO came_in FROM drawdown_receipt AS r
      WHERE r.tenant_id = NEW.tenant_id AND r.drawdown_id = NEW.reverses_id;
    IF reversed.kind = 'cancellation' OR NEW.amount <> came_in - reversed.amount THEN
      RAISE EXCEPTION 'a cancellation takes back what has not come in'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_cancellation';
    END IF;
  END IF;
  IF NEW.kind = 'repayment' AND app.held(NEW.fund_id, NEW.year, NEW.baustein) < 0 THEN
    RAISE EXCEPTION 'more is paid back than came in'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_repaid_more';
  END IF;
  RETURN NULL;
END $$;
