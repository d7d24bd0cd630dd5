"""The kinds of events there are: what each says, where one reads more, who is told. Declared in a feature's events.py.

The table holds facts; the sentence is made from them when it is read, so that a better wording serves old events, too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from tenants import Permission, Role, permissions_of
from tenants.naming import nominative, to_begin

Addressees = Callable[[Session, int, Collection[UUID]], Mapping[UUID, Collection[UUID]]]
"""Takes a session, the tenant that is told and the things; returns the accounts for each of the things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """One kind of event.

    `says` is the sentence without its full stop; „{author}“ stands for the body that did it. `thing` names in neutral
    words what it is about: a mail says no more of it. Whoever holds `told` in the concerned tenant is told, by a line
    and a mail. With `to_author` it is who asked for the work instead, as long as that person has a role there, and by a
    line alone: it is done within a minute, mostly before one's own eyes. What is `urgent` waits for an answer: its mail
    goes by itself to who has mails gathered, too.
    """

    code: str
    """``feature.verb``"""
    says: str
    thing: str
    page: str
    """Endpoint of the page of the thing."""
    names: str
    """The variable of its id there."""
    told: Permission
    to_author: bool = False
    urgent: bool = False
    addressees: Addressees | None = None
    """Where it is not for all who hold `told`: for whom of a tenant, by the things that it is about."""
    revokes: bool = False
    """Whether it takes back what was told of the same thing before: who has not read that yet is told so there."""

    def sentence(self, author: str) -> str:
        """Return what was done, as a sentence begins: „Der Kreis Unna hat eine Rückfrage gestellt“."""
        return self.says.format(author=to_begin(nominative(author)))

    def clause(self, author: str) -> str:
        """Return the same as it goes on after „Guten Tag,“: „der Kreis Unna hat eine Rückfrage gestellt“."""
        said = self.says.format(author=nominative(author))
        return said if self.says.startswith("{author}") else said[:1].lower() + said[1:]

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that are told."""
        return tuple(role for role in Role if self.told in permissions_of([role]))


_KINDS: dict[str, EventKind] = {}


def declare(kind: EventKind) -> EventKind:
    """Declare a kind; raises ValueError when two have one name."""
    if kind.code in _KINDS:
        raise ValueError(f"two kinds of events are called {kind.code}")
    _KINDS[kind.code] = kind
    return kind


def kinds() -> dict[str, EventKind]:
    """Return all kinds by name; complete once the application has loaded its features."""
    return dict(_KINDS)


def kind_called(code: str) -> EventKind:
    """Return the kind with this name. Raises LookupError for one that nobody declared: a programming error."""
    kind = _KINDS.get(code)
    if kind is None:
        raise LookupError(f"no feature declares events of the kind {code}")
    return kind
