-- Of the bodies to which the acting tenant has issued money, those where somebody who can sign in holds one of `roles`:
-- whoever asks them is read there. Of all others nothing is told, and of nobody how many there are or who.
-- owner: kimhub_gate
CREATE FUNCTION app.recipients_with_people(roles text[]) RETURNS SETOF integer
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT DISTINCT a.recipient_id FROM allocation AS a
  WHERE a.tenant_id = (SELECT app.tenant()) AND a.issued_at IS NOT NULL AND EXISTS (
    SELECT FROM membership AS m JOIN account AS p ON p.id = m.account_id
    WHERE m.tenant_id = a.recipient_id AND m.role = ANY (roles) AND m.accepted_at IS NOT NULL AND m.ended_at IS NULL
      AND p.disabled_at IS NULL
  )
$$;
