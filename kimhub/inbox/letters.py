"""What a mail says of events: what was done, why one gets it, where one reads more. Nothing of their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from kimhub.core.events.kinds import EventKind
from kimhub.core.formats import day
from kimhub.core.settings import Settings
from kimhub.inbox.rhythm import Rhythm
from tenants import Actor, Role
from tenants.naming import at, to_begin

MOST_LINES = 30
"""Events that a gathered mail names; the rest is a number."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event as a gathered mail names it."""

    kind: EventKind
    author: str
    at: datetime


def subject_of(kind: EventKind, author: str) -> str:
    """Return the subject: „Der Kreis Unna hat eine Rückfrage gestellt (Zusätzliche Koordinierungsstelle)“."""
    return f"{kind.sentence(author)} ({kind.thing})"


def text_of(kind: EventKind, author: str, *, actor: Actor, event_id: UUID, reason: str) -> str:
    """Return the text without greeting and closing; `actor` is whose inbox it is, `reason` the role."""
    return (
        f"{kind.clause(author)}. Es geht um: {kind.thing}.\n\n"
        f"Näheres lesen Sie in Ihrem Posteingang, wenn Sie angemeldet sind:\n"
        f"{_page('inbox.open_line', actor, event_id=event_id)}\n\n"
        f"Sie erhalten diese Nachricht, weil Sie {at(actor.tenant_name)} die Rolle „{Role(reason).label}“ haben. "
        f"Sie umfasst: {kind.told.label}.\n\n{_choice(actor)}"
    )


def gathered_subject(number: int, actor: Actor) -> str:
    """Return the subject of a mail that gathers: „3 neue Nachrichten in KIMHub (Stadt Bornheim)“."""
    return f"{to_begin(_number(number))} in KIMHub ({actor.tenant_name})"


def gathered_text(
    told: Sequence[Told], *, actor: Actor, roles: Sequence[Role], rhythm: Rhythm, number: int
) -> str:
    """Return the text of a mail that gathers: the first `MOST_LINES` of `number` events, the oldest first."""
    events = "\n\n".join(f"{day(one.at)}: {subject_of(one.kind, one.author)}" for one in told)
    more = f"\n\nund {number - len(told)} weitere." if number > len(told) else ""
    named = ", ".join(f"„{role.label}“" for role in roles)
    often = rhythm.gathered or "dieses Mal gesammelt"
    return (
        f"in Ihrem Posteingang {'steht' if number == 1 else 'stehen'} {_number(number)}:\n\n{events}{more}\n\n"
        f"Näheres lesen Sie, wenn Sie angemeldet sind:\n{_page('inbox.listing', actor)}\n\n"
        f"Sie erhalten diese E-Mail {often}, weil Sie {at(actor.tenant_name)} die "
        f"{'Rolle' if len(roles) == 1 else 'Rollen'} {named} haben.\n\n{_choice(actor)}"
    )


def _number(number: int) -> str:
    return "eine neue Nachricht" if number == 1 else f"{number} neue Nachrichten"


def _choice(actor: Actor) -> str:
    return f"Wie oft E-Mails kommen, bestimmen Sie selbst:\n{_page('inbox.mails', actor)}"


def _page(endpoint: str, actor: Actor, **values: Any) -> str:
    """Return the whole address of a page of the tenant, also where no request is answered."""
    settings: Settings = current_app.extensions["kimhub.settings"]
    base = urlsplit(settings.base_url)
    addresses = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return addresses.build(endpoint, {"slug": actor.tenant_slug, **values}, force_external=True)
