-- The lock of whoever seals: one at a time.
-- owner: kimhub_gate
CREATE FUNCTION app.audit_seal_lock() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN hashtext('app.audit_seal');
