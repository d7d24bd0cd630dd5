-- How many lines of a person's inbox are unread, a hundred at most: what stands beside „Posteingang“ on every page.
-- owner: kimhub_gate
CREATE FUNCTION app.inbox_unread(account uuid, tenant integer) RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT count(*)::integer FROM (
    SELECT FROM delivery AS d
    WHERE d.tenant_id = tenant AND d.account_id = account AND d.unread LIMIT 100
  ) AS lines
$$;
