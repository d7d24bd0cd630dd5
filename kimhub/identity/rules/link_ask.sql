-- Keeps the wish for a link, whatever the address: the page takes the same time for all (decided by the relay).
-- owner: kimhub_gate
CREATE FUNCTION app.link_ask(
  hash bytea, wanted text, address text, mailbox text, about text, body text, instead text, leads_to text, valid_minutes integer
) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO link_request (token_hash, purpose, email, recipient, subject, text, otherwise, target, minutes)
  VALUES (hash, wanted, address, mailbox, about, body, instead, leads_to, valid_minutes)
$$;
