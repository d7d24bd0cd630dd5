"""The Mittelabruf: calls, what came in, payments that are expected.

Revision 0012, after 0011.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UP = r"""
CREATE FUNCTION app.funded_locked(fund uuid, wanted_year integer, part integer) RETURNS numeric
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- In the order of the ledger's own locks: calls, allocations and Bescheide wait for each other, and for nobody else.
  PERFORM FROM fund_cell AS c WHERE c.tenant_id = (SELECT app.tenant()) AND c.fund_id = fund AND c.year = wanted_year
    AND c.baustein = part ORDER BY c.year, c.purpose FOR NO KEY UPDATE;
  RETURN (SELECT coalesce(sum(c.funded), 0) FROM fund_cell AS c WHERE c.tenant_id = (SELECT app.tenant()) AND c.fund_id = fund
    AND c.year = wanted_year AND c.baustein = part);
END $$;

CREATE FUNCTION app.held(fund uuid, wanted_year integer, part integer) RETURNS numeric
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- What came in and was not paid back.
  RETURN (SELECT coalesce(sum(r.amount), 0) FROM drawdown_receipt AS r
      JOIN drawdown AS d ON d.tenant_id = r.tenant_id AND d.id = r.drawdown_id
      WHERE d.tenant_id = (SELECT app.tenant()) AND d.fund_id = fund AND d.year = wanted_year AND d.baustein = part)
    + (SELECT coalesce(sum(d.amount), 0) FROM drawdown AS d
      LEFT JOIN drawdown AS p ON p.tenant_id = d.tenant_id AND p.id = d.reverses_id
      WHERE d.tenant_id = (SELECT app.tenant()) AND d.fund_id = fund AND d.year = wanted_year AND d.baustein = part
        AND (d.kind = 'repayment' OR p.kind = 'repayment'));
END $$;

CREATE FUNCTION app.drawdown_entered() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  granted numeric := app.funded_locked(NEW.fund_id, NEW.year, NEW.baustein);
  drawn numeric;
  came_in numeric;
  final_version uuid;
  reversed record;
BEGIN
  SELECT coalesce(sum(d.amount), 0) INTO drawn FROM drawdown AS d WHERE d.tenant_id = NEW.tenant_id
    AND d.fund_id = NEW.fund_id AND d.year = NEW.year AND d.baustein = NEW.baustein;
  IF NEW.kind = 'call' THEN
    IF NOT EXISTS (
      SELECT FROM funding_grant AS g WHERE g.tenant_id = NEW.tenant_id AND g.id = NEW.fund_id AND g.kind = 'bescheid'
    ) THEN
      RAISE EXCEPTION 'a flat sum is paid without a call'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_pauschale';
    END IF;
    SELECT v.id INTO final_version FROM grant_version AS v WHERE v.tenant_id = NEW.tenant_id
      AND v.grant_id = NEW.fund_id AND v.recorded_at IS NOT NULL
      AND least(v.waived_on, v.final_on) <= NEW.requested_on ORDER BY v.number DESC LIMIT 1;
    IF final_version IS NULL THEN
      RAISE EXCEPTION 'no Bescheid is final yet' USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_not_final';
    END IF;
    granted := least(granted, (SELECT coalesce(sum(i.amount), 0) FROM grant_item AS i
      WHERE i.tenant_id = NEW.tenant_id AND i.version_id = final_version AND i.year = NEW.year
        AND i.baustein = NEW.baustein));
    IF drawn > granted THEN
      RAISE EXCEPTION 'more is called than is granted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_exceeded',
          DETAIL = jsonb_build_object('year', NEW.year, 'baustein', NEW.baustein, 'granted', granted::text,
            'drawn', (drawn - NEW.amount)::text)::text;
    END IF;
  ELSIF NEW.kind = 'cancellation' THEN
    SELECT * INTO reversed FROM drawdown AS d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.reverses_id;
    SELECT coalesce(sum(r.amount), 0) INTO came_in FROM drawdown_receipt AS r
      WHERE r.tenant_id = NEW.tenant_id AND r.drawdown_id = NEW.reverses_id;
    IF reversed.kind = 'cancellation' OR NEW.amount <> came_in - reversed.amount THEN
      RAISE EXCEPTION 'a cancellation takes back what has not come in'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_cancellation';
    END IF;
  END IF;
  IF NEW.kind = 'repayment' AND app.held(NEW.fund_id, NEW.year, NEW.baustein) < 0 THEN
    RAISE EXCEPTION 'more is paid back than came in'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_repaid_more';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION app.drawdown_received() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  called record;
  still_open numeric;
BEGIN
  SELECT * INTO called FROM drawdown AS d WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.drawdown_id;
  PERFORM app.funded_locked(called.fund_id, called.year, called.baustein);
  SELECT sum(d.amount) - (SELECT sum(r.amount) FROM drawdown_receipt AS r
      WHERE r.tenant_id = NEW.tenant_id AND r.drawdown_id = NEW.drawdown_id) INTO still_open
    FROM drawdown AS d
    WHERE d.tenant_id = NEW.tenant_id AND (d.id = NEW.drawdown_id OR d.reverses_id = NEW.drawdown_id);
  IF called.kind <> 'call' OR still_open < 0 THEN
    RAISE EXCEPTION 'more comes in than was called'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_received_more',
        DETAIL = greatest(still_open + NEW.amount, 0)::text;
  END IF;
  IF NEW.received_on < called.requested_on THEN
    RAISE EXCEPTION 'it came in before it was called'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_received_early';
  END IF;
  IF app.held(called.fund_id, called.year, called.baustein) < 0 THEN
    RAISE EXCEPTION 'what is paid back has come in'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'drawdown_repaid_more';
  END IF;
  RETURN NULL;
END $$;

CREATE TABLE drawdown (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  fund_id UUID NOT NULL,
  year INTEGER NOT NULL,
  baustein INTEGER NOT NULL,
  kind TEXT NOT NULL,
  requested_on DATE NOT NULL,
  due_until DATE,
  amount NUMERIC(14, 2) NOT NULL,
  reference TEXT DEFAULT '' NOT NULL,
  reverses_id UUID,
  reason TEXT DEFAULT '' NOT NULL,
  account_id UUID,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_drawdown PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_drawdown_kind CHECK (kind IN ('call', 'cancellation', 'repayment')),
  CONSTRAINT ck_drawdown_year CHECK (year BETWEEN 2017 AND 2099),
  CONSTRAINT ck_drawdown_baustein CHECK (baustein IN (1, 2, 3)),
  CONSTRAINT ck_drawdown_amount CHECK (amount <> 0 AND (kind <> 'call' OR amount > 0) AND (kind <> 'repayment' OR amount < 0)),
  CONSTRAINT ck_drawdown_requested_on CHECK (requested_on BETWEEN DATE '2017-01-01' AND DATE '2100-12-31'),
  CONSTRAINT ck_drawdown_due CHECK ((kind = 'call') = (due_until IS NOT NULL)),
  CONSTRAINT ck_drawdown_due_until CHECK (due_until >= requested_on),
  CONSTRAINT ck_drawdown_reversal CHECK ((kind = 'cancellation') = (reverses_id IS NOT NULL)),
  CONSTRAINT ck_drawdown_reason CHECK (kind <> 'cancellation' OR reason <> ''),
  CONSTRAINT ck_drawdown_reference CHECK (length(reference) <= 100),
  CONSTRAINT ck_drawdown_reason_length CHECK (length(reason) <= 500),
  CONSTRAINT fk_drawdown_fund FOREIGN KEY(tenant_id, fund_id) REFERENCES fund (tenant_id, id),
  CONSTRAINT fk_drawdown_reversal FOREIGN KEY(tenant_id, reverses_id, fund_id, year, baustein) REFERENCES drawdown (tenant_id, id, fund_id, year, baustein),
  CONSTRAINT uq_drawdown_reversible UNIQUE (tenant_id, id, fund_id, year, baustein),
  CONSTRAINT uq_drawdown_cancelled UNIQUE (tenant_id, reverses_id),
  CONSTRAINT fk_drawdown_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_drawdown_id UNIQUE (id)
);

CREATE INDEX ix_drawdown_fund ON drawdown (tenant_id, fund_id, year, baustein);

CREATE INDEX ix_drawdown_own ON drawdown (tenant_id, requested_on, id);

ALTER TABLE drawdown ENABLE ROW LEVEL SECURITY;

ALTER TABLE drawdown FORCE ROW LEVEL SECURITY;

ALTER TABLE drawdown ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON drawdown TO kimhub_app;

CREATE POLICY drawdown_read ON drawdown FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, fund_id, year, baustein, kind, requested_on, due_until, amount, reference, reverses_id, reason, account_id, actor_label) ON drawdown TO kimhub_app;

CREATE POLICY drawdown_insert ON drawdown FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER drawdown_audit AFTER INSERT OR UPDATE OR DELETE ON drawdown DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE expected_payment (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  fund_id UUID NOT NULL,
  year INTEGER NOT NULL,
  baustein INTEGER NOT NULL,
  due_on DATE NOT NULL,
  amount NUMERIC(14, 2) NOT NULL,
  text TEXT NOT NULL,
  CONSTRAINT pk_expected_payment PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_expected_payment_amount CHECK (amount > 0),
  CONSTRAINT ck_expected_payment_year CHECK (year BETWEEN 2017 AND 2099),
  CONSTRAINT ck_expected_payment_baustein CHECK (baustein IN (1, 2, 3)),
  CONSTRAINT ck_expected_payment_due_on CHECK (due_on BETWEEN DATE '2017-01-01' AND DATE '2100-12-31'),
  CONSTRAINT ck_expected_payment_text CHECK (length(text) BETWEEN 1 AND 200),
  CONSTRAINT fk_expected_payment_fund FOREIGN KEY(tenant_id, fund_id) REFERENCES fund (tenant_id, id),
  CONSTRAINT fk_expected_payment_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_expected_payment_id UNIQUE (id)
);

CREATE INDEX ix_expected_payment_fund ON expected_payment (tenant_id, fund_id, due_on);

ALTER TABLE expected_payment ENABLE ROW LEVEL SECURITY;

ALTER TABLE expected_payment FORCE ROW LEVEL SECURITY;

ALTER TABLE expected_payment ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON expected_payment TO kimhub_app;

CREATE POLICY expected_payment_read ON expected_payment FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, fund_id, year, baustein, due_on, amount, text) ON expected_payment TO kimhub_app;

CREATE POLICY expected_payment_insert ON expected_payment FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

GRANT DELETE ON expected_payment TO kimhub_app;

CREATE POLICY expected_payment_delete ON expected_payment FOR DELETE TO kimhub_app USING (tenant_id = (SELECT app.tenant()) AND (true));

CREATE CONSTRAINT TRIGGER expected_payment_audit AFTER INSERT OR UPDATE OR DELETE ON expected_payment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TABLE drawdown_receipt (
  tenant_id INTEGER NOT NULL,
  id UUID NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  drawdown_id UUID NOT NULL,
  received_on DATE NOT NULL,
  amount NUMERIC(14, 2) NOT NULL,
  reference TEXT DEFAULT '' NOT NULL,
  reverses_id UUID,
  reason TEXT DEFAULT '' NOT NULL,
  reversed_amount NUMERIC(14, 2) GENERATED ALWAYS AS (CASE WHEN reverses_id IS NOT NULL THEN -amount END) STORED,
  account_id UUID,
  actor_label TEXT NOT NULL,
  CONSTRAINT pk_drawdown_receipt PRIMARY KEY (tenant_id, id),
  CONSTRAINT ck_drawdown_receipt_amount CHECK (amount <> 0 AND (amount < 0) = (reverses_id IS NOT NULL)),
  CONSTRAINT ck_drawdown_receipt_received_on CHECK (received_on BETWEEN DATE '2017-01-01' AND DATE '2100-12-31'),
  CONSTRAINT ck_drawdown_receipt_reference CHECK (length(reference) <= 100),
  CONSTRAINT ck_drawdown_receipt_reason CHECK (length(reason) <= 500),
  CONSTRAINT fk_drawdown_receipt_drawdown FOREIGN KEY(tenant_id, drawdown_id) REFERENCES drawdown (tenant_id, id),
  CONSTRAINT fk_drawdown_receipt_reversal FOREIGN KEY(tenant_id, reverses_id, drawdown_id, received_on, reversed_amount) REFERENCES drawdown_receipt (tenant_id, id, drawdown_id, received_on, amount),
  CONSTRAINT uq_drawdown_receipt_reversible UNIQUE (tenant_id, id, drawdown_id, received_on, amount),
  CONSTRAINT uq_drawdown_receipt_reversed UNIQUE (tenant_id, reverses_id),
  CONSTRAINT fk_drawdown_receipt_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
  CONSTRAINT uq_drawdown_receipt_id UNIQUE (id)
);

CREATE INDEX ix_drawdown_receipt_drawdown ON drawdown_receipt (tenant_id, drawdown_id);

ALTER TABLE drawdown_receipt ENABLE ROW LEVEL SECURITY;

ALTER TABLE drawdown_receipt FORCE ROW LEVEL SECURITY;

ALTER TABLE drawdown_receipt ALTER COLUMN tenant_id SET (n_distinct = -0.001);

GRANT SELECT ON drawdown_receipt TO kimhub_app;

CREATE POLICY drawdown_receipt_read ON drawdown_receipt FOR SELECT TO kimhub_app USING (tenant_id = (SELECT app.tenant()));

GRANT INSERT (tenant_id, id, drawdown_id, received_on, amount, reference, reverses_id, reason, account_id, actor_label) ON drawdown_receipt TO kimhub_app;

CREATE POLICY drawdown_receipt_insert ON drawdown_receipt FOR INSERT TO kimhub_app WITH CHECK (tenant_id = (SELECT app.tenant()));

CREATE CONSTRAINT TRIGGER drawdown_receipt_audit AFTER INSERT OR UPDATE OR DELETE ON drawdown_receipt DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.audit_row('tenant_id');

CREATE TRIGGER drawdown_entered AFTER INSERT ON drawdown FOR EACH ROW EXECUTE FUNCTION app.drawdown_entered();

CREATE TRIGGER drawdown_receipt_entered AFTER INSERT ON drawdown_receipt FOR EACH ROW EXECUTE FUNCTION app.drawdown_received();

ALTER FUNCTION app.funded_locked(uuid, integer, integer) OWNER TO kimhub_gate;

GRANT EXECUTE ON FUNCTION app.held(uuid, integer, integer) TO kimhub_app;

SET LOCAL ROLE kimhub_gate;

GRANT EXECUTE ON FUNCTION app.funded_locked(uuid, integer, integer) TO kimhub_app;

RESET ROLE
"""

DOWN = r"""
DROP TABLE expected_payment;
DROP TABLE drawdown_receipt;
DROP TABLE drawdown;
DROP FUNCTION app.drawdown_received();
DROP FUNCTION app.drawdown_entered();
DROP FUNCTION app.held(uuid, integer, integer);
DROP FUNCTION app.funded_locked(uuid, integer, integer)
"""


def upgrade() -> None:
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)
