"""The database from outside: addresses, roles, the empty database, migrations."""
