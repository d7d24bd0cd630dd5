"""The report types, one package each."""
