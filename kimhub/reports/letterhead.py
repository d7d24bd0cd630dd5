"""What stands on the sheet of every report before its content: who writes, under which Aktenzeichen, when, to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Letterhead:
    """The tenant as sender (DIN 5008): name, kind, office in charge, and how it is reached as far as known."""

    tenant_name: str
    tenant_kind: str
    office: str
    address_lines: tuple[str, ...] = ()
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Cover:
    """Aktenzeichen, day of issue, role that prepared the report, moment of the data (Stand), and the recipient.

    A role is named, never a person. Without `recipient_lines` the sheet is a paper of the file, not a letter.
    """

    letterhead: Letterhead
    file_number: str
    issued_on: date
    prepared_by: str
    as_of: datetime
    recipient_lines: tuple[str, ...] = ()
