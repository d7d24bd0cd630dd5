"""Committees: what kind they are and how they are called, their rules of procedure, who sits in them since when."""
