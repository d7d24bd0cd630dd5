"""What people and administrators do: one module per change."""
