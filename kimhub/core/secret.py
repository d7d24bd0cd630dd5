"""Texts that open something: a first password, a machine's secret, a link from a mail."""

from __future__ import annotations

from typing import Final

from flask import g, has_request_context
from markupsafe import Markup, escape

SHOWN: Final = "shows_secret"
"""Name in `flask.g`: set once a secret stands on the page of this request."""


class Secret(str):
    """A secret that a page may show. Whatever template draws it, its answer is not compressed (`core.web.compression`).

    As text it is like any other; in a traceback or a log it does not show itself.
    """

    __slots__ = ()

    def __html__(self) -> Markup:
        """Return what a template writes, and remember that this page holds a secret."""
        if has_request_context():
            setattr(g, SHOWN, True)
        return escape(str(self))

    def __repr__(self) -> str:
        """Return a word in its place."""
        return "Secret(…)"
