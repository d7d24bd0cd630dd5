"""Say for each Gemeinde of the Kreis whether and how it is involved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from kimhub.applications.models import GemeindeInvolvement, GrantApplication
from kimhub.applications.usecases.loading import load_draft
from kimhub.core.errors import InvalidInputError
from tenants import Actor, db


@dataclass(frozen=True, slots=True)
class Involvement:
    """Involved or not (None: not said), and how."""

    involved: bool | None
    how: str = ""


def involve_gemeinden(
    actor: Actor, application_id: UUID, said: Mapping[str, Involvement]
) -> GrantApplication:
    """Replace what is said about the Gemeinden in `said` (by Ags); the others stay as they are.

    Raises `InvalidInputError` for a Gemeinde that does not belong to the Kreis.
    """
    session = db.session()
    application = load_draft(session, actor, application_id)
    rows = {
        row.ags: row
        for row in session.scalars(
            select(GemeindeInvolvement).where(
                GemeindeInvolvement.tenant_id == actor.tenant_id,
                GemeindeInvolvement.application_id == application.id,
            )
        )
    }
    foreign = [index for index, ags in enumerate(said) if ags not in rows]
    if foreign:
        message = "Diese Gemeinde gehört nicht zu Ihrem Kreis. Entfernen Sie die Zeile."
        raise InvalidInputError(fields={f"gemeinden[{index}].ags": [message] for index in foreign})
    for ags, involvement in said.items():
        rows[ags].involved, rows[ags].how = involvement.involved, involvement.how
    application.touch()
    session.flush()  # constraints speak now, while the caller can still answer
    return application
