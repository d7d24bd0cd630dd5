"""The check page of a Bescheid: what holds from then on, what stands against it; then it is recorded."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.attempt import attempt
from kimhub.core.errors import ConflictError, InvalidInputError, KimhubError
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.view import Column, Crumb, Section
from kimhub.funding.bescheid_queries import check_bescheid
from kimhub.funding.comparison import as_listed, compare_items, sums_of
from kimhub.funding.errors import BelowAllocatedError, BescheidFixedError, BescheidOrderError
from kimhub.funding.models import GrantKind, GrantVersion
from kimhub.funding.pages.blueprint import page_url, pages
from kimhub.funding.pages.grant_entry import draft_of
from kimhub.funding.pages.grant_tables import signed, with_share
from kimhub.funding.pages.grant_texts import bescheid_facts, bescheid_title, grant_crumbs
from kimhub.funding.queries import GrantFile, grant_file, grant_items
from kimhub.funding.usecases.record_bescheid import record_bescheid
from tenants import PAID_BY_THE_LAND, Permission, db
from tenants.naming import nominative

DIFFERENCE_COLUMNS = (
    Column("Haushaltsjahr und Zweck"), Column("Bisher", numeric=True), Column("Neu", numeric=True),
    Column("Unterschied", numeric=True),
)  # fmt: skip
ITEM_COLUMNS = (
    Column("Haushaltsjahr und Zweck"), Column("Stellenanteile", numeric=True), Column("Betrag", numeric=True),
)  # fmt: skip
SHORT_COLUMNS = (
    Column("Haushaltsjahr und Zweck"), Column("Weitergeleitet", numeric=True), Column("Neu bewilligt", numeric=True),
    Column("Es fehlen", numeric=True), Column("Weiterleitungen"),
)  # fmt: skip


@pages.get("/zuwendungen/<uuid:grant_id>/entwurf/pruefen")
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def check_draft(grant_id: UUID) -> ResponseReturnValue:
    """Show what a draft says and what follows from recording it."""
    file = grant_file(db.session(), grant_id)
    if file.draft is None:
        return redirect(page_url("show_grant", grant_id=grant_id), 303)
    return _check_page(file, file.draft, None)


@pages.post("/zuwendungen/<uuid:grant_id>/entwurf/pruefen")
@requires(Permission.FUNDING_WRITE, bodies=PAID_BY_THE_LAND)
def record_draft(grant_id: UUID) -> ResponseReturnValue:
    """Record the draft that was checked; another one, or one that somebody recorded meanwhile, is not."""
    actor, session = current_actor(), db.session()
    file = grant_file(session, grant_id)
    if file.draft is None or str(file.draft.id) != request.form.get("entwurf"):
        flash(
            "Inzwischen hat jemand den Entwurf erfasst oder verworfen. Es wurde nichts geändert.", "warning"
        )
        return redirect(page_url("show_grant", grant_id=grant_id), 303)
    draft = draft_of(file)
    try:
        with attempt(session):
            record_bescheid(actor, draft.id)
    except (BescheidFixedError, BescheidOrderError):
        raise
    except (ConflictError, InvalidInputError) as refused:
        return _check_page(grant_file(session, grant_id), draft, refused)
    flash(f"{bescheid_title(GrantKind(file.grant.kind), draft.number)} erfasst.", "success")
    return redirect(page_url("show_grant", grant_id=grant_id), 303)


def _check_page(file: GrantFile, draft: GrantVersion, refused: KimhubError | None) -> ResponseReturnValue:
    actor, session = current_actor(), db.session()
    kind, current = GrantKind(file.grant.kind), file.current
    items = grant_items(session, [version for version in (draft, current) if version])
    check = check_bescheid(session, actor.tenant_id, draft, items[draft.id])
    page = render_template(
        "funding/check_draft.html",
        crumbs=grant_crumbs(Crumb("Prüfen"), grant=file.grant),
        heading=f"{bescheid_title(kind, draft.number)} prüfen",
        grant=file.grant,
        sections=[
            Section("Bescheid", bescheid_facts(draft), page_url("edit_draft", grant_id=file.grant.id)),
        ],
        sums=sums_of(items[draft.id]),
        items=sorted(items[draft.id], key=lambda item: as_listed(item.cell)),
        item_columns=ITEM_COLUMNS,
        with_share=with_share,
        signed=signed,
        differences=[
            difference
            for difference in compare_items(items[current.id], items[draft.id])
            if difference.is_changed
        ]
        if current
        else None,
        difference_columns=DIFFERENCE_COLUMNS,
        check=check,
        short_columns=SHORT_COLUMNS,
        refused=refused if not isinstance(refused, BelowAllocatedError) else None,
        consequences=_consequences(draft, nominative(actor.tenant_name)),
        url=page_url,
        draft=draft,
        action=page_url("record_draft", grant_id=file.grant.id),
        edit_url=page_url("edit_draft", grant_id=file.grant.id),
    )
    return page, refused.status if refused else 200


def _consequences(draft: GrantVersion, name: str) -> list[str]:
    if draft.number > 1:
        return [
            "Ab dann gelten diese Beträge. Frühere Fassungen bleiben lesbar.",
            "Weitergeleitete Mittel bleiben unverändert.",
            "Der Bescheid lässt sich danach nicht mehr ändern, nur durch einen weiteren Änderungsbescheid.",
        ]
    return [
        f"Diese Mittel kann {name} ab dann weiterleiten.",
        "Mehr als diese Beträge lässt sich in keinem Haushaltsjahr und für keinen Zweck weiterleiten.",
        "Der Bescheid lässt sich danach nicht mehr ändern, nur durch einen Änderungsbescheid.",
    ]
