"""Freigaben: a Kreis lets its Gemeinden read parts of what it alone knows, and quote them (fachlichkeit.md §6).

Who took part in the Förderskizze, how a Gemeinde is involved, what a plan foresees: frozen as it was on that day, with
its source (docs/adr/0046). Taken back, it is read no more; what was quoted before stays right with its date.
"""
