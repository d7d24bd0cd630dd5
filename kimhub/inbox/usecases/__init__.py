"""What is done with the inbox; one module per use case."""
