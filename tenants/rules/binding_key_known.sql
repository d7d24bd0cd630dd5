-- Whether the database accepts proofs of this key: /readyz asks for its process.
-- owner: kimhub_gate
CREATE FUNCTION app.binding_key_known(wanted text) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM binding_key AS k
    WHERE k.id = wanted AND (k.ends_at IS NULL OR k.ends_at > transaction_timestamp()));
END $$;
