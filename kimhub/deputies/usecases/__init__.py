"""What is done with deputies; one module per use case."""
