"""What can be in the way of the embedded servers."""

from __future__ import annotations

from kimhub.core.operator_error import OperatorError


class EmbeddedError(OperatorError):
    """The embedded servers cannot start. The message, German, says what is in the way and what helps."""
