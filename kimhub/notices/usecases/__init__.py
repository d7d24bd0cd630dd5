"""What is done with notices; one module per use case."""
