"""The Mittelübersicht: what was granted, drawn, passed on, planned and spent, what is left and what will be missing.

It owns no table. Every figure is read from the feature that keeps it, per Haushaltsjahr, Baustein and Teilplanzeile,
and leads to what it is made of.
"""
