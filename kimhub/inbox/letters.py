"""What a mail says of an event: what was done, why one gets it, where one reads more. Nothing of its content."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from kimhub.core.events.kinds import EventKind
from kimhub.core.settings import Settings
from tenants import Role
from tenants.naming import at


def subject_of(kind: EventKind, author: str) -> str:
    """Return the subject: „Der Kreis Unna hat eine Rückfrage gestellt (Zusätzliche Koordinierungsstelle)“."""
    return f"{kind.sentence(author)} ({kind.thing})"


def text_of(kind: EventKind, author: str, *, reason: str, tenant_name: str, link: str) -> str:
    """Return the text without greeting and closing."""
    return (
        f"{kind.clause(author)}. Es geht um: {kind.thing}.\n\n"
        f"Näheres lesen Sie in Ihrem Posteingang, wenn Sie angemeldet sind:\n{link}\n\n"
        f"{why(kind, reason, tenant_name)}"
    )


def why(kind: EventKind, reason: str, tenant_name: str) -> str:
    """Return why somebody is told."""
    return (
        f"Sie erhalten diese Nachricht, weil Sie {at(tenant_name)} die Rolle „{Role(reason).label}“ haben. "
        f"Sie umfasst: {kind.told.label}."
    )


def address_of_line(slug: str, event_id: UUID) -> str:
    """Return the whole address of a line in the inbox, also where no request is answered."""
    settings: Settings = current_app.extensions["kimhub.settings"]
    base = urlsplit(settings.base_url)
    addresses = current_app.url_map.bind(base.netloc, script_name=base.path or "/", url_scheme=base.scheme)
    return addresses.build("inbox.open_line", {"slug": slug, "event_id": event_id}, force_external=True)
