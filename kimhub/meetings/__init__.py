"""Meetings of committees and what was on their agendas: the day, the item, the paper as a reference."""
