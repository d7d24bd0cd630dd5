"""The history of a row, for the people of its tenant and nobody else."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import select, text

from kimhub.core.audit import ValueChange, history, joint_history
from tenants import Role, transaction
from tenants.proceedings import Proceeding
from tests.support.committed import committed_district


def test_a_row_tells_who_changed_what_the_latest_first(committing):
    district = committed_district(committing)
    actor = district.gemeinde.actor(Role.OFFICER)
    with committing.app.app_context():
        with transaction(actor) as session:
            row = Proceeding(
                tenant_id=actor.tenant_id, kind="x", counterpart_id=district.kreis.id, subject="Alt"
            )
            session.add(row)
        with transaction(actor) as session:
            session.execute(
                text("UPDATE proceeding SET subject = 'Neu', released_at = now() WHERE id = :id"),
                {"id": row.id},
            )
        with transaction(actor, read_only=True) as session:
            changed, made = history(session, actor, table="proceeding", row_id=row.id)
            assert len(history(session, actor, table="proceeding", row_id=row.id, limit=1)) == 1
            assert history(session, actor, table="proceeding", row_id=uuid4()) == []
            together = joint_history(session, actor, [("proceeding", row.id), ("proceeding", uuid4())])
            assert [(found.table, found.row_id, found.item) for found in together] == [
                ("proceeding", str(row.id), changed), ("proceeding", str(row.id), made)
            ]  # fmt: skip
            assert joint_history(session, actor, [("tenant", row.id)]) == []
        with transaction(district.kreis.actor(Role.AUDITOR), read_only=True) as session:
            kreis = district.kreis.actor(Role.AUDITOR)
            assert session.scalars(select(Proceeding.id)).all() == [row.id], "it sees the row"
            assert history(session, kreis, table="proceeding", row_id=row.id) == [], "but not its history"
            assert joint_history(session, kreis, [("proceeding", row.id)]) == []
    assert (made.operation, changed.operation) == ("INSERT", "UPDATE")
    assert made.actor_label == changed.actor_label == "Sachbearbeitung"
    assert ValueChange("subject", "Alt", "Neu") in changed.changes
    assert {change.column for change in changed.changes} == {"subject", "released_at", "shared_with"}
    assert ValueChange("subject", None, "Alt") in made.changes
    assert made.seq < changed.seq
