"""Servers for the tests that really commit and really queue, shared within a module."""

from tests.support.works import queue, works

__all__ = ["queue", "works"]
