"""Financing plans: what a Kreis intends to pay for and what the programme would give (fachlichkeit.md §3)."""
