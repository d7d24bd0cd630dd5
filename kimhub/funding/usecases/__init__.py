"""What can be done with grants and allocations; one module per writing use case or close family."""
