"""Who has to do with releases: a Kreis gives them, its Gemeinden read them."""

from __future__ import annotations

from tenants import Bodies, TenantKind

GIVERS = Bodies(
    frozenset({TenantKind.KREIS}),
    "Angaben an Gemeinden gibt nur ein Kreis frei. Was Ihr Kreis Ihnen freigegeben hat, steht unter „Vom Kreis "
    "freigegeben“.",
)
READERS = Bodies(
    frozenset({TenantKind.GEMEINDE}),
    "Hier lesen Gemeinden, was ihr Kreis ihnen freigegeben hat. Ihre eigenen Angaben stehen an Ihren Förderanträgen "
    "und Finanzierungsplänen.",
)
