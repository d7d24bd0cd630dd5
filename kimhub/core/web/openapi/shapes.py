"""What is read out of an OpenAPI document: frozen values for the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Member:
    """A parameter or a member of a JSON object: where it stands, what it takes, whether it has to be there."""

    name: str
    place: str
    kind: Markup
    required: bool
    text: Markup


@dataclass(frozen=True)
class Content:
    """What a request or an answer carries; `members` are those of an object that has no name of its own."""

    kind: Markup
    members: Sequence[Member] = ()


@dataclass(frozen=True)
class Answer:
    """One possible answer of an operation; `headers` names those that the document describes."""

    status: str
    text: str
    content: Content | None = None
    headers: Sequence[str] = ()


@dataclass(frozen=True)
class Operation:
    """One call: method and path, what it does, what it needs (one of `scopes`; None = nothing) and what it answers.

    `refusals` are the answers whose content is a problem (RFC 9457); they differ in status and words only.
    """

    anchor: str
    method: str
    path: str
    title: Markup
    text: Markup
    scopes: Sequence[str] | None
    parameters: Sequence[Member]
    body: Content | None
    answers: Sequence[Answer]
    refusals: Sequence[Answer]

    @property
    def call(self) -> str:
        """Method and path: ``POST /api/v1/plans``; names the operation's tables."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Schema:
    """A JSON object that has a name."""

    name: str
    anchor: str
    kind: Markup
    text: Markup
    members: Sequence[Member]


@dataclass(frozen=True)
class Group:
    """The operations that share a tag, and the schemas that only they use."""

    slug: str
    title: str
    text: Markup
    operations: Sequence[Operation]
    schemas: Sequence[Schema]


@dataclass(frozen=True)
class Reference:
    """Everything that the document says."""

    version: str
    intro: Markup
    groups: Sequence[Group]
    shared: Sequence[Schema]
