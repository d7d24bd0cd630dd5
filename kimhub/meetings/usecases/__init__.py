"""What is done with meetings and papers; one module per thing."""
