-- Makes a key known; keys before it end after `grace`, so that processes can be started anew one by one.
-- owner: kimhub_gate
CREATE FUNCTION app.binding_key_use(wanted text, inner_pad bytea, outer_pad bytea, grace interval)
  RETURNS TABLE (added boolean, ending integer) LANGUAGE plpgsql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  moment timestamptz := clock_timestamp();
BEGIN
  added := NOT app.binding_key_known(wanted);
  INSERT INTO binding_key (id, inner_pad, outer_pad) VALUES (wanted, inner_pad, outer_pad)
  ON CONFLICT (id) DO UPDATE SET ends_at = NULL;
  UPDATE binding_key AS k SET ends_at = least(k.ends_at, moment + grace) WHERE k.id <> wanted;
  DELETE FROM binding_key AS k WHERE k.ends_at <= moment;
  SELECT count(*) INTO ending FROM binding_key AS k WHERE k.id <> wanted;
  RETURN NEXT;
END $$;
