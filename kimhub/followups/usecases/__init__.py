"""Use cases of follow-ups."""
