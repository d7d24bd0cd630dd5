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
from kimhub.deputies.public import StandIn
from kimhub.inbox.rhythm import Rhythm
from tenants import Actor, Role
from tenants.naming import at, to_begin

MOST_LINES = 30
"""Events that a gathered mail names; the rest is a number."""
_NO_RIGHTS = (
    "Rechte bekommen Sie dadurch nicht: Was Ihre Rolle nicht umfasst, kann nur jemand mit einer passenden Rolle "
    "erledigen."
)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as a gathered mail names it."""

    kind: EventKind
    author: str
    at: datetime


def subject_of(kind: EventKind, author: str) -> str:
    """Return the subject: „Der Kreis Unna hat eine Rückfrage gestellt (Zusätzliche Koordinierungsstelle)“."""
    return f"{kind.sentence(author)} ({kind.thing})"


def text_of(
    kind: EventKind,
    author: str,
    *,
    actor: Actor,
    event_id: UUID,
    reason: str,
    stand_in: StandIn | None = None,
) -> str:
    """Return the text without greeting and closing; `actor` is whose inbox it is, `reason` the role of who is told."""
    because = (
        f"bis zum {day(stand_in.ends_on)} {stand_in.account_name} vertreten. {_NO_RIGHTS}"
        if stand_in
        else f"die Rolle „{Role(reason).label}“ haben. Sie umfasst: {kind.told.label}."
    )
    return (
        f"{kind.clause(author)}. Es geht um: {kind.thing}.\n\n"
        f"Näheres lesen Sie in Ihrem Posteingang, wenn Sie angemeldet sind:\n"
        f"{_page('inbox.open_line', actor, event_id=event_id)}\n\n"
        f"Sie erhalten diese Nachricht, weil Sie {at(actor.tenant_name)} {because}\n\n{_choice(actor)}"
    )


def gathered_subject(number: int, actor: Actor) -> str:
    """Return the subject of a mail that gathers: „3 neue Nachrichten in KIMHub (Stadt Bornheim)“."""
    return f"{to_begin(_number(number))} in KIMHub ({actor.tenant_name})"


def gathered_text(
    told: Sequence[Told],
    *,
    actor: Actor,
    roles: Sequence[Role],
    stands_in_for: Sequence[str],
    rhythm: Rhythm,
    number: int,
) -> str:
    """Return the text of a mail that gathers: the first `MOST_LINES` of `number` events, the oldest first.

    It comes for the `roles` that the person has, and for those of whom the person `stands_in_for`.
    """
    events = "\n\n".join(f"{day(one.at)}: {subject_of(one.kind, one.author)}" for one in told)
    more = f"\n\nund {number - len(told)} weitere." if number > len(told) else ""
    named = ", ".join(f"„{role.label}“" for role in roles)
    because = [f"die {'Rolle' if len(roles) == 1 else 'Rollen'} {named} haben"] if roles else []
    because += [f"{', '.join(stands_in_for)} vertreten"] if stands_in_for else []
    rights = f" {_NO_RIGHTS}" if stands_in_for else ""
    often = rhythm.gathered or "dieses Mal gesammelt"
    return (
        f"in Ihrem Posteingang {'steht' if number == 1 else 'stehen'} {_number(number)}:\n\n{events}{more}\n\n"
        f"Näheres lesen Sie, wenn Sie angemeldet sind:\n{_page('inbox.listing', actor)}\n\n"
        f"Sie erhalten diese E-Mail {often}, weil Sie {at(actor.tenant_name)} {' und '.join(because)}.{rights}\n\n"
        f"{_choice(actor)}"
    )


def text_to_office(kind: EventKind, author: str, role: Role, *, actor: Actor, event_id: UUID) -> str:
    """Return the text for the Funktionspostfach of `role`, which nobody holds."""
    return (
        f"{kind.clause(author)}. Es geht um: {kind.thing}.\n\n"
        f"{to_begin(at(actor.tenant_name))} hat zurzeit niemand eine Rolle dafür; sie umfasst: {kind.told.label}. "
        f"Deshalb geht diese Nachricht an das Funktionspostfach, das für die Rolle „{role.label}“ angegeben ist. "
        "Bitten Sie Ihre Administration, die Rolle zu vergeben.\n\n"
        f"Wer die Rolle hat, liest hier mehr:\n{_page('inbox.open_line', actor, event_id=event_id)}"
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
