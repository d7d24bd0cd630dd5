"""Financing plans: what a Kreis intends to pay for and what the programme would give (domain.md §3)."""
