"""What is done with committees; one module per thing."""
