"""What stands around every page, and how the application supplies it.

Two hooks belong to others and are handed over here: who is signed in (`frame`) and the CSRF token of the session.
Without the token hook a form cannot be drawn at all, so no page can forget its protection.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn

from flask import Blueprint, Flask, current_app, g
from jinja2 import StrictUndefined

from kimhub.core.web.addresses import open_url
from kimhub.core.web.compression import init_compression
from kimhub.core.web.filters import init_filters
from kimhub.core.web.security import HTMX_CONFIG, init_security_headers
from kimhub.core.web.serving import init_serving
from kimhub.core.web.view import Frame

FRAME = "kimhub.frame"
"""Key in ``app.extensions``: a function without arguments that returns the `Frame` of this request."""


def init_web(
    app: Flask,
    *,
    frame: Callable[[], Frame] | None = None,
    csrf_token: Callable[[], str] | None = None,
) -> None:
    """Set up templates, filters, assets and headers.

    `frame` returns what stands around the page of this request (also later by `set_frame`); `csrf_token` returns the
    token of the session, which every form and every htmx request carries.
    """
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        csrf_token=csrf_token or app.jinja_env.globals.get("csrf_token") or _no_csrf,
        htmx_config=json.dumps(HTMX_CONFIG),
        page_frame=page_frame,
        bare_frame=Frame,
        open_url=open_url,
    )
    init_filters(app)
    init_compression(app)
    init_security_headers(app)
    app.extensions[FRAME] = frame or Frame
    web = Blueprint("web", __name__, template_folder="templates")
    init_serving(app, web)
    app.register_blueprint(web)


def set_frame(app: Flask, frame: Callable[[], Frame]) -> None:
    """Supply the frame after `init_web`."""
    app.extensions[FRAME] = frame


def page_frame() -> Frame:
    """Return the frame of this request, asked for once."""
    if "page_frame" not in g:
        g.page_frame = current_app.extensions[FRAME]()
    found: Frame = g.page_frame
    return found


def _no_csrf(*_: Any) -> NoReturn:
    raise RuntimeError("no csrf_token: hand it to init_web() before drawing a form")
