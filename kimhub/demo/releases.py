"""What the Rhein-Sieg-Kreis releases to its 19 Gemeinden of Förderskizze and Lenkungsgruppe, for Bornheim to answer."""

from __future__ import annotations

from dataclasses import replace

from kimhub.applications.public import list_applications
from kimhub.committees.public import CommitteeKind, working_groups
from kimhub.core.web.paging import PageRequest
from kimhub.releases.public import (
    PartKind,
    PartsDetails,
    Readers,
    find_given,
    release_of_group,
    release_parts,
)
from tenants import Actor, Role, transaction

_PARTS = (PartKind.PARTICIPANTS, PartKind.INVOLVEMENT)
_OF_GROUP = (PartKind.MEMBERS, PartKind.MEASURES)


def load_releases(kreis: Actor) -> None:
    """Release who took part, how each Gemeinde is involved, and of the Lenkungsgruppe its seats and measures.

    What the Kreis has released already stays as it is.
    """
    kreis = replace(kreis, label=Role.KI_COORDINATOR.label)
    readers = Readers(to_gemeinden=True)
    with transaction(kreis) as session:
        one = PageRequest(limit=1)
        applications = list_applications(session, kreis, one)
        if find_given(session, kreis.tenant_id, one) or not applications:
            return
        release_parts(kreis, applications[0]["id"], PartsDetails(parts=_PARTS, readers=readers))
    with transaction(kreis) as session:
        for group in working_groups(session, kreis.tenant_id):
            if group["kind"] == CommitteeKind.LENKUNGSGRUPPE:
                release_of_group(kreis, group["id"], PartsDetails(parts=_OF_GROUP, readers=readers))
