-- A Bescheid has amounts, and none above zero for a year outside its period.
-- owner: kimhub_gate
CREATE FUNCTION app.require_sound_items(giver integer, version uuid, period_from date, period_to date) RETURNS void
  LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  outside jsonb;
BEGIN
  IF NOT EXISTS (SELECT FROM app.bescheid_items(giver, version)) THEN
    RAISE EXCEPTION 'a Bescheid grants something' USING ERRCODE = 'check_violation', CONSTRAINT = 'bescheid_empty';
  END IF;
  SELECT jsonb_agg(DISTINCT i.year ORDER BY i.year) INTO outside FROM app.bescheid_items(giver, version) AS i
    WHERE i.amount > 0 AND i.year NOT BETWEEN extract(year FROM period_from) AND extract(year FROM period_to);
  IF outside IS NOT NULL THEN
    RAISE EXCEPTION 'an amount lies outside the period'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bescheid_years', DETAIL = outside::text;
  END IF;
END $$;
