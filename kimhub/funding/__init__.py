"""The ledger: what a tenant was granted, what it passed on, to whom, and what is left (fachlichkeit.md §2 to §4).

Money is bound to a cell: Haushaltsjahr, Baustein and Zuwendungszweck. A fund holds the cells of one grant or of one
allocation that a tenant received; allocations take from a fund. The database keeps every cell covered, at every
level and under concurrency.
"""
