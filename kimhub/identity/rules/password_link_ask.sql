-- Keeps the wish for a link, whatever the address: the page takes the same time for all (decided by the relay).
-- owner: kimhub_gate
CREATE FUNCTION app.password_link_ask(hash bytea, address text, mailbox text, about text, body text, valid_hours integer)
  RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO password_link_request (token_hash, email, recipient, subject, text, hours)
  VALUES (hash, address, mailbox, about, body, valid_hours)
$$;
