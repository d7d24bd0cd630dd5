"""Lost updates: who changes a thing has seen its present state, and nobody else changes it meanwhile.

Two people open the same entry, both save: the second must not overwrite unseen what the first wrote. So every change
names the state that it was made on (the API in ``If-Match``, a form in a hidden field), and that state is compared
with the present one *under a lock* that lasts until the transaction ends. Compared before the lock, both would find
their state present (CWE-367).

A thing declares once how it is held, read and marked, beside its queries; API and pages use that declaration::

    PLAN = Versioned(FinancingPlan, get_plan, parts=lambda plan: (plan.id, plan.version))

    mark = PLAN.mark(plan)                    # goes out: as ETag, or into the form
    plan = PLAN.seen(plan_id, mark)           # comes back: held, read anew, compared; or StaleError

One thing has one lock, that of its head: whoever changes a part (a section, an item) holds the head first, so that
nobody waits crosswise. Use cases hold what they change by `locked`, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar, cast
from uuid import UUID

import orjson
from sqlalchemy import func, inspect, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.state import InstanceState

from kimhub.core.errors import NotFoundError, StaleError
from tenants import Base, Own, Published, TenantOwned, db

_VERSION = re.compile("[1-9][0-9]{0,8}", re.ASCII)

Row = TypeVar("Row", bound=TenantOwned)
T = TypeVar("T")


def locked(session: Session, model: type[Row], id_: UUID) -> Row:
    """Return the row as it is now; others who ask for it here wait until this transaction ends.

    Raises `NotFoundError` for a row that the actor does not see. Which lock it is follows from the model alone, so
    that all who change a thing meet: the row's own (``FOR UPDATE``), which also keeps parts from being added that
    refer to it, where its tenant may change it at any time; else, because PostgreSQL locks only rows that the role
    may change, an advisory lock of the row's name. Both tenants of a proceeding take the same one.
    """
    wanted = select(model).where(model.id == id_).execution_options(populate_existing=True)
    if _may_always_change(model):
        wanted = wanted.with_for_update()
    else:
        # Taken only for a row that is visible: nobody holds up others' things by guessing. Read again afterwards.
        name = cast("type[Base]", model).__tablename__
        session.execute(select(func.app.hold(name, model.id)).where(model.id == id_)).all()
    row = session.scalars(wanted).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def _may_always_change(model: type[TenantOwned]) -> bool:
    isolation = cast("type[Base]", model).__isolation__
    return (
        isinstance(isolation, Own | Published)
        and bool(isolation.updatable)
        and isolation.updatable_while is None
    )


def typed_version(typed: str | None) -> int:
    """Return the number of a version or step that a form has brought back; 0, which nothing has, for anything else."""
    return int(typed) if typed and _VERSION.fullmatch(typed) else 0


def mark(*parts: object) -> str:
    """Return an opaque word for a state: it changes with any of `parts`; a row counts with all its columns.

    Take the mark of rows as the database has them: what was just assigned reads back differently (1 and 1.00).
    """
    content = orjson.dumps([_content(part) for part in parts], default=str)
    return sha256(content).hexdigest()[:32]


def _content(part: object) -> object:
    if not isinstance(part, Base):
        return part
    state: InstanceState[object] = inspect(part)
    return [getattr(part, column.key) for column in state.mapper.column_attrs]


def require_version(
    present: object, expected: object, detail: str = "", *, state: Mapping[str, object] | None = None
) -> None:
    """Raise `StaleError` unless `expected` is the `present` version or mark; `state` says where the thing stands.

    Only under the lock of `locked` does this prove anything.
    """
    if present != expected:
        raise StaleError(detail, extra=state) if detail else StaleError(extra=state)


def _nothing(_thing: object) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True)
class Versioned(Generic[T]):
    """A thing that several may change: its head row, how it is read, what its state consists of.

    `load` takes session and id and raises `NotFoundError`. `parts` are rows and values that say what the thing *is*,
    not what is derived from other things or from the day: a mark that changes by itself refuses changes for nothing.
    `state` is told to API clients whose state is overtaken, e.g. ``{"version": 3}``. `head` returns the id of the
    `model` row that is locked where that is not the thing's own.
    """

    model: type[TenantOwned]
    load: Callable[[Session, UUID], T]
    parts: Callable[[T], Iterable[object]]
    state: Callable[[T], Mapping[str, object]] = _nothing
    head: Callable[[T], UUID] | None = None

    def mark(self, thing: T) -> str:
        """Return the mark of the state in which `thing` was read: the API's ETag, the form's hidden field."""
        return mark(*self.parts(thing))

    def held(self, id_: UUID) -> T:
        """Return the thing as it is now, held until the transaction ends; raises `NotFoundError`.

        What the session had read before is read again: it may be older than the lock.
        """
        session = db.session()
        locked(session, self.model, self.head(self.load(session, id_)) if self.head else id_)
        session.expire_all()
        return self.load(session, id_)

    def seen(self, id_: UUID, expected: str | None, detail: str = "") -> T:
        """Return the thing, held, if `expected` is its present mark; raises `NotFoundError`, `StaleError`."""
        thing = self.held(id_)
        require_version(self.mark(thing), expected, detail, state=self.state(thing))
        return thing
