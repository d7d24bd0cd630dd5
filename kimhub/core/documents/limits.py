"""How much may be uploaded. Change the figures here; the texts that people read follow.

Sizes are in bytes; a megabyte is 1,000,000 bytes, as file managers show it.
"""

from __future__ import annotations

MEGABYTE = 1_000_000

MAX_FILE_SIZE = 10 * MEGABYTE
"""One file. A scanned Ratsbeschluss of 40 pages has about 4 megabytes."""

TENANT_QUOTA = 2_000 * MEGABYTE
"""All files of one tenant together."""

MAX_NAME_LENGTH = 150
"""Characters of a file name including its ending; longer names are cut before the ending."""

MAX_UNPACKED_SIZE = 100 * MEGABYTE
"""What a DOCX or XLSX may unpack to."""

MAX_EXPANSION = 200
"""How many times its size a DOCX or XLSX may unpack to; XML of long tables reaches 30 to 60."""

MAX_ARCHIVE_MEMBERS = 5_000
"""Files inside a DOCX or XLSX."""
