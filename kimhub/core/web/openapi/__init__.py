"""An OpenAPI 3.1 document as a person reads it: groups of operations, each schema once, values in German words.

Pure: no request, no template. `read_reference` decides on which page a schema stands: on that of the one group that
uses it, or, if several do, among the shared ones; everywhere else its name is a link to that place.
"""

from __future__ import annotations

from kimhub.core.web.openapi.reading import read_reference
from kimhub.core.web.openapi.shapes import (
    Answer,
    Content,
    Group,
    Json,
    Member,
    Operation,
    Reference,
    Schema,
)
from kimhub.core.web.openapi.words import prose

__all__ = [
    "Answer",
    "Content",
    "Group",
    "Json",
    "Member",
    "Operation",
    "Reference",
    "Schema",
    "prose",
    "read_reference",
]
