-- How many jobs of each lane are due, running and parked, over all tenants: numbers for /metrics, nothing of their content.
-- owner: kimhub_gate
CREATE FUNCTION app.job_figures()
RETURNS TABLE (lane text, due bigint, running bigint, parked bigint, lag_seconds float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT
    one.lane,
    count(*) FILTER (WHERE one.what = 'due'),
    count(*) FILTER (WHERE one.what = 'running'),
    count(*) FILTER (WHERE one.what = 'parked'),
    coalesce(extract(epoch FROM statement_timestamp() - min(one.due_at) FILTER (WHERE one.what = 'due')), 0)
  FROM (
    SELECT job.lane, 'due' AS what, job.due_at FROM job
    WHERE job.state IN ('waiting', 'dispatched') AND job.due_at <= statement_timestamp()
    UNION ALL
    SELECT job.lane, 'running', NULL FROM job WHERE job.state = 'running'
    UNION ALL
    SELECT job.lane, 'parked', NULL FROM job WHERE job.state = 'parked' AND job.finished_at IS NOT NULL
  ) AS one
  GROUP BY one.lane
$$;
