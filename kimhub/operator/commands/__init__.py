"""The operator's commands: `kimhub register`, `kimhub tenants`, `kimhub audit`."""
