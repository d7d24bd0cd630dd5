-- A recorded Bescheid does not change, but in the columns that are named as arguments.
-- owner: kimhub_owner
CREATE FUNCTION app.bescheid_fixed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  later CONSTANT text[] := TG_ARGV[0:TG_NARGS - 1];
BEGIN
  IF to_jsonb(NEW) - later <> to_jsonb(OLD) - later THEN
    RAISE EXCEPTION 'a recorded Bescheid does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'bescheid_fixed';
  END IF;
  RETURN NEW;
END $$;
