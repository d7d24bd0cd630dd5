"""Committees: their names since when, their rules, who carries them, who sits in them."""
