"""What other features use of committees."""
