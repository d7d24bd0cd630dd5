"""Fields of a command: one declaration serves the API (strict JSON) and the form (as people in Germany type).

A field accepts the one JSON form and nothing else; `read_typed` turns what was typed into that form. So ``1.234`` in a
form is one thousand two hundred thirty-four euro, and in the API an error. A document that people write (a TOML file, a
what-if change) is loaded `typed_by_people`; everything else is JSON. Messages are German, say what is wrong and how to
write it. Strings are bounded and free of NUL (PostgreSQL cannot store it); unknown keys are refused (ASVS 5.0 15.3.3).
"""

from __future__ import annotations

from kimhub.core.fields.base import CommandField, CommandSchema, typed_by_people
from kimhub.core.fields.choices import Choice, Choices, Flag
from kimhub.core.fields.days import Day, parse_day
from kimhub.core.fields.figures import Amount, Number, Percentage, Share
from kimhub.core.fields.parts import ByYear, Part, Parts
from kimhub.core.fields.uploads import Upload
from kimhub.core.fields.words import Email, Identifier, Link, Password, Text

__all__ = [
    "Amount",
    "ByYear",
    "Choice",
    "Choices",
    "CommandField",
    "CommandSchema",
    "Day",
    "Email",
    "Flag",
    "Identifier",
    "Link",
    "Number",
    "Part",
    "Parts",
    "Password",
    "Percentage",
    "Share",
    "Text",
    "Upload",
    "parse_day",
    "typed_by_people",
]
