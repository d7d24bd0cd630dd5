-- Decides the kept wishes: a link and its mail for accounts that can sign in somewhere or are invited. Returns their number.
-- owner: kimhub_gate
CREATE FUNCTION app.password_links_send() RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  wish password_link_request;
  speaker integer;
  mail_id uuid;
  sent integer := 0;
BEGIN
  -- Another relay that comes at this moment waits for these rows and then finds them gone.
  FOR wish IN
    DELETE FROM password_link_request WHERE id IN (SELECT r.id FROM password_link_request AS r ORDER BY r.id LIMIT 100)
    RETURNING *
  LOOP
    CONTINUE WHEN wish.asked_at + make_interval(hours => wish.hours) <= clock_timestamp();
    INSERT INTO password_link (token_hash, account_id, issued_by, invites, expires_at)
    SELECT wish.token_hash, a.id, coalesce(min(t.tenant_id), min(i.tenant_id)), false,
      wish.asked_at + make_interval(hours => wish.hours)
    FROM account AS a JOIN credential AS c ON c.account_id = a.id
    LEFT JOIN LATERAL app.tenants_of(a.id) AS t ON true LEFT JOIN LATERAL app.invitations_to(a.id) AS i ON true
    WHERE a.email = wish.email AND a.disabled_at IS NULL
    GROUP BY a.id HAVING count(t.tenant_id) + count(i.tenant_id) > 0
    RETURNING issued_by INTO speaker;
    CONTINUE WHEN NOT FOUND;
    mail_id := gen_random_uuid();
    INSERT INTO mail (tenant_id, id, recipient, subject, text)
    VALUES (speaker, mail_id, wish.recipient, wish.subject, wish.text);
    INSERT INTO job (tenant_id, id, kind, lane, payload, max_attempts, max_losses, actor_kind, actor_label, permissions)
    VALUES (speaker, gen_random_uuid(), 'mail.deliver', 'short', jsonb_build_object('mail_id', mail_id), 8, 8, 'system', 'KIMHub', '{}');
    sent := sent + 1;
  END LOOP;
  RETURN sent;
END $$;
