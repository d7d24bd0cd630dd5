"""One writing use case, or a close family, per module."""
