-- The text of an event under its hash: kimhub/core/audit/chain.py writes the same in Python.
-- owner: kimhub_gate
CREATE FUNCTION app.audit_body(
  seq bigint, at timestamptz, table_name text, row_id text, operation text, actor_id uuid, actor_label text,
  request_id text, old jsonb, new jsonb
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN jsonb_build_array(
    seq, (extract(epoch FROM at) * 1000000)::bigint, table_name, row_id, operation, actor_id, actor_label,
    request_id, old, new
  )::text;
