"""A grant names the application that it answers.

Revision 0014, after 0013.
"""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

UP = r"""
ALTER TABLE funding_grant ADD COLUMN application_id UUID;

ALTER TABLE funding_grant ADD CONSTRAINT fk_funding_grant_application
  FOREIGN KEY (tenant_id, application_id) REFERENCES grant_application (tenant_id, id);

CREATE INDEX ix_funding_grant_application ON funding_grant (tenant_id, application_id);

GRANT INSERT (application_id), UPDATE (application_id) ON funding_grant TO kimhub_app;
"""

DOWN = r"""
ALTER TABLE funding_grant DROP COLUMN application_id;
"""


def upgrade() -> None:
    """Add the column."""
    op.execute(UP)


def downgrade() -> None:
    """Drop the column."""
    op.execute(DOWN)
