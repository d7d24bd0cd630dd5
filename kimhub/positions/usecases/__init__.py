"""What can be done with a request; one module per use case, each reads as its rule."""
