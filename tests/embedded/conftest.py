"""Shared fixtures of this package."""

from tests.support.place import fill, made, made_once, migrated, migrated_once, place

__all__ = ["fill", "made", "made_once", "migrated", "migrated_once", "place"]
