-- A new role counts when its person has taken it up, at once for who belongs to the tenant already.
-- owner: kimhub_owner
CREATE FUNCTION app.membership_accepted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- Who belongs to the tenant already need not accept another role of it; everybody else is only invited.
  IF TG_OP = 'INSERT' OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL) THEN
    NEW.accepted_at := CASE WHEN TG_OP = 'INSERT' THEN NEW.accepted_at END;
    IF NEW.accepted_at IS NULL AND EXISTS (
      SELECT FROM membership AS m WHERE m.tenant_id = NEW.tenant_id AND m.account_id = NEW.account_id
        AND m.id <> NEW.id AND m.ended_at IS NULL AND m.accepted_at IS NOT NULL
    ) THEN
      NEW.accepted_at := clock_timestamp();
    END IF;
  END IF;
  RETURN NEW;
END $$;
