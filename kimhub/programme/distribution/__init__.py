"""The distribution helper: shares of positions or of an amount for several parties, by a key, to fundable shares.

Issue of every Kreis that passes KIM money on (Weiterleitung): a key gives 0.85 of a position, but only halves are
funded. `apportionment` states the rule, the rest puts it into files, tables and money. Pure like the programme.
"""
