"""The JSON API: what a feature needs to offer its things to machines (docs/entwicklung.md, ADR 22)."""

from __future__ import annotations

from kimhub.core.api.frame import (
    BYTES,
    FILE,
    OPENAPI_PATH,
    PREFIX,
    ApiBlueprint,
    Operation,
    QuerySchema,
    init_api,
    openapi_document,
    register_api,
)
from kimhub.core.api.lists import PageQuerySchema, ShelfQuerySchema, chosen, page_of, picked
from kimhub.core.api.resource import Resource, etag, seen

__all__ = [
    "BYTES",
    "FILE",
    "OPENAPI_PATH",
    "PREFIX",
    "ApiBlueprint",
    "Operation",
    "PageQuerySchema",
    "QuerySchema",
    "Resource",
    "ShelfQuerySchema",
    "chosen",
    "etag",
    "init_api",
    "openapi_document",
    "page_of",
    "picked",
    "register_api",
    "seen",
]
