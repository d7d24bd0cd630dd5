-- How many jobs are due, running and parked, over all tenants: numbers for /metrics, nothing of their content.
-- owner: kimhub_gate
CREATE FUNCTION app.job_figures(OUT due bigint, OUT running bigint, OUT parked bigint, OUT lag_seconds float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT
    count(*) FILTER (WHERE state <> 'running' AND due_at <= statement_timestamp()),
    count(*) FILTER (WHERE state = 'running'),
    (SELECT count(*) FROM job WHERE state = 'parked'),
    coalesce(extract(epoch FROM statement_timestamp() - min(due_at)
      FILTER (WHERE state <> 'running' AND due_at <= statement_timestamp())), 0)
  FROM job WHERE state IN ('waiting', 'dispatched', 'running')
$$;
