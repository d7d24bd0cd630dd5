"""Row-level security, declared on the model and emitted as DDL (ADR 4).

Two rules: a tenant writes only its own rows; it reads its own rows and rows that their owner has shared with
it, or published. A model says which of the forms below holds for it in ``__isolation__``; `isolation_ddl` turns that
into policies and grants, a migration carries the text, and an architecture test compares the catalog with it.

The read policy of a shared table is ``coalesce(own OR shared, false)``: opaque to the planner on purpose, so
that the query's own scope filter picks the index and the policy stays a cheap guard on each row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenants.batches import Batch

if TYPE_CHECKING:
    from sqlalchemy import Table

APP_ROLE = "kimhub_app"
OWNER_ROLE = "kimhub_owner"
RELAY_ROLE = "kimhub_relay"
SIGN_IN_ROLE = "kimhub_signin"
GATE_ROLE = "kimhub_gate"
"""Owns the SECURITY DEFINER functions; nobody signs in as it."""

ME = "(SELECT app.tenant())"

ROWS_PLANNED_FOR = 1000
"""So many rows of a table the planner expects of each tenant, whatever the average is.

A plan that is kept for all tenants is made for the average one. Where that has fewer rows than a page, the plan fetches
and sorts all that a tenant has, and the one tenant with 10,000 pays for it. With a thousand expected it reads a page
in the order of the index (ADR 34).
"""
SET_BY_DATABASE = frozenset({"created_at"})
"""Columns that nobody may fill in: a row is as old as the database says."""


@dataclass(frozen=True, kw_only=True)
class RoleAccess:
    """What another role than the application's may do with a table, and why."""

    role: str
    reason: str
    select: tuple[str, ...] = ()
    insert: tuple[str, ...] = ()
    update: tuple[str, ...] = ()
    delete: bool = False
    condition: str = "true"


@dataclass(frozen=True, kw_only=True)
class Isolation:
    """What is common to all forms.

    `insertable` is False where only the database writes; `updatable` names the columns the application may
    change (none: the table is append-only) while the SQL condition `updatable_while` holds for the row as it
    was; `not_inserted` names the columns that nobody may fill in with a new row, because the database does or a
    later step; `deletable` is the SQL condition under which an own row may be deleted (None: never). `audited` is
    False only where the rows hold no decision of anybody; `audit_hidden` names columns whose values stay out
    of the audit (files); rows of a `batch` are audited by the event of what they came with.
    """

    insertable: bool = True
    updatable: tuple[str, ...] = ()
    updatable_while: str | None = None
    not_inserted: tuple[str, ...] = ()
    deletable: str | None = None
    audited: bool = True
    audit_hidden: tuple[str, ...] = ()
    batch: Batch | None = None
    others: tuple[RoleAccess, ...] = ()

    @property
    def scopes(self) -> tuple[str, ...]:
        """The columns that say whose a row is, or with whom it is shared: a list states one of them."""
        return ()

    @property
    def asks_later_table(self) -> bool:
        """Whether reading asks a table that refers to this one, and so is made after it."""
        return False

    def readable(self, name: str) -> str:
        """Return the SQL condition under which the application sees a row of the table `name`."""
        raise NotImplementedError

    def writable(self) -> str | None:
        """Return the SQL condition that every written row fulfils, or None when nothing is written."""
        return f"tenant_id = {ME}"


@dataclass(frozen=True, kw_only=True)
class Own(Isolation):
    """Seen and written by its tenant alone."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """The tenant."""
        return ("tenant_id",)

    def readable(self, _name: str) -> str:
        """Return own rows only: a plain equality that the planner matches to the tenant-led indexes."""
        return f"tenant_id = {ME}"


@dataclass(frozen=True, kw_only=True)
class SharedWith(Isolation):
    """Written by its tenant, read also by the tenants in the generated columns `columns`.

    Each column is ``GENERATED ALWAYS AS (CASE WHEN <released> THEN <counterpart> END) STORED`` and says with
    whom the row is shared now (`shared_with`) or to which authority it is released (`released_to`).
    What another tenant has seen is not taken back: a trigger refuses it, unless `withdrawable` says why it may be.
    """

    columns: tuple[str, ...] = ("shared_with",)
    withdrawable: str = ""

    @property
    def scopes(self) -> tuple[str, ...]:
        """The tenant, and those with whom it is shared."""
        return ("tenant_id", *self.columns)

    def readable(self, _name: str) -> str:
        """Return own rows and shared ones, opaque to the planner."""
        conditions = " OR ".join(f"{column} = {ME}" for column in self.scopes)
        return f"coalesce({conditions}, false)"


@dataclass(frozen=True, kw_only=True)
class SharedWithMany(Isolation):
    """Written by its tenant, read also by every tenant that a row of `rows` names now (`tenants.sharing`, ADR 44).

    `rows` is the table of its `Recipients`, whose column `via` names the row. It is asked by its whole primary key in a
    scalar subquery: an EXISTS the planner would turn into a hash of everything that was ever shared with the reader. A
    reader's list is one of recipient rows, never of these.
    """

    rows: str
    via: str

    @property
    def asks_later_table(self) -> bool:
        """The recipients refer to what they receive."""
        return True

    @property
    def scopes(self) -> tuple[str, ...]:
        """The tenant."""
        return ("tenant_id",)

    def readable(self, name: str) -> str:
        """Return own rows and those with a recipient row of the reader, opaque to the planner."""
        shared = (
            f"SELECT true FROM {self.rows} AS r WHERE r.tenant_id = {name}.tenant_id AND r.{self.via} = {name}.id"
            f" AND r.recipient_id = {ME} AND r.shared_with = {ME}"
        )
        return f"coalesce(tenant_id = {ME} OR ({shared}), false)"


@dataclass(frozen=True, kw_only=True)
class Published(Isolation):
    """Written by its tenant, read by every tenant: what a body says of itself to all, never of a person (ADR 40).

    A list of such rows still states whose they are. Whoever acts for no tenant sees none.
    """

    reason: str

    @property
    def scopes(self) -> tuple[str, ...]:
        """The tenant."""
        return ("tenant_id",)

    def readable(self, _name: str) -> str:
        """Return everything, as long as somebody acts."""
        return f"{ME} IS NOT NULL"


@dataclass(frozen=True, kw_only=True)
class Within(Isolation):
    """A child that is seen by whoever sees its parent; the foreign key carries the parent's tenant.

    For children that are read one parent at a time; a child that is listed by itself copies its parent's
    sharing columns and uses `SharedWith`.
    """

    parent: str
    via: str

    def readable(self, _name: str) -> str:
        """Return the rows whose parent the tenant sees (the parent's own policy applies inside)."""
        return f"EXISTS (SELECT 1 FROM {self.parent} AS parent WHERE parent.id = {self.via})"


@dataclass(frozen=True, kw_only=True)
class Reference(Isolation):
    """Not tenant data: readable by every actor, written by the platform's operator only.

    `own_row` names the column that equals the acting tenant in the one row it may update. With
    `operator_writes=False` not even the operator writes: only functions of the gate role do.
    """

    reason: str
    own_row: str | None = None
    operator_writes: bool = True

    def readable(self, _name: str) -> str:
        """Return everything."""
        return "true"

    def writable(self) -> str | None:
        """Return the tenant's own row, if there is one it may correct."""
        return f"{self.own_row} = {ME}" if self.own_row else None


@dataclass(frozen=True, kw_only=True)
class Sealed(Isolation):
    """Not reachable for the application at all; exact questions are answered by SECURITY DEFINER functions."""

    reason: str

    def readable(self, _name: str) -> str:
        """Return nothing."""
        return "false"

    def writable(self) -> str | None:
        """Return nothing."""
        return None


def isolation_ddl(table: Table, isolation: Isolation) -> Iterator[str]:
    """Yield the statements that isolate `table`, in the order in which a migration runs them."""
    name = table.name
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    for column in isolation.scopes:
        yield f"ALTER TABLE {name} ALTER COLUMN {column} SET (n_distinct = {-1 / ROWS_PLANNED_FOR})"
    if not isinstance(isolation, Sealed):
        yield from _application_ddl(table, isolation)
    if isinstance(isolation, Reference):
        rights = "USING (true) WITH CHECK (true)" if isolation.operator_writes else "USING (true)"
        command = "ALL" if isolation.operator_writes else "SELECT"
        yield f"CREATE POLICY {name}_operator ON {name} FOR {command} TO {OWNER_ROLE} {rights}"
    for access in isolation.others:
        yield from _role_ddl(name, access)
    if isinstance(isolation, SharedWith) and isolation.updatable and not isolation.withdrawable:
        withdrawn = " OR ".join(
            f"OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}"
            for column in isolation.columns
        )
        yield (
            f"CREATE TRIGGER {name}_stays_shared AFTER UPDATE ON {name} FOR EACH ROW WHEN ({withdrawn})"
            " EXECUTE FUNCTION app.stays_shared()"
        )


def read_policy(table: Table, isolation: Isolation) -> str:
    """Return the statement that says which rows the application sees; where it asks a later table, it comes last."""
    name = table.name
    return f"CREATE POLICY {name}_read ON {name} FOR SELECT TO {APP_ROLE} USING ({isolation.readable(name)})"


def _application_ddl(table: Table, isolation: Isolation) -> Iterator[str]:
    name, written = table.name, isolation.writable()
    yield f"GRANT SELECT ON {name} TO {APP_ROLE}"
    if not isolation.asks_later_table:
        yield read_policy(table, isolation)
    if written and isolation.insertable and not isinstance(isolation, Reference):
        columns = ", ".join(
            c.name
            for c in table.columns
            if c.computed is None and c.name not in SET_BY_DATABASE and c.name not in isolation.not_inserted
        )
        yield f"GRANT INSERT ({columns}) ON {name} TO {APP_ROLE}"
        yield f"CREATE POLICY {name}_insert ON {name} FOR INSERT TO {APP_ROLE} WITH CHECK ({written})"
    if written and isolation.updatable:
        yield f"GRANT UPDATE ({', '.join(isolation.updatable)}) ON {name} TO {APP_ROLE}"
        changed = f"{written} AND ({isolation.updatable_while})" if isolation.updatable_while else written
        yield (
            f"CREATE POLICY {name}_update ON {name} FOR UPDATE TO {APP_ROLE}"
            f" USING ({changed}) WITH CHECK ({written})"
        )
    if written and isolation.deletable:
        yield f"GRANT DELETE ON {name} TO {APP_ROLE}"
        yield (
            f"CREATE POLICY {name}_delete ON {name} FOR DELETE TO {APP_ROLE}"
            f" USING ({written} AND ({isolation.deletable}))"
        )


def _role_ddl(name: str, access: RoleAccess) -> Iterator[str]:
    grants = {"SELECT": access.select, "INSERT": access.insert, "UPDATE": access.update}
    for privilege, columns in grants.items():
        if columns:
            yield f"GRANT {privilege} ({', '.join(columns)}) ON {name} TO {access.role}"
            using = "" if privilege == "INSERT" else f" USING ({access.condition})"
            check = "" if privilege == "SELECT" else f" WITH CHECK ({access.condition})"
            yield (
                f"CREATE POLICY {name}_{access.role}_{privilege.lower()} ON {name}"
                f" FOR {privilege} TO {access.role}{using}{check}"
            )
    if access.delete:
        yield f"GRANT DELETE ON {name} TO {access.role}"
        yield (
            f"CREATE POLICY {name}_{access.role}_delete ON {name} FOR DELETE TO {access.role}"
            f" USING ({access.condition})"
        )
