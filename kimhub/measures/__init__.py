"""Measures: what a Lenkungsgruppe or Projektgruppe of the KIM decides to do, and what became of it.

The structural gaps that single cases, Gemeinden and reports show are to be closed by such decisions
(docs/fachlichkeit.md §6). A measure names offices and functions, never a person, and nothing of a case.
"""
