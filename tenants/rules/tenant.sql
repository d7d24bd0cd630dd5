-- The tenant that acts, or NULL; raises unless what the settings say of the actor carries a proof that this database
-- knows and that has not expired (ADR 21). Every policy asks it.
-- owner: kimhub_gate
CREATE FUNCTION app.tenant() RETURNS integer LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  tenant text := coalesce(current_setting('app.tenant', true), '');
  actor text := coalesce(current_setting('app.actor', true), '');
  label text := coalesce(current_setting('app.actor_label', true), '');
  request text := coalesce(current_setting('app.request_id', true), '');
  proof text[];
  key record;
BEGIN
  IF tenant || actor || label || request = '' THEN
    RETURN NULL;
  END IF;
  proof := string_to_array(current_setting('app.proof', true), '.');
  SELECT k.inner_pad, k.outer_pad INTO key FROM binding_key AS k
  WHERE k.id = proof[1] AND (k.ends_at IS NULL OR k.ends_at > transaction_timestamp());
  -- Hashes are compared, so that the time of the comparison tells nothing about the right proof.
  IF NOT FOUND OR sha256(convert_to(coalesce(proof[3], ''), 'UTF8')) <> sha256(convert_to(encode(sha256(
    key.outer_pad || sha256(key.inner_pad || convert_to(concat_ws('|', proof[1] || '.' || proof[2], tenant, actor,
      length(label), label, request), 'UTF8'))), 'hex'), 'UTF8'))
  THEN
    RAISE EXCEPTION 'binding is not signed' USING ERRCODE = 'insufficient_privilege',
      HINT = 'Who acts is said by tenants/binding.py alone, with a key that the database knows (kimhub db migrate).';
  END IF;
  IF proof[2]::bigint < extract(epoch FROM transaction_timestamp()) THEN
    RAISE EXCEPTION 'binding has expired' USING ERRCODE = 'insufficient_privilege',
      HINT = 'A proof holds for a day; the clocks of the application and of the database must agree better than that.';
  END IF;
  RETURN nullif(tenant, '')::integer;
END $$;
