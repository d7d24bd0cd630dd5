-- Only what is shared with a body now can be taken note of by its people (ADR 44). The row that says so is visible to
-- them as long as it is.
-- owner: kimhub_owner
CREATE FUNCTION app.notice_acknowledged() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM notice_recipient AS r
    WHERE r.tenant_id = NEW.owner_id AND r.notice_id = NEW.notice_id AND r.recipient_id = NEW.tenant_id
      AND r.shared_with = NEW.tenant_id
  ) THEN
    RAISE EXCEPTION 'not shared with %', NEW.tenant_id USING ERRCODE = 'check_violation', CONSTRAINT = 'notice_acknowledged';
  END IF;
  RETURN NULL;
END $$;
