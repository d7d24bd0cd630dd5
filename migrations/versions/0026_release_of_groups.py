"""A Kreis releases who sits in its Lenkungsgruppe and what that has decided, too.

Revision 0026, after 0025.
"""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

UP = r"""
ALTER TABLE release ADD COLUMN committee_id UUID;

ALTER TABLE release ALTER COLUMN source_version DROP NOT NULL;

ALTER TABLE release DROP CONSTRAINT ck_release_kind;

ALTER TABLE release DROP CONSTRAINT ck_release_application;

ALTER TABLE release ADD CONSTRAINT ck_release_kind CHECK (kind IN ('participants', 'involvement', 'plan', 'members', 'measures'));

ALTER TABLE release ADD CONSTRAINT ck_release_application CHECK ((kind IN ('participants', 'involvement')) = (application_id IS NOT NULL));

ALTER TABLE release ADD CONSTRAINT ck_release_committee CHECK ((kind IN ('members', 'measures')) = (committee_id IS NOT NULL));

ALTER TABLE release ADD CONSTRAINT ck_release_version CHECK ((source_version IS NULL) = (committee_id IS NOT NULL));

ALTER TABLE release ADD CONSTRAINT fk_release_committee FOREIGN KEY(tenant_id, committee_id) REFERENCES committee (tenant_id, id);

GRANT INSERT (committee_id) ON release TO kimhub_app
"""

DOWN = r"""
ALTER TABLE release DROP CONSTRAINT fk_release_committee;
ALTER TABLE release DROP CONSTRAINT ck_release_version;
ALTER TABLE release DROP CONSTRAINT ck_release_committee;
ALTER TABLE release DROP CONSTRAINT ck_release_application;
ALTER TABLE release DROP CONSTRAINT ck_release_kind;
ALTER TABLE release ADD CONSTRAINT ck_release_kind CHECK (kind IN ('participants', 'involvement', 'plan'));
ALTER TABLE release ADD CONSTRAINT ck_release_application CHECK ((kind <> 'plan') = (application_id IS NOT NULL));
ALTER TABLE release ALTER COLUMN source_version SET NOT NULL;
ALTER TABLE release DROP COLUMN committee_id
"""


def upgrade() -> None:
    """Let a release come from a committee."""
    for statement in UP.strip().split(";\n\n"):
        op.execute(statement)


def downgrade() -> None:
    """Take that back."""
    for statement in DOWN.strip().split(";\n"):
        op.execute(statement)
