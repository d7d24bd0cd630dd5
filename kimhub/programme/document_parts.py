"""What all documents of the programme share: TOML files as mappings, and small parts of the JSON."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

from kimhub.core import money
from kimhub.programme.errors import DocumentInvalidError
from kimhub.programme.result import Finding, UnverifiedValue

MAX_FILE_BYTES = 1_000_000
MAX_TOML_BYTES = 100_000
"""A plan of a large city has 3,000; what a file costs grows faster than the file, and a request waits for it."""
MOST_DOTS = 100
"""In a line: ``a.b.c = 1`` costs the square of its names (100,000 bytes of them some minutes)."""


def read_toml(content: bytes, refusal: type[DocumentInvalidError], too_large: str) -> dict[str, Any]:
    """Return the TOML document in a file; raises `refusal`. `too_large` says what a huge file cannot be."""
    if len(content) > MAX_TOML_BYTES:
        raise refusal({"": [f"Die Datei ist größer als 100 KB und damit {too_large}."]})
    if any(line.count(b".") > MOST_DOTS for line in content.splitlines()):
        raise refusal({"": [f"Eine Zeile der Datei hat mehr als {MOST_DOTS} Punkte."]})
    try:
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise refusal({"": ["Die Datei ist nicht in UTF-8 gespeichert. Speichern Sie sie so."]}) from error
    except tomllib.TOMLDecodeError as error:
        raise refusal({"": [f"Die Datei ist kein gültiges TOML: {error}."]}) from error
    except RecursionError as error:
        raise refusal({"": ["Die Datei ist zu tief verschachtelt."]}) from error
    except (ValueError, ArithmeticError) as error:  # Python makes no number of more than 4,300 digits
        raise refusal({"": ["Eine Zahl in der Datei ist zu groß."]}) from error


def without_empty(**members: Any) -> dict[str, Any]:
    """Return the members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def finding_to_json(finding: Finding) -> dict[str, str]:
    """Return a finding as JSON."""
    return {
        "code": finding.code,
        "level": finding.level.value,
        "path": finding.path,
        "message": finding.message,
    }


def unverified_to_json(value: UnverifiedValue) -> dict[str, str | None]:
    """Return a value that nobody has verified as JSON."""
    return {
        "key": value.key.value,
        "label": value.key.label,
        "amount": money.to_json(value.amount),
        "unit": value.unit.value,
        "source": value.source,
        "guideline": value.guideline,
    }
