"""Vorgänge: what happened in the KIM that committees should know of, and the line by which a body knows of it.

The lowest of the features: those that do something record it here and know nothing of who is told. Whether committees
were told is reckoned in `kimhub.coverage` (docs/adr/0050-coverage-is-reckoned.md).
"""
