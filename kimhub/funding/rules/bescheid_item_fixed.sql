-- The amounts of a recorded Bescheid do not change. Argument: the table of the Bescheide.
-- owner: kimhub_gate
CREATE FUNCTION app.bescheid_item_fixed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  item CONSTANT jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
  recorded timestamptz;
BEGIN
  -- FOR SHARE: an item and the recording of its Bescheid wait for each other.
  EXECUTE format('SELECT recorded_at FROM public.%I WHERE tenant_id = $1 AND id = $2 FOR SHARE', TG_ARGV[0])
    INTO recorded USING (item ->> 'tenant_id')::integer, (item ->> 'version_id')::uuid;
  IF recorded IS NOT NULL THEN
    RAISE EXCEPTION 'the items of a recorded Bescheid do not change'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bescheid_fixed';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
