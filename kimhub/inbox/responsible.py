"""Who is told besides those who are responsible: whoever stands in for one of them today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, TypeVar
from uuid import UUID

from kimhub.deputies.public import StandIn
from kimhub.inbox.models import ASKED, DEPUTY


class _Somebody(Protocol):
    @property
    def account_id(self) -> UUID: ...


P = TypeVar("P", bound=_Somebody)


def with_deputies(
    told: Iterable[tuple[P, str]],
    people: Mapping[UUID, P],
    stand_ins: Iterable[StandIn],
    author: UUID | None,
) -> Iterator[tuple[P, str, StandIn | None]]:
    """Yield who is told and why: those responsible, then their deputies, everybody once and nobody of their own deed.

    A deputy's deputy is not told. Who is told by right of a role is told as that. Who has no role any more is nobody
    here. What somebody has asked for is theirs alone: it is done within a minute.
    """
    responsible = {
        person.account_id: (person, reason)
        for person, reason in told
        if reason == ASKED or person.account_id != author
    }
    for person, reason in responsible.values():
        yield person, reason, None
    known = {author, *responsible}
    for one in stand_ins:
        asks = responsible.get(one.account_id)
        if asks is None or asks[1] == ASKED or one.deputy_id in known or one.deputy_id not in people:
            continue
        known.add(one.deputy_id)
        yield people[one.deputy_id], DEPUTY, one
