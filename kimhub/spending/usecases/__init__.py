"""One writing use case per module."""
