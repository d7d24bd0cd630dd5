"""Letting the database know the key with which this installation signs who acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import psycopg

from kimhub.core.database.urls import conninfo
from kimhub.core.settings import Settings
from tenants.signing import LIFETIME, BindingKey

GRACE = timedelta(seconds=LIFETIME)
"""How long a key holds that was replaced: until every proof made with it is over anyway."""
_USE = "SELECT added, ending FROM app.binding_key_use(%s, %s, %s, %s)"


@dataclass(frozen=True)
class KeyInUse:
    """The key of the settings is in use now."""

    added: bool
    """Whether the database did not know it before."""
    ending: int
    """How many keys from before still hold for a while."""


def use_binding_key(settings: Settings, *, at_once: bool = False) -> KeyInUse:
    """Let the database accept what the processes with these settings sign.

    Another key that it accepted until now holds for another day, so that processes can be started anew one after the
    other; with `at_once` it ends now (the secret is known to somebody). Signs in as the owner. Can be repeated.
    """
    key = BindingKey(settings.binding_secret)
    grace = timedelta() if at_once else GRACE
    with psycopg.connect(conninfo(settings.owner_url())) as connection:
        row = connection.execute(_USE, [key.id, *key.pads(), grace]).fetchone()
    if row is None:
        raise RuntimeError("the database did not say which keys it knows")
    return KeyInUse(*row)
