"""Stored distributions: from a fund and a key to one Weiterleitung per Gemeinde or Träger, prepared and issued at once.

The calculation is that of ``kimhub.programme.distribution``; the money is that of ``kimhub.funding``.
"""
