"""The words that go with a step of a proceeding, alike for a form and the API."""

from __future__ import annotations

from kimhub.core.fields import CommandSchema, Text

MAX_NOTE = 6_000
"""Characters of a note; the other side reads it."""


class NoteSchema(CommandSchema):
    """What is said with a step; the workflow says where it must be."""

    note = Text("Text", max_length=MAX_NOTE, lines=6, optional=True)
