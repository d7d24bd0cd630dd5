"""The Förderantrag of a recipient with its Förderskizze, and which Bausteine a tenant uses (fachlichkeit.md §2, §4).

Only Baustein 1 is applied for; Bausteine 2 and 3 come as fachbezogene Pauschalen without an application.
"""
