"""What is done with occurrences; one module per use case."""
