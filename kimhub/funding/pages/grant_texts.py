"""How grants look: what their Bescheide are called, their state, their facts, their way in the breadcrumb."""

from __future__ import annotations

from flask import url_for
from markupsafe import Markup

from kimhub.core import formats
from kimhub.core.documents.kinds import label_of
from kimhub.core.web.view import Badge, Crumb, Document, Fact, Tone
from kimhub.funding.finality import suggested_finality
from kimhub.funding.grant_queries import AttachedFile
from kimhub.funding.models import Grant, GrantKind, GrantVersion
from kimhub.funding.pages.blueprint import crumbs, page_url
from kimhub.funding.queries import GrantFile

DRAFT = Badge("Entwurf")
IN_FORCE = Badge("erfasst", Tone.SUCCESS)
CHANGING = Badge("Änderung in Vorbereitung")


def grant_crumbs(*last: Crumb, grant: Grant | None = None) -> list[Crumb]:
    """Return the breadcrumb that ends with `last`, below the grant if there is one."""
    way = [Crumb("Zuwendungen", page_url("grant_list"))]
    if grant is not None:
        way.append(Crumb(grant.title, page_url("show_grant", grant_id=grant.id)))
    return crumbs(*way, *last)


def bescheid_title(kind: GrantKind, number: int) -> str:
    """Return what version `number` is called."""
    if number > 1:
        return "Änderungsbescheid"
    return "Zuwendungsbescheid" if kind is GrantKind.BESCHEID else "Pauschale"


def state_of(file: GrantFile) -> Badge:
    """Return how a grant stands."""
    if file.draft is None:
        return IN_FORCE
    return CHANGING if file.grant.current_version else DRAFT


def grant_facts(grant: Grant, plan: str | None, application: str | None) -> list[Fact]:
    """Return what is known of a grant besides its Bescheide, with links to its plan and application."""
    facts = [
        Fact("Art", GrantKind(grant.kind).label),
        Fact("Bewilligungsbehörde", grant.granted_by),
    ]
    if application:
        url = url_for("applications.show", application_id=grant.application_id)
        facts.append(Fact("Antrag", _link(url, application)))
    if plan:
        url = url_for("planning.show_plan", plan_id=grant.plan_id)
        facts.append(Fact("Finanzierungsplan", _link(url, plan)))
    return facts


def _link(url: str, label: str) -> Markup:
    return Markup('<a class="kern-link kern-link--no-visited-state" href="{}">{}</a>').format(url, label)


def bescheid_facts(version: GrantVersion) -> list[Fact]:
    """Return what a Bescheid says and whether it is final; the suggested day is marked as unverified."""
    facts = [
        Fact("Aktenzeichen", version.aktenzeichen),
        Fact("Datum", formats.day(version.issued_on)),
        Fact("Eingang", formats.day(version.received_on)),
        Fact("Bewilligungszeitraum", formats.period(version.period_from, version.period_to)),
    ]
    if version.reason:
        facts.append(Fact("Grund der Änderung", version.reason))
    if version.waived_on:
        facts.append(Fact("Rechtsbehelfsverzicht", formats.day(version.waived_on)))
    if version.final_on:
        facts.append(Fact("Bestandskräftig seit", formats.day(version.final_on)))
    elif version.recorded_at is not None and not version.waived_on:
        expected = suggested_finality(version.issued_on, version.received_on).final_from
        facts.append(
            Fact(
                "Bestandskraft",
                f"noch nicht eingetragen, voraussichtlich ab {formats.day(expected)}",
                unverified=True,
            )
        )
    if version.conditions:
        facts.append(Fact("Nebenbestimmungen", version.conditions))
    if version.recorded_at is not None:
        facts.append(Fact("Erfasst", formats.moment(version.recorded_at)))
    return facts


def documents(files: list[AttachedFile]) -> list[Document]:
    """Return the files of a Bescheid with their links."""
    return [
        Document(
            file.document.name,
            page_url("grant_document", grant_document_id=file.id),
            label_of(file.document.media_type),
            file.document.size,
            file.document.created_at,
        )
        for file in files
    ]
