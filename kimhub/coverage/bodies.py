"""Who has to do with coverage: whoever has committees; a Kreis looks at what its Gemeinden were told, too."""

from __future__ import annotations

from tenants import COMMUNES

CONCERNED = COMMUNES
