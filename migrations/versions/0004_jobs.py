"""Jobs and the clock of periodic work.

Revision 0004, after 0003.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UP = r"""
CREATE TABLE job_tick (
  task TEXT NOT NULL,
  ticked_at TIMESTAMP WITH TIME ZONE DEFAULT to_timestamp(0) NOT NULL,
  CONSTRAINT pk_job_tick PRIMARY KEY (task)
);

ALTER TABLE job_tick ENABLE ROW LEVEL SECURITY;

ALTER TABLE job_tick FORCE ROW LEVEL SECURITY;

GRANT SELECT (task, ticked_at) ON job_tick TO kimhub_relay;

CREATE POLICY job_tick_kimhub_relay_select ON job_tick FOR SELECT TO kimhub_relay USING (true);

GRANT INSERT (task) ON job_tick TO kimhub_relay;

CREATE POLICY job_tick_kimhub_relay_insert ON job_tick FOR INSERT TO kimhub_relay WITH CHECK (true);

GRANT UPDATE (ticked_at) ON job_tick TO kimhub_relay;

CREATE POLICY job_tick_kimhub_relay_update ON job_tick FOR UPDATE TO kimhub_relay USING (true) WITH CHECK (true);

CREATE TABLE job (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  kind TEXT NOT NULL,
  lane TEXT NOT NULL,
  payload JSONB NOT NULL,
  dedup_key TEXT,
  state TEXT DEFAULT 'waiting' NOT NULL,
  due_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  run_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  attempts INTEGER DEFAULT '0' NOT NULL,
  max_attempts INTEGER NOT NULL,
  losses INTEGER DEFAULT '0' NOT NULL,
  max_losses INTEGER NOT NULL,
  fence BIGINT DEFAULT '0' NOT NULL,
  dispatches INTEGER DEFAULT '0' NOT NULL,
  stage TEXT DEFAULT '' NOT NULL,
  done INTEGER,
  total INTEGER,
  last_error TEXT,
  actor_kind TEXT NOT NULL,
  actor_label TEXT NOT NULL,
  created_by UUID,
  permissions TEXT[] NOT NULL,
  request_id TEXT DEFAULT '' NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE,
  finished_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_job PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_job_state CHECK (state IN ('waiting', 'dispatched', 'running', 'done', 'parked', 'dropped')),
  CONSTRAINT ck_job_actor_kind CHECK (actor_kind IN ('person', 'client', 'system')),
  CONSTRAINT ck_job_lane CHECK (lane IN ('short', 'long')),
  CONSTRAINT ck_job_attempts CHECK (attempts BETWEEN 0 AND max_attempts),
  CONSTRAINT ck_job_losses CHECK (losses BETWEEN 0 AND attempts),
  CONSTRAINT ck_job_finished CHECK ((finished_at IS NULL) = (state IN ('waiting', 'dispatched', 'running'))),
  CONSTRAINT ck_job_progress CHECK (done IS NULL OR (done >= 0 AND total >= done)),
  CONSTRAINT fk_job_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_job_id UNIQUE (id)
);

CREATE INDEX ix_job_due ON job (lane, tenant_id, run_at) WHERE state IN ('waiting', 'dispatched');

CREATE INDEX ix_job_finished ON job (state, finished_at) WHERE finished_at IS NOT NULL;

CREATE INDEX ix_job_in_flight ON job (lane, tenant_id) WHERE state IN ('dispatched', 'running');

CREATE INDEX ix_job_turn ON job (lane, tenant_id, started_at) WHERE started_at IS NOT NULL;

CREATE UNIQUE INDEX uq_job_open_dedup_key ON job (tenant_id, kind, dedup_key) WHERE state IN ('waiting', 'dispatched', 'running');

ALTER TABLE job ENABLE ROW LEVEL SECURITY;

ALTER TABLE job FORCE ROW LEVEL SECURITY;

ALTER TABLE job ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON job TO kimhub_app;

CREATE POLICY job_read ON job FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, kind, lane, payload, dedup_key, state, due_at, run_at, attempts, max_attempts, losses, max_losses, fence, dispatches, stage, done, total, last_error, actor_kind, actor_label, created_by, permissions, request_id, started_at, finished_at) ON job TO kimhub_app;

CREATE POLICY job_insert ON job FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT UPDATE (state, due_at, run_at, attempts, losses, fence, stage, done, total, last_error, started_at, finished_at) ON job TO kimhub_app;

CREATE POLICY job_update ON job FOR UPDATE TO kimhub_app USING (tenant_id = (SELECT app.tenant())) WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT SELECT (tenant_id, id, kind, lane, dedup_key, state, due_at, run_at, attempts, max_attempts, losses, max_losses, dispatches, last_error, request_id, created_at, started_at, finished_at) ON job TO kimhub_relay;

CREATE POLICY job_kimhub_relay_select ON job FOR SELECT TO kimhub_relay USING (true);

GRANT UPDATE (state, due_at, run_at, attempts, losses, dispatches, last_error, finished_at) ON job TO kimhub_relay;

CREATE POLICY job_kimhub_relay_update ON job FOR UPDATE TO kimhub_relay USING (true) WITH CHECK (true);

GRANT INSERT (tenant_id, id, kind, lane, payload, dedup_key, state, due_at, run_at, max_attempts, max_losses, actor_kind, actor_label, permissions, request_id) ON job TO kimhub_relay;

CREATE POLICY job_kimhub_relay_insert ON job FOR INSERT TO kimhub_relay WITH CHECK (actor_kind = 'system' AND payload = '{}'::jsonb);

GRANT DELETE ON job TO kimhub_relay;

CREATE POLICY job_kimhub_relay_delete ON job FOR DELETE TO kimhub_relay USING (state IN ('done', 'dropped'));

GRANT SELECT (tenant_id, lane, state, due_at, run_at, finished_at) ON job TO kimhub_gate;

CREATE POLICY job_kimhub_gate_select ON job FOR SELECT TO kimhub_gate USING (true);

GRANT INSERT (tenant_id, id, kind, lane, payload, max_attempts, max_losses, actor_kind, actor_label, permissions) ON job TO kimhub_gate;

CREATE POLICY job_kimhub_gate_insert ON job FOR INSERT TO kimhub_gate WITH CHECK (kind = 'mail.deliver' AND actor_kind = 'system');

GRANT SELECT (id, slug, kind) ON tenant TO kimhub_relay;

CREATE POLICY tenant_kimhub_relay_select ON tenant FOR SELECT TO kimhub_relay USING (true);

CREATE FUNCTION app.job_figures()
RETURNS TABLE (lane text, due bigint, running bigint, parked bigint, lag_seconds float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT
    one.lane,
    count(*) FILTER (WHERE one.what = 'due'),
    count(*) FILTER (WHERE one.what = 'running'),
    count(*) FILTER (WHERE one.what = 'parked'),
    coalesce(extract(epoch FROM statement_timestamp() - min(one.due_at) FILTER (WHERE one.what = 'due')), 0)
  FROM (
    SELECT job.lane, 'due' AS what, job.due_at FROM job
    WHERE job.state IN ('waiting', 'dispatched') AND job.due_at <= statement_timestamp()
    UNION ALL
    SELECT job.lane, 'running', NULL FROM job WHERE job.state = 'running'
    UNION ALL
    SELECT job.lane, 'parked', NULL FROM job WHERE job.state = 'parked' AND job.finished_at IS NOT NULL
  ) AS one
  GROUP BY one.lane
$$;

REVOKE ALL ON FUNCTION app.job_figures() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION app.job_figures() TO kimhub_app, kimhub_relay;

ALTER FUNCTION app.job_figures() OWNER TO kimhub_gate
"""

DOWN = r"""
DROP TABLE job;
DROP TABLE job_tick;
DROP FUNCTION app.job_figures();
DROP POLICY tenant_kimhub_relay_select ON tenant;
REVOKE SELECT (id, slug) ON tenant FROM kimhub_relay
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)
