"""What is done with contact data; one module per use case."""
