"""The request as the application reads it: every body has a limit that fits what it is.

Only a file is large. Whatever else is sent (JSON, the fields of a form) may have `LARGEST_TEXT` bytes, which is looked
up in the headers before the body is read, and as many fields as a multipart form: Werkzeug limits neither for
``application/x-www-form-urlencoded``, where 20 MB of ``a=&`` cost a minute.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

LARGEST_TEXT = 1024 * 1024
"""Bytes of a body that carries no file."""
MOST_FIELDS = 2_000
"""Fields of a form, whichever way it is sent."""
WITH_FILES = "multipart/form-data"
"""The one media type that carries files."""

Parsed = tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]


class _FormParser(FormDataParser):
    def _parse_urlencoded(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> Parsed:
        body = stream.read()
        if body.count(b"&") >= (self.max_form_parts or MOST_FIELDS):
            raise RequestEntityTooLarge
        return super()._parse_urlencoded(BytesIO(body), mimetype, content_length, options)


class BoundedRequest(Request):
    """Flask's request with these limits."""

    form_data_parser_class = _FormParser

    @property
    def max_content_length(self) -> int | None:
        """The largest body: that of an upload for a form with files, else `LARGEST_TEXT`."""
        allowed = super().max_content_length
        return allowed if self.mimetype == WITH_FILES else min(LARGEST_TEXT, allowed or LARGEST_TEXT)

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        self._max_content_length = value
