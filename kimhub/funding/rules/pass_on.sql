-- Takes what an allocation adds out of what its fund has left, and gives back what it takes back; never below zero.
-- owner: kimhub_gate
CREATE FUNCTION app.pass_on(giver integer, fund uuid, version uuid, before uuid) RETURNS void
  LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  short jsonb;
BEGIN
  SELECT jsonb_agg(jsonb_build_object('year', d.year, 'purpose', d.purpose, 'asked', d.more::text,
      'left', coalesce(c.funded - c.passed_on, 0.00)::text) ORDER BY d.year, d.baustein, d.purpose)
    INTO short FROM app.changed_amounts(giver, version, before) AS d
    LEFT JOIN fund_cell AS c ON c.tenant_id = giver AND c.fund_id = fund AND c.year = d.year AND c.purpose = d.purpose
    WHERE d.more > coalesce(c.funded - c.passed_on, 0);
  IF short IS NOT NULL THEN
    RAISE EXCEPTION 'more is passed on than there is'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'fund_overdrawn', DETAIL = short::text;
  END IF;
  UPDATE fund_cell AS c SET passed_on = c.passed_on + d.more FROM app.changed_amounts(giver, version, before) AS d
    WHERE c.tenant_id = giver AND c.fund_id = fund AND c.year = d.year AND c.purpose = d.purpose AND d.more <> 0;
END $$;
