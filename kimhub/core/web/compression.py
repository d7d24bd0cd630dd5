"""Pages travel compressed: a tenth of the bytes for a fraction of a millisecond.

What it could betray (BREACH: the length of an answer that repeats what an attacker chose beside a secret, ADR 26):

- the CSRF token is new in each answer (`identity.csrf`), so its length tells nothing;
- an answer on which a template has drawn a `Secret` is never compressed;
- of everything else the length is blurred by up to `LARGEST_FILLER` random bytes in the header of the gzip stream
  („Heal the BREACH“, as Django does), and cookies are not sent along by pages of other sites.

JSON stays as it is: an ETag would have to become a weak one. Files are compressed already, assets once per process.
"""

from __future__ import annotations

import gzip
import secrets
from io import BytesIO

from flask import Flask, Response, g, request

from kimhub.core.secret import SHOWN

LEAST = 1_000
"""Bytes below which it is not worth it: one packet either way."""
LEVEL = 1
"""More costs twice the time for a tenth less (ADR 26)."""
LARGEST_FILLER = 100


def init_compression(app: Flask) -> None:
    """Compress pages and fragments for browsers that want them so."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype != "text/html" or response.is_streamed or response.content_encoding:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < LEAST or g.get(SHOWN) or not request.accept_encodings.quality("gzip"):
        return response
    response.set_data(compressed(body))
    response.content_encoding = "gzip"
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)  # the same page, not the same bytes (RFC 9110 §8.8.3)
    return response


def compressed(page: bytes) -> bytes:
    """Return `page` as a gzip stream whose length varies by chance."""
    stream = BytesIO()
    filler = secrets.token_hex(secrets.randbelow(LARGEST_FILLER // 2) + 1)
    with gzip.GzipFile(filler, "wb", compresslevel=LEVEL, fileobj=stream, mtime=0) as packed:
        packed.write(page)
    return stream.getvalue()
