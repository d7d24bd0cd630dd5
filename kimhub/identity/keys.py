"""The keys that sign access tokens: PEM blocks in one file (KIMHUB_JWT_KEY_FILE), curve P-256.

The first signs, all of them verify. To change the key, put the new one in front, and take the old one out when the
last token it signed is over (five minutes later). A key's id is its RFC 7638 thumbprint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask import Flask, current_app
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from kimhub.core.settings import Settings, SettingsError
from kimhub.identity.verified_tokens import VerifiedTokens

ALGORITHM = "ES256"
_PEM = re.compile(r"-----BEGIN (?:EC )?PRIVATE KEY-----.+?-----END (?:EC )?PRIVATE KEY-----", re.DOTALL)
_EXTENSION = "kimhub.identity.keys"


@dataclass(frozen=True)
class Keys:
    """All keys of this installation, and the tokens that this process has checked with them."""

    signing: ECKey
    all: KeySet
    verified: VerifiedTokens = field(default_factory=VerifiedTokens)
    """Belongs to the keys: where others are read, nothing is remembered."""

    def public(self) -> dict[str, object]:
        """Return the public halves as a JWK Set (RFC 7517 §5)."""
        return {"keys": [key.as_dict(private=False, use="sig", alg=ALGORITHM) for key in self.all.keys]}


def read_keys(pem: str) -> Keys:
    """Read the keys of a file; raises `SettingsError` if there is none or one is not for ES256."""
    keys: list[ECKey] = []
    for block in _PEM.findall(pem):
        try:
            key = ECKey.import_key(block)
        except (JoseError, ValueError) as error:
            raise _unfit("holds a key that cannot be read") from error
        if key.curve_name != "P-256" or not key.is_private:
            raise _unfit("holds a key of another curve")
        key.ensure_kid()
        keys.append(key)
    if not keys:
        raise _unfit("holds no private key")
    return Keys(keys[0], KeySet(list(keys)))


def current_keys() -> Keys:
    """Return the keys of the running application, read once."""
    app: Flask = current_app
    if _EXTENSION not in app.extensions:
        settings: Settings = app.extensions["kimhub.settings"]
        app.extensions[_EXTENSION] = read_keys(settings.signing_key())
    found: Keys = app.extensions[_EXTENSION]
    return found


def _unfit(what: str) -> SettingsError:
    return SettingsError(
        [f"KIMHUB_JWT_KEY_FILE {what}; ES256 needs private keys of curve P-256 in PEM form."]
    )
