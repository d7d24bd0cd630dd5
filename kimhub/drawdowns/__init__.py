"""The Mittelabruf: drawing a Zuwendung for payments due soon, what came in, what late use costs (fachlichkeit.md §4).

Only money that a Bescheid grants is called; fachbezogene Pauschalen are paid without a call. The database never lets
more be called than was granted and is final, per grant, Haushaltsjahr and Baustein, under concurrency. Nothing here is
changed or deleted: what is wrong gets a counter entry.
"""
