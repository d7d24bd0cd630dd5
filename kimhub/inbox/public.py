"""What other features use of the inbox: whoever has dealt with a thing has read what told of it."""

from __future__ import annotations

from kimhub.inbox.usecases.read_lines import read_about

__all__ = ["read_about"]
