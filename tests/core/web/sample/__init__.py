"""A tiny portal that shows every page pattern once. For tests only; the figures are Köln's (fachlichkeit.md §3)."""
