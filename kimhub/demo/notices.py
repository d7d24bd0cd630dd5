"""What the Rhein-Sieg-Kreis tells the committees of its 19 Gemeinden, and the draft that follows.

Of the Pauschalen of the Land it tells them nothing: the Unterrichtungsstand shows that, in Bornheim, too.
"""

from __future__ import annotations

from dataclasses import replace

from kimhub.core.web.paging import PageRequest
from kimhub.notices.public import (
    NoticeDetails,
    Topics,
    add_topics,
    create_notice,
    find_given,
    send_notice,
)
from kimhub.occurrences.public import OccurrenceKind, find_happened
from tenants import Actor, Role, transaction

_SENT = NoticeDetails(
    subject="Verteilung der Stellen im Case Management",
    text=(
        "Das Kommunale Integrationszentrum hat die Stellen des Case Managements (Baustein 2) auf die Gemeinden des "
        "Kreises verteilt. Grundlage sind die Einwohnerzahlen. Was auf Ihre Gemeinde entfällt, steht unten.\n\n"
        "Für Ihre Gemeinde bedeutet das: Menschen mit Einwanderungsgeschichte werden vor Ort beraten und begleitet. "
        "Die Gemeinde erhält dafür Mittel des Landes vom Kreis und weist deren Verwendung nach.\n\n"
        "Die Lenkungsgruppe begleitet die Arbeit. Fragen nimmt die Geschäftsführung Ihres Gremiums entgegen."
    ),
    to_gemeinden=True,
    committees=["integrationsausschuss", "integrationsrat"],
    figures=True,
)
_DRAFT = NoticeDetails(
    subject="Bericht über das erste Jahr Case Management",
    text="Der Bericht folgt, sobald die Zahlen der Gemeinden vorliegen.",
    to_own=True,
    to_gemeinden=True,
)


def load_notices(kreis: Actor) -> None:
    """Send the one and begin the other, unless the Kreis has told something already."""
    kreis = replace(kreis, label=Role.KI_COORDINATOR.label)
    with transaction(kreis) as session:
        if find_given(session, kreis.tenant_id, PageRequest(limit=1)):
            return
        sent = create_notice(kreis, _SENT)
        given = find_happened(session, kreis.tenant_id, [OccurrenceKind.ALLOCATION])
        if given:
            add_topics(kreis, sent.id, Topics(given))
        send_notice(kreis, sent.id)
        create_notice(kreis, _DRAFT)
