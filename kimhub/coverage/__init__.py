"""Unterrichtungsstand: which committees were told of what happened, when, by what, and what is missing.

Nothing of it is stored: it is reckoned from what happened, from notices that arrived and from papers on agendas
(docs/adr/0050-coverage-is-reckoned.md). Stored is what a body says: which kinds concern which committee, what need not
be told, and which paper was about what.
"""
