"""Who has to do with notices: whoever has committees; only a Kreis has Gemeinden whose committees it tells."""

from __future__ import annotations

from tenants import COMMUNES, Bodies, TenantKind

CONCERNED = COMMUNES
WITH_GEMEINDEN = Bodies(
    frozenset({TenantKind.KREIS}),
    "Die Gremien anderer Kommunen unterrichtet nur der Kreis. Sie können Ihre eigenen Gremien unterrichten.",
)
