"""The stand: servers of its own, a migrated database, and generated tenants with requests in every state.

Data are generated in the database itself, as the superuser with triggers off: what is measured is reading.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from kimhub.core.database.binding_key import use_binding_key
from kimhub.core.database.migrate import migrate
from kimhub.core.database.prepare import prepare_cluster
from kimhub.core.database.urls import conninfo, with_database
from kimhub.core.layout import EmbeddedUrls
from kimhub.core.settings import Settings
from kimhub.embedded.servers import EmbeddedServers
from tenants.signing import BindingKey, Said

TEMPLATE = "bench_template"
BIND = "SELECT set_config('app.tenant', %s, true), set_config('app.proof', %s, true)"
REQUESTS_EACH = 60
"""Requests of a Gemeinde that is measured: its page is full, however many tenants there are."""
REQUESTS_IN_ALL = 600_000
"""In every database: the other Gemeinden share the rest, so that what differs is the number of tenants alone."""
MEASURED_KREISE = 8
"""Only they and their Gemeinden are read: what they read lies in memory, as on a running server."""
PLANS_EACH = 200
KREISE_SHARE = 14
"""One tenant in fourteen is a Kreis, as in North Rhine-Westphalia (31 of 427)."""

_FILL = """
SET session_replication_role = replica;
INSERT INTO tenant (kind, name, slug, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,
                    integration_committee, sort_key)
SELECT 'kreis', 'Kreis ' || n, 'kreis-' || n, true, true, true, 'none', lpad(n::text, 6, '0')
FROM generate_series(1, {kreise}) AS n;
INSERT INTO tenant (kind, name, slug, parent_id, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,
                    integration_committee, sort_key)
SELECT 'gemeinde', 'Gemeinde ' || n, 'gemeinde-' || n, 1 + n % {kreise}, false, true, true, 'integrationsrat',
       lpad(n::text, 6, '0')
FROM generate_series(1, {gemeinden}) AS n;
CREATE TEMP TABLE made AS
SELECT t.id AS tenant_id, t.parent_id AS counterpart_id, gen_random_uuid() AS id, n,
       timestamptz '2021-01-01' + (random() * interval '1800 days') AS at, n % 5 > 0 AS submitted
FROM tenant AS t
CROSS JOIN LATERAL generate_series(1, CASE WHEN t.parent_id <= {measured} THEN {each} ELSE {others} END) AS n
WHERE t.kind = 'gemeinde';
INSERT INTO proceeding (tenant_id, id, created_at, kind, counterpart_id, subject, released_at)
SELECT tenant_id, id, at, 'position_request', counterpart_id, 'Koordinierungsstelle', CASE WHEN submitted THEN at END
FROM made;
INSERT INTO position_request (tenant_id, id, created_at, counterpart_id, function, fte, starts_on, justification,
                              released_at)
SELECT tenant_id, id, at, counterpart_id, 'Koordinierungsstelle ' || n, 1, '2027-01-01', 'Bedarf',
       CASE WHEN submitted THEN at END
FROM made;
INSERT INTO proceeding_entry (tenant_id, id, created_at, proceeding_id, initiator_id, counterpart_id, kind, seq,
                              action, from_state, to_state, note, actor_label)
SELECT tenant_id, gen_random_uuid(), at, id, tenant_id, counterpart_id, 'position_request', 1, 'submit', 'draft',
       'submitted', '', 'Sachbearbeitung'
FROM made WHERE submitted;
INSERT INTO financing_plan (tenant_id, id, title, document, version, changed_at)
SELECT t.id, gen_random_uuid(), 'Plan ' || n, '{{}}', 1, timestamptz '2021-01-01' + n * interval '1 day'
FROM tenant AS t CROSS JOIN generate_series(1, {plans}) AS n WHERE t.kind = 'kreis';
RESET session_replication_role;
"""


@dataclass(frozen=True)
class Stand:
    """Running servers."""

    servers: EmbeddedServers

    @property
    def postgres_pid(self) -> int:
        """Return the process that started all others of the database."""
        return int((self.servers.layout.postgres / "postmaster.pid").read_text().split()[0])

    def said_of(self, tenant_id: int) -> list[str]:
        """Return the parameters of `BIND` that let a connection act for this tenant."""
        settings = Settings.from_environ(self.environment(self.servers.urls_of(TEMPLATE)))
        return [str(tenant_id), BindingKey(settings.binding_secret).proof(Said(str(tenant_id)))]

    def environment(self, urls: EmbeddedUrls) -> dict[str, str]:
        """Return the settings of a process that works on a database of this stand."""
        return {
            "KIMHUB_VAR": str(self.servers.layout.var),
            "KIMHUB_DATABASE_URL": urls.app,
            "KIMHUB_DATABASE_SIGNIN_URL": urls.sign_in,
            "KIMHUB_DATABASE_OWNER_URL": urls.owner,
            "KIMHUB_DATABASE_RELAY_URL": urls.relay,
            "KIMHUB_REDIS_URL": urls.redis,
            "KIMHUB_LOG_LEVEL": "ERROR",
        }

    @contextmanager
    def database(self, name: str, *, tenants: int) -> Iterator[EmbeddedUrls]:
        """Yield a database with `tenants` tenants; those measured have as many rows as in any other database."""
        kreise = tenants // KREISE_SHARE
        gemeinden = tenants - kreise
        measured = gemeinden * MEASURED_KREISE // kreise
        others = (REQUESTS_IN_ALL - measured * REQUESTS_EACH) // (gemeinden - measured)
        with self.empty_database(name) as urls:
            with psycopg.connect(conninfo(with_database(urls.admin, name)), autocommit=True) as connection:
                connection.execute(
                    _FILL.format(
                        kreise=kreise,
                        gemeinden=gemeinden,
                        measured=MEASURED_KREISE,
                        each=REQUESTS_EACH,
                        others=others,
                        plans=PLANS_EACH,
                    )
                )
                connection.execute("VACUUM ANALYZE")
            yield urls

    @contextmanager
    def empty_database(self, name: str) -> Iterator[EmbeddedUrls]:
        """Yield a migrated database that is dropped at the end."""
        admin = self.servers.urls.admin
        prepare_cluster(admin, name, template=TEMPLATE)
        try:
            yield self.servers.urls_of(name)
        finally:
            with psycopg.connect(conninfo(admin), autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def stand() -> Iterator[Stand]:
    """Start servers in a directory that is thrown away at the end (fsync off: reading is measured)."""
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kimhub-bench-")))
        servers = stack.enter_context(EmbeddedServers(var, durable=False))
        prepare_cluster(servers.urls.admin, TEMPLATE)
        migrate(servers.urls_of(TEMPLATE).owner)
        made = Stand(servers)
        use_binding_key(Settings.from_environ(made.environment(servers.urls_of(TEMPLATE))))
        yield made
