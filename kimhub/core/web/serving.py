"""Assets under addresses that change with their content, kept by browsers for a year, compressed once per process.

An address carries a digest over all assets (``/assets/<digest>/kimhub.css``), so an update reaches everybody at once;
files that a style sheet names relative to itself (fonts) are covered as well.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request, send_file
from werkzeug.security import safe_join

from kimhub.core.web.addresses import known_url

STATIC = Path(__file__).parent / "static"
ONE_YEAR = 31_536_000
ONE_MINUTE = 60
_COMPRESSIBLE = {".css", ".js", ".svg", ".txt", ".json"}
_DIGEST = "kimhub.assets"
_log = logging.getLogger(__name__)


def init_serving(app: Flask, web: Blueprint) -> None:
    """Serve the assets from the blueprint `web`; warn once when those from npm are not set up."""
    app.extensions[_DIGEST] = digest()
    app.jinja_env.globals["asset"] = asset
    web.add_url_rule("/assets/<digest>/<path:name>", endpoint="static", view_func=_serve)
    if not (STATIC / "vendor" / "kern.min.css").is_file():
        _log.warning("page assets are not set up, pages will have no style; run `make assets`")


def asset(name: str) -> str:
    """Return the address of an asset, e.g. ``asset("kimhub.css")``; it changes when any asset changes."""
    return known_url("web.static", digest=current_app.extensions[_DIGEST], name=name)


def digest(static: Path = STATIC) -> str:
    """Return 12 hex digits of SHA-256 over the names and bytes of all assets; any change changes it."""
    total = hashlib.sha256()
    for path in sorted(path for path in static.rglob("[!.]*") if path.is_file()):
        total.update(path.relative_to(static).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:12]


@lru_cache(maxsize=64)
def compressed(path: Path) -> bytes | None:
    """Return the gzip form of a text asset, made once per process; None for fonts and pictures."""
    if path.suffix not in _COMPRESSIBLE:
        return None
    return gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)


def _serve(digest: str, name: str) -> Response:
    """Send an asset: for a year under its own digest, for a minute under another (a page from before an update)."""
    found = safe_join(str(STATIC), name)
    path = Path(found) if found else STATIC
    if not path.is_file():
        abort(404)
    packed = compressed(path)
    if packed is not None and request.accept_encodings.quality("gzip") > 0:
        response = Response(packed, mimetype=mimetypes.guess_type(name)[0])
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = send_file(path, conditional=True)
    if packed is not None:
        response.vary.add("Accept-Encoding")
    current = digest == current_app.extensions[_DIGEST]
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.max_age = ONE_YEAR if current else ONE_MINUTE
    response.cache_control.immutable = current
    return response
