"""What a body says of coverage; one module per use case."""
