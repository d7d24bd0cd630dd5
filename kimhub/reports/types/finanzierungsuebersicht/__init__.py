"""Finanzierungsübersicht: what a plan costs per Haushaltsjahr, what the state pays and what remains as Eigenanteil.

It is the table committees decide on (fachlichkeit.md §3, after Köln's Beschlussvorlage of 2021): Teilplanzeilen 02,
11, 15 and 16, with the derivation of the Zuwendung from the Förderrichtlinie.
"""
