"""Shared fixtures of this package."""

from tests.support.place import place

__all__ = ["place"]
