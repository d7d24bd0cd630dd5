"""What the Rhein-Sieg-Kreis releases of its Förderskizze to its 19 Gemeinden, so that Bornheim can answer."""

from __future__ import annotations

from dataclasses import replace

from kimhub.applications.public import list_applications
from kimhub.core.web.paging import PageRequest
from kimhub.releases.public import PartKind, PartsDetails, Readers, find_given, release_parts
from tenants import Actor, Role, transaction

_PARTS = (PartKind.PARTICIPANTS, PartKind.INVOLVEMENT)


def load_releases(kreis: Actor) -> None:
    """Release who took part and how each Gemeinde is involved, unless the Kreis has released something already."""
    kreis = replace(kreis, label=Role.KI_COORDINATOR.label)
    with transaction(kreis) as session:
        one = PageRequest(limit=1)
        applications = list_applications(session, kreis, one)
        if find_given(session, kreis.tenant_id, one) or not applications:
            return
        readers = Readers(to_gemeinden=True)
        release_parts(kreis, applications[0]["id"], PartsDetails(parts=_PARTS, readers=readers))
