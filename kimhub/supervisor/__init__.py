"""`kimhub run`: database, queue, migrations, demo data, then web, worker and relay, watched until Ctrl-C."""
