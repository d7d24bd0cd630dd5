"""Use cases of Heute."""
