"""Alembic's environment: migrations run as the owner role, one transaction each, with timeouts on locks.

The connection comes from whoever runs the migration (``kimhub db migrate``, the tests) in
``config.attributes["connection"]``, and with it what notes each applied migration. Nothing of the application is
imported here.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
connection.execute(
    text("SELECT set_config('lock_timeout', '5s', false), set_config('statement_timeout', '600s', false)")
)
connection.commit()
context.configure(
    connection=connection,
    transaction_per_migration=True,
    on_version_apply=context.config.attributes["on_version_apply"],
)
with context.begin_transaction():
    context.run_migrations()
