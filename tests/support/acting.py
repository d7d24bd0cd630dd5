"""Who is signed in, decided by the test: stands in for the sign-in where that is not what is tested."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient

from kimhub.core.routing import AUTHENTICATORS
from tenants import Actor
from tests.support.browser import SameOriginClient


@dataclass
class Acting:
    """A client whose requests are made by `actor` (None: nobody is signed in)."""

    client: FlaskClient
    actor: Actor | None = None

    def as_(self, actor: Actor | None) -> FlaskClient:
        """Let `actor` make the requests from now on, and return the client."""
        self.actor = actor
        return self.client


@contextmanager
def acting(app: Flask) -> Iterator[Acting]:
    """Replace the application's authenticator for a while."""
    real = app.extensions.get(AUTHENTICATORS)
    stand_in = Acting(SameOriginClient(app, app.response_class))
    app.extensions[AUTHENTICATORS] = lambda: stand_in.actor
    try:
        yield stand_in
    finally:
        app.extensions[AUTHENTICATORS] = real
