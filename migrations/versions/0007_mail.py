"""Mails on their way.

Revision 0007, after 0006.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE mail (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  thread_id UUID,
  sent_at TIMESTAMP WITH TIME ZONE,
  refused_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_mail PRIMARY KEY (tenant_id, id),
  CONSTRAINT fk_mail_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_mail_id UNIQUE (id)
);

CREATE INDEX ix_mail_created_at ON mail (created_at);

CREATE INDEX ix_mail_refused ON mail (tenant_id, recipient) WHERE refused_at IS NOT NULL;

ALTER TABLE mail ENABLE ROW LEVEL SECURITY;

ALTER TABLE mail FORCE ROW LEVEL SECURITY;

ALTER TABLE mail ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON mail TO kimhub_app;

CREATE POLICY mail_read ON mail FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, recipient, subject, text, thread_id, sent_at, refused_at) ON mail TO kimhub_app;

CREATE POLICY mail_insert ON mail FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (sent_at, refused_at) ON mail TO kimhub_app;

CREATE POLICY mail_update ON mail FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT SELECT (sent_at, created_at) ON mail TO kimhub_relay;

CREATE POLICY mail_kimhub_relay_select ON mail FOR SELECT TO kimhub_relay USING (sent_at < now() - interval '7 days' OR created_at < now() - interval '90 days');

GRANT DELETE ON mail TO kimhub_relay;

CREATE POLICY mail_kimhub_relay_delete ON mail FOR DELETE TO kimhub_relay USING (sent_at < now() - interval '7 days' OR created_at < now() - interval '90 days');

GRANT INSERT (tenant_id, id, recipient, subject, text) ON mail TO kimhub_gate;

CREATE POLICY mail_kimhub_gate_insert ON mail FOR INSERT TO kimhub_gate WITH CHECK (true);

CREATE TABLE mail_release (
  one BOOLEAN DEFAULT true NOT NULL,
  place TEXT NOT NULL,
  released_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  CONSTRAINT pk_mail_release PRIMARY KEY (one),
  CONSTRAINT ck_mail_release_one CHECK (one)
);

ALTER TABLE mail_release ENABLE ROW LEVEL SECURITY;

ALTER TABLE mail_release FORCE ROW LEVEL SECURITY;

GRANT SELECT (one, place, released_at) ON mail_release TO kimhub_relay;

CREATE POLICY mail_release_kimhub_relay_select ON mail_release FOR SELECT TO kimhub_relay USING (true);

GRANT INSERT (one, place) ON mail_release TO kimhub_relay;

CREATE POLICY mail_release_kimhub_relay_insert ON mail_release FOR INSERT TO kimhub_relay WITH CHECK (true);

GRANT UPDATE (place, released_at) ON mail_release TO kimhub_relay;

CREATE POLICY mail_release_kimhub_relay_update ON mail_release FOR UPDATE TO kimhub_relay USING (true) WITH CHECK (true)
"""

DOWN = r"""
DROP TABLE mail_release;
DROP TABLE mail
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)
