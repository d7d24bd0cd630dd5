"""Where a person goes on after signing in, and how nothing typed is lost when a session ends meanwhile."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.errors import KimhubError
from kimhub.core.json_input import read_json
from kimhub.identity.csrf import FIELD
from kimhub.identity.usecases.answer_invitation import invitations
from kimhub.identity.usecases.choose_tenant import choose_tenant, tenant_choices
from kimhub.identity.usecases.sign_in import SignedIn
from kimhub.identity.web_session import adopt

LONGEST = 2_000
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]")
_TENANT = re.compile(r"/t/([a-z0-9-]+)(?:/|$)")

Typed = Sequence[tuple[str, str]]
"""The fields of a form in their order, as they were typed."""


def local_path(target: str | None) -> str | None:
    """Return `target` if it is a path of this portal, else None: nobody is led elsewhere (ASVS 5.0 3.7.2)."""
    if not target or len(target) > LONGEST or _UNSAFE.search(target):
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//"):
        return None
    return target


def slug_of(target: str | None) -> str | None:
    """Return the tenant to which a path belongs, None for paths of no tenant."""
    found = _TENANT.match(target or "")
    return found[1] if found else None


def next_page(target: str | None, tenant_slug: str) -> str:
    """Return where a person goes who acts for this tenant now: `target` if it lies there, else the desk."""
    path = local_path(target)
    if path and slug_of(path) in {None, tenant_slug} and path != "/":
        return path
    return url_for("desk.today", slug=tenant_slug)


def keep(typed: Typed) -> str:
    """Write the fields of an interrupted form as one, to travel with the sign-in form.

    The old token stays behind, and so does every password: it must not stand on a page.
    """
    pairs = [[name, value] for name, value in typed if name != FIELD and "password" not in name]
    return json.dumps(pairs, ensure_ascii=False)


def kept(text: str) -> Typed:
    """Read what `keep` wrote; anything else is nothing."""
    try:
        pairs = read_json(text)
    except KimhubError:
        return []
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        for pair in pairs
    ):
        return []
    return [(name, value) for name, value in pairs]


def go_on(signed_in: SignedIn, target: str | None, typed: Typed = ()) -> ResponseReturnValue:
    """Lead on: to the tenant in `target` if the person may act there, else to their only one, else to the choice."""
    token, acting = signed_in.token, None
    for choice in tenant_choices(token):
        if choice.slug == slug_of(target) or (acting is None and choice.tenant_id == signed_in.tenant_id):
            acting = choice
    if acting is not None and acting.tenant_id != signed_in.tenant_id:
        token, acting = choose_tenant(token, acting.slug)
    adopt(token)
    if acting is None:
        return redirect(url_for("identity.access", weiter=target), code=303)
    if waiting := invitations(token):
        names = ", ".join(each.name for each in waiting)
        flash(f"Sie sind eingeladen: {names}. Unter „Wechseln“ nehmen Sie an oder lehnen ab.", "info")
    if typed and slug_of(target) == acting.slug:
        return render_template("identity/go_on.html", target=target, typed=typed)
    return redirect(next_page(target, acting.slug), code=303)
