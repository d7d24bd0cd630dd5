"""The directory: which committees a body has, and which it should have and has not entered yet."""

from __future__ import annotations

from flask import Response, url_for
from sqlalchemy import RowMapping

from kimhub.committees.pages.blueprint import page_url, pages
from kimhub.committees.queries import COMMITTEES, kinds_of
from kimhub.committees.schemas import KINDS
from kimhub.committees.terms import FOR_INTEGRATION, CommitteeKind
from kimhub.core.formats import day
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import AlsoFilter, ChoiceFilter, WordFilter
from kimhub.core.web.tables import DAY, NUMBER, WORD, Address, ListColumn
from kimhub.core.web.view import Action, Crumb, Empty
from tenants import Actor, Permission, Tenant, db


def _notes(row: RowMapping) -> str | None:
    said = [
        *([] if row["is_own"] else [f"geführt von: {row['lead']}"]),
        *([f"aufgelöst zum {day(row['dissolved_on'])}"] if row["dissolved_on"] else []),
    ]
    return ", ".join(said) or None


LIST = ListPage(
    COMMITTEES,
    caption="Gremien",
    columns=(
        ListColumn(
            "Gremium", "name", url=Address("committees.show", committee_id="id"), note=_notes, sort="name"
        ),
        ListColumn("Art", lambda row: CommitteeKind(row["kind"]).label, WORD, sort="kind"),
        ListColumn(
            "Besetzte Sitze",
            lambda row: row["seats"] if CommitteeKind(row["kind"]).has_seats else None,
            NUMBER,
        ),
        ListColumn("Wahlperiode bis", "term_until", DAY),
    ),
    filters=(
        WordFilter("suche", "Bezeichnung"),
        ChoiceFilter("art", "Art", "kind", KINDS),
        AlsoFilter("aufgeloeste", "Aufgelöste", "present"),
    ),
    one="Gremium",
    many="Gremien",
    empty=Empty(
        "Noch keine Gremien",
        "Hier stehen Rat oder Kreistag, ihre Ausschüsse, Integrationsrat oder -ausschuss und die Gruppen des "
        "Kommunalen Integrationsmanagements, mit ihren Fristen und Sitzen.",
    ),
    download_endpoint="committees.download_directory",
)


@pages.get("")
@requires(Permission.COMMITTEE_READ)
def directory() -> str:
    """List the committees of the body."""
    actor = current_actor()
    may_write = admitted("committees.new", actor)
    missing = _missing(actor)
    return LIST.page(
        "Alle Gremien",
        template="committees/directory.html",
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Alle Gremien")],
        intro="Wer bei Ihnen über das Kommunale Integrationsmanagement berät, entscheidet oder es steuert.",
        actions=[Action("Gremium eintragen", page_url("new"), symbol="add")] if may_write else [],
        missing=[
            (kind.label, reason, page_url("new", art=kind.value) if may_write else None)
            for kind, reason in missing
        ],
    )


@pages.get("/liste.<table_format>")
@requires(Permission.COMMITTEE_READ)
def download_directory(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format)


def _missing(actor: Actor) -> list[tuple[CommitteeKind, str]]:
    """Return what a body should have and has not entered, with the reason.

    The Stammdaten say which committee of § 27 GO NRW there is; whoever receives grants needs a Lenkungsgruppe
    (docs/fachlichkeit.md §6).
    """
    session = db.session()
    tenant, present = session.get_one(Tenant, actor.tenant_id), kinds_of(session, actor.tenant_id)
    found = []
    if tenant.integration_committee in {kind.value for kind in FOR_INTEGRATION} and not present & {
        *FOR_INTEGRATION
    }:
        found.append((CommitteeKind(tenant.integration_committee), "steht in den Stammdaten"))
    if tenant.is_grant_recipient and CommitteeKind.LENKUNGSGRUPPE not in present:
        found.append((CommitteeKind.LENKUNGSGRUPPE, "gehört zum Kommunalen Integrationsmanagement"))
    return found
