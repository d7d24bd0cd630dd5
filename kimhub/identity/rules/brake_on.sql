-- Which of these keys are slowed down now, and how many tries failed.
-- owner: kimhub_gate
CREATE FUNCTION app.brake_on(keys bytea[], tolerated integer) RETURNS TABLE (key bytea, failures integer)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT b.key, b.failures FROM sign_in_brake AS b
  WHERE b.key = ANY (keys) AND b.failures - b.undecided >= tolerated AND b.forget_at > clock_timestamp()
$$;
