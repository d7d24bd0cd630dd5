-- Decides the kept wishes: a link and its mail for accounts that can sign in somewhere or are invited; who may not sign in
-- by a link gets a mail that says how instead. Returns their number.
-- owner: kimhub_gate
CREATE FUNCTION app.links_send() RETURNS integer
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  wish link_request;
  ends_at timestamptz;
  person uuid;
  speaker integer;
  body text;
  mail_id uuid;
  sent integer := 0;
BEGIN
  -- Another relay that comes at this moment waits for these rows and then finds them gone.
  FOR wish IN
    DELETE FROM link_request WHERE id IN (SELECT r.id FROM link_request AS r ORDER BY r.id LIMIT 100)
    RETURNING *
  LOOP
    ends_at := wish.asked_at + make_interval(mins => wish.minutes);
    CONTINUE WHEN ends_at <= clock_timestamp();
    SELECT a.id, coalesce(min(t.tenant_id), min(i.tenant_id)) INTO person, speaker
    FROM account AS a JOIN credential AS c ON c.account_id = a.id
    LEFT JOIN LATERAL app.tenants_of(a.id) AS t ON true LEFT JOIN LATERAL app.invitations_to(a.id) AS i ON true
    WHERE a.email = wish.email AND a.disabled_at IS NULL
    GROUP BY a.id HAVING count(t.tenant_id) + count(i.tenant_id) > 0;
    CONTINUE WHEN NOT FOUND;
    body := wish.text;
    IF wish.purpose = 'password' THEN
      INSERT INTO password_link (token_hash, account_id, issued_by, invites, expires_at)
      VALUES (wish.token_hash, person, speaker, false, ends_at);
    ELSIF app.signs_in_by_link(person, NULL) THEN
      DELETE FROM sign_in_link AS l WHERE l.account_id = person AND l.expires_at < clock_timestamp() - interval '30 days';
      INSERT INTO sign_in_link (token_hash, account_id, target, expires_at)
      VALUES (wish.token_hash, person, wish.target, ends_at);
    ELSE
      body := wish.otherwise;
    END IF;
    mail_id := gen_random_uuid();
    INSERT INTO mail (tenant_id, id, recipient, subject, text) VALUES (speaker, mail_id, wish.recipient, wish.subject, body);
    -- No longer than the link lives: the fifth attempt is made after 14 minutes, the eighth after three hours.
    INSERT INTO job (tenant_id, id, kind, lane, payload, max_attempts, max_losses, actor_kind, actor_label, permissions)
    VALUES (speaker, gen_random_uuid(), 'mail.deliver', 'short', jsonb_build_object('mail_id', mail_id),
      CASE wish.purpose WHEN 'sign_in' THEN 5 ELSE 8 END, 8, 'system', 'KIMHub', '{}');
    sent := sent + 1;
  END LOOP;
  RETURN sent;
END $$;
