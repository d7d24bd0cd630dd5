"""Meetings, papers, and which paper was on which agenda."""
