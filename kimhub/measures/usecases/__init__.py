"""Use cases of measures."""
