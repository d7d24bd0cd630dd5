-- What was submitted stays as it was submitted: parts of an application change only while it is a draft.
-- owner: kimhub_owner
CREATE FUNCTION app.application_is_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  part record;
BEGIN
  IF TG_OP = 'DELETE' THEN part := OLD; ELSE part := NEW; END IF;
  -- The lock holds the draft open until the change is committed: a submission waits, or this finds it submitted.
  PERFORM FROM grant_application AS a
    WHERE a.tenant_id = part.tenant_id AND a.id = part.application_id AND a.submitted_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a submitted application is not changed'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'application_is_draft';
  END IF;
  RETURN NULL;
END $$;
