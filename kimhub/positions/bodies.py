"""Who has to do with requests for an additional coordination position (Förderrichtlinie KIM, Baustein 1)."""

from __future__ import annotations

from tenants import Bodies, TenantKind

_FOR_WHOM = (
    "Eine zusätzliche Koordinierungsstelle können nur kreisangehörige Gemeinden bei ihrem Kreis beantragen. Kreise und "
    "kreisfreie Städte planen ihre Koordinierungsstellen im eigenen Förderantrag."
)
ASKING = Bodies(frozenset({TenantKind.GEMEINDE}), _FOR_WHOM)
"""Only a kreisangehörige Gemeinde has a Kreis to ask."""
DECIDING = Bodies(frozenset({TenantKind.KREIS}), _FOR_WHOM)
"""It is asked by its Gemeinden."""
CONCERNED = Bodies(ASKING.kinds | DECIDING.kinds, _FOR_WHOM)
"""A Gemeinde asks, its Kreis answers."""
