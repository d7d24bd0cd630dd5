"""A real PostgreSQL and a real Redis from wheels (extra `embedded`): for trying, developing and testing."""
