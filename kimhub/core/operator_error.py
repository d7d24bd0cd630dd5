"""The one kind of error that the command line shows without a traceback."""

from __future__ import annotations


class OperatorError(Exception):
    """Something that whoever runs KIMHub must put right. The message is complete: what is wrong, what helps."""
