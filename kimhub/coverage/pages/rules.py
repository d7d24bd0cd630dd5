"""Which kinds of what happens concern which committee: as it is, and the form that changes it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from kimhub.committees.public import FOR_INTEGRATION, carried_committee
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.view import Crumb, Fact
from kimhub.coverage.pages.blueprint import crumbs, page_url, pages
from kimhub.coverage.queries import rules_of
from kimhub.coverage.schemas import RuleSchema
from kimhub.coverage.usecases.rules import RuleDetails, concern_committee
from kimhub.occurrences.public import OccurrenceKind
from tenants import Permission, db

_PROPOSED = "Vorschlag von KIMHub, ungeprüft"


@pages.get("/regeln")
@requires(Permission.NOTICE_READ)
def rules() -> str:
    """Show of what each committee is to be told."""
    actor = current_actor()
    may_write = actor.may(Permission.NOTICE_WRITE)
    return render_template(
        "coverage/rules.html",
        crumbs=crumbs(Crumb("Regeln")),
        facts=[
            Fact(
                row["name"],
                f"{_words(kinds_of(row))} ({_since(row)})",
                change_url=page_url("change_rule", committee_id=row["committee_id"]) if may_write else None,
            )
            for row in rules_of(db.session(), actor.tenant_id)
        ],
    )


@pages.route("/regeln/<uuid:committee_id>", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def change_rule(committee_id: UUID) -> ResponseReturnValue:
    """Say of what a committee is to be told."""
    actor, session = current_actor(), db.session()
    file = carried_committee(session, actor.tenant_id, committee_id)
    row = next(
        (row for row in rules_of(session, actor.tenant_id) if row["committee_id"] == committee_id), None
    )
    here = page_url("rules")
    return form_page(
        RuleSchema(),
        lambda form: concern_committee(
            actor, committee_id, RuleDetails(kinds=[OccurrenceKind(kind) for kind in form.data["kinds"]])
        ),
        heading=f"{file.named.name}: worüber unterrichtet wird",
        intro="Die Regel gilt auch für Vorgänge, die schon geschehen sind, seit es das Gremium gibt. Frühere Regeln "
        "bleiben im Änderungsverlauf lesbar.",
        crumbs=crumbs(Crumb("Regeln", here), Crumb(file.named.name)),
        cancel_url=here,
        then=lambda _: here,
        done="Die Regel ist gespeichert.",
        initial={"kinds": [kind.value for kind in kinds_of(row)] if row else []},
    )


def kinds_of(row: RowMapping) -> Sequence[OccurrenceKind]:
    """Return the kinds that concern a committee: as its body has said, else those of § 27 GO NRW all of them."""
    if row["kinds"] is not None:
        return [kind for kind in OccurrenceKind if kind.value in row["kinds"]]
    return [*OccurrenceKind] if row["kind"] in FOR_INTEGRATION else []


def _words(kinds: Sequence[OccurrenceKind]) -> str:
    if len(kinds) == len(OccurrenceKind):
        return "alle Vorgänge"
    return ", ".join(kind.label for kind in kinds) or "nichts"


def _since(row: RowMapping) -> str:
    return f"{row['actor_label']}, {day(row['created_at'])}" if row["kinds"] is not None else _PROPOSED
