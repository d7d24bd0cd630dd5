"""Releasing: what from, what and to whom, and a check page that shows what each Gemeinde will read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from kimhub.applications.public import APPLICATION, application_file, list_applications
from kimhub.committees.public import Committee, CommitteeFile, committee_file, working_groups
from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.fields.options import Option
from kimhub.core.readers import gemeinden_of
from kimhub.core.routing import current_actor, requires
from kimhub.core.versions import Versioned
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.editing import VERSION
from kimhub.core.web.form_pages import form_page
from kimhub.core.web.paging import PageRequest
from kimhub.core.web.view import Count, Crumb, Fact
from kimhub.planning.public import PLAN, get_plan, list_plans
from kimhub.releases.bodies import GIVERS
from kimhub.releases.content import (
    Frozen,
    figures_of_plan,
    part_of_application,
    parts_of_group,
    said_of_group,
)
from kimhub.releases.models import OF_APPLICATION, OF_GROUP, PartKind, Release
from kimhub.releases.pages.blueprint import crumbs, page_url, pages
from kimhub.releases.schemas import GroupPartsSchema, PartsSchema, PlanReadersSchema
from kimhub.releases.usecases.give_release import (
    PartsDetails,
    Readers,
    readers_of,
    release_of_group,
    release_parts,
    release_plan,
)
from kimhub.releases.wording import involvement_of, source_of, worded
from tenants import Permission, db

_INTRO = (
    "Freigegeben wird, was heute dort steht. Ändert es sich später, lesen die Gemeinden weiter diesen Stand, bis Sie "
    "einen neuen freigeben."
)
_OFFERED = PageRequest(limit=50)


@pages.get("/freigaben/neu")
@requires(Permission.RELEASE_WRITE, bodies=GIVERS)
def new() -> ResponseReturnValue:
    """Show from what something can be released: applications, plans, groups; a plan's page names its own."""
    plan = request.args.get("plan", type=UUID)
    if plan is not None:
        return redirect(page_url("of_plan", plan_id=plan), 303)
    actor, session = current_actor(), db.session()
    return render_template(
        "releases/choose.html",
        crumbs=crumbs(Crumb("Angaben freigeben"), own=True),
        applications=list_applications(session, actor, _OFFERED)[: _OFFERED.limit],
        plans=list_plans(session, actor, _OFFERED)[: _OFFERED.limit],
        groups=[
            row
            for row in working_groups(session, actor.tenant_id)
            if row["is_own"] and row["dissolved_on"] is None
        ],
        url=page_url,
    )


@pages.route("/freigaben/antrag/<uuid:application_id>", methods=["GET", "POST"])
@requires(Permission.RELEASE_WRITE, bodies=GIVERS)
def of_application(application_id: UUID) -> ResponseReturnValue:
    """Choose parts of an application, and who reads them."""
    file = application_file(db.session(), application_id)

    def chosen(data: dict[str, Any]) -> dict[str, Any]:
        readers_of(current_actor(), _readers(data))
        for part in data["parts"]:
            part_of_application(PartKind(part), file)
        return data

    return form_page(
        PartsSchema(),
        lambda form: chosen(form.data),
        heading="Angaben aus dem Förderantrag freigeben",
        intro=_INTRO,
        facts=[Fact("Förderantrag", file.application.title)],
        crumbs=crumbs(Crumb("Angaben freigeben", page_url("new")), Crumb(file.application.title), own=True),
        cancel_url=page_url("given"),
        submit="Weiter zur Prüfung",
        then=lambda data: page_url(
            "check_application", application_id=application_id, teil=data["parts"], **_query(data)
        ),
        initial={"parts": [kind.value for kind in OF_APPLICATION], "to_gemeinden": True},
        options=_options(),
    )


@pages.route("/freigaben/antrag/<uuid:application_id>/pruefen", methods=["GET", "POST"])
@requires(Permission.RELEASE_WRITE, bodies=GIVERS)
def check_application(application_id: UUID) -> ResponseReturnValue:
    """Show what each Gemeinde will read, then release it."""
    actor, file = current_actor(), application_file(db.session(), application_id)
    form_url = page_url("of_application", application_id=application_id)
    parts = [kind for kind in OF_APPLICATION if kind.value in request.args.getlist("teil")]
    readers = _asked_readers()
    if not parts or readers is None:
        return redirect(form_url, 303)
    return _check(
        [part_of_application(kind, file) for kind in parts],
        readers,
        lambda: release_parts(actor, application_id, PartsDetails(parts=parts, readers=readers)),
        about=Seen(APPLICATION, application_id, file),
        title=file.application.title,
        form_url=form_url,
    )


@pages.route("/freigaben/plan/<uuid:plan_id>", methods=["GET", "POST"])
@requires(Permission.RELEASE_WRITE, bodies=GIVERS)
def of_plan(plan_id: UUID) -> ResponseReturnValue:
    """Choose who reads the figures of a plan."""
    stored = get_plan(db.session(), plan_id)

    def chosen(data: dict[str, Any]) -> dict[str, Any]:
        readers_of(current_actor(), _readers(data))
        figures_of_plan(stored)
        return data

    return form_page(
        PlanReadersSchema(),
        lambda form: chosen(form.data),
        heading="Zahlen des Finanzierungsplans freigeben",
        intro=f"{_INTRO} Freigegeben werden die Summen je Haushaltsjahr, nicht einzelne Stellen.",
        facts=[Fact("Finanzierungsplan", stored.title)],
        crumbs=crumbs(Crumb("Angaben freigeben", page_url("new")), Crumb(stored.title), own=True),
        cancel_url=page_url("given"),
        submit="Weiter zur Prüfung",
        then=lambda data: page_url("check_plan", plan_id=plan_id, **_query(data)),
        initial={"to_gemeinden": True},
        options=_options(),
    )


@pages.route("/freigaben/plan/<uuid:plan_id>/pruefen", methods=["GET", "POST"])
@requires(Permission.RELEASE_WRITE, bodies=GIVERS)
def check_plan(plan_id: UUID) -> ResponseReturnValue:
    """Show the figures that the Gemeinden will read, then release them."""
    actor, stored = current_actor(), get_plan(db.session(), plan_id)
    form_url, readers = page_url("of_plan", plan_id=plan_id), _asked_readers()
    if readers is None:
        return redirect(form_url, 303)
    return _check(
        [figures_of_plan(stored)],
        readers,
        lambda: [release_plan(actor, plan_id, readers)],
        about=Seen(PLAN, plan_id, stored),
        title=stored.title,
        form_url=form_url,
    )


@pages.route("/freigaben/gremium/<uuid:committee_id>", methods=["GET", "POST"])
@requires(Permission.RELEASE_WRITE, bodies=GIVERS)
def of_group(committee_id: UUID) -> ResponseReturnValue:
    """Choose parts of a Lenkungsgruppe or Projektgruppe, and who reads them."""
    actor, file = current_actor(), _group(committee_id)

    def chosen(data: dict[str, Any]) -> dict[str, Any]:
        readers_of(actor, _readers(data))
        parts_of_group(
            db.session(), actor.tenant_id, committee_id, [PartKind(part) for part in data["parts"]]
        )
        return data

    return form_page(
        GroupPartsSchema(),
        lambda form: chosen(form.data),
        heading="Angaben zum Gremium freigeben",
        intro=f"{_INTRO} Von Sitzen lesen sie Organisation und Funktion, nie Namen; von Maßnahmen die beschlossenen.",
        facts=[Fact("Gremium", file.named.name)],
        crumbs=crumbs(Crumb("Angaben freigeben", page_url("new")), Crumb(file.named.name), own=True),
        cancel_url=page_url("given"),
        submit="Weiter zur Prüfung",
        then=lambda data: page_url(
            "check_group", committee_id=committee_id, teil=data["parts"], **_query(data)
        ),
        initial={"parts": [kind.value for kind in OF_GROUP], "to_gemeinden": True},
        options=_options(),
    )


@pages.route("/freigaben/gremium/<uuid:committee_id>/pruefen", methods=["GET", "POST"])
@requires(Permission.RELEASE_WRITE, bodies=GIVERS)
def check_group(committee_id: UUID) -> ResponseReturnValue:
    """Show what the Gemeinden will read of a group, then release it."""
    actor, file = current_actor(), _group(committee_id)
    form_url = page_url("of_group", committee_id=committee_id)
    kinds = [kind for kind in OF_GROUP if kind.value in request.args.getlist("teil")]
    readers = _asked_readers()
    if not kinds or readers is None:
        return redirect(form_url, 303)

    def shown(session: Session, id_: UUID) -> Sequence[Frozen]:
        return parts_of_group(session, actor.tenant_id, id_, kinds)

    thing = Versioned(Committee, shown, parts=said_of_group)
    parts = shown(db.session(), committee_id)
    return _check(
        parts,
        readers,
        lambda: release_of_group(
            actor,
            committee_id,
            PartsDetails(parts=kinds, readers=readers),
            expected=request.form.get(VERSION),
        ),
        about=Seen(thing, committee_id, parts),
        title=file.named.name,
        form_url=form_url,
    )


def _group(committee_id: UUID) -> CommitteeFile:
    """Return a committee that the own Kreis leads; raises `ForbiddenError`, `NotFoundError`."""
    actor = current_actor()
    actor.require(Permission.COMMITTEE_READ)
    file = committee_file(db.session(), committee_id)
    if file.committee.tenant_id != actor.tenant_id:
        raise NotFoundError
    return file


def _options() -> dict[str, list[Option]]:
    rows = gemeinden_of(db.session(), current_actor().tenant_id)
    return {"named": [Option(row["slug"], row["official_name"]) for row in rows]}


def _readers(data: dict[str, Any]) -> Readers:
    return Readers(to_gemeinden=data["to_gemeinden"], named=data["named"])


def _query(data: dict[str, Any]) -> dict[str, Any]:
    """Return who was chosen, as the address of the check page says it."""
    return {"alle": "ja"} if data["to_gemeinden"] else {"gemeinde": data["named"]}


def _asked_readers() -> Readers | None:
    """Return whom the address names; None if that is nobody who could read it."""
    readers = Readers(to_gemeinden=request.args.get("alle") == "ja", named=request.args.getlist("gemeinde"))
    try:
        readers_of(current_actor(), readers)
    except InvalidInputError:
        return None
    return readers


def _check(
    parts: Sequence[Frozen],
    readers: Readers,
    use_case: Callable[[], Sequence[Release]],
    *,
    about: Seen[Any],
    title: str,
    form_url: str,
) -> ResponseReturnValue:
    actor = current_actor()
    ids = set(readers_of(actor, readers))
    those = [row for row in gemeinden_of(db.session(), actor.tenant_id) if row["id"] in ids]
    present = {row["ags"] for row in those}

    def released(made: Sequence[Release]) -> str:
        return page_url("show_own", release_id=made[0].id) if len(made) == 1 else page_url("given")

    return ask_page(
        use_case,
        about=about,
        heading="Jetzt freigeben?",
        template="releases/check.html",
        facts=[
            Fact("Quelle", source_of(parts[0].source)),
            Fact(
                str(Count(len(those), capped=False, one="Gemeinde", many="Gemeinden")),
                ", ".join(row["official_name"] for row in those) or "noch keine",
            ),
            *(
                [Fact("Auch künftig", "Gemeinden des Kreises, die später teilnehmen")]
                if readers.to_gemeinden
                else []
            ),
        ],
        chosen=[
            {
                "frozen": part,
                "content": worded(part.kind, part.content),
                "each": [_line(row["official_name"], part.for_gemeinde(row["ags"])) for row in those]
                if part.kind is PartKind.INVOLVEMENT
                else [],
                "later": [
                    _line(part.names[ags], content)
                    for ags, content in part.portions.items()
                    if readers.to_gemeinden and ags not in present
                ],
            }
            for part in parts
        ],
        consequences=[
            "Die Verwaltungen dieser Gemeinden können das lesen und mit Datum und Quelle zitieren.",
            "Bei jeder Gemeinde steht es so, wie Sie es hier sehen, auch wenn es sich bei Ihnen später ändert.",
            "Sie können die Freigabe zurücknehmen, aber nur für die Zukunft.",
        ],
        submit="Jetzt freigeben",
        crumbs=crumbs(
            Crumb("Angaben freigeben", page_url("new")), Crumb(title, form_url), Crumb("Prüfen"), own=True
        ),
        back_url=form_url,
        back="Zurück zur Auswahl",
        then=released,
        done="Die Angaben sind freigegeben.",
    )


def _line(name: str, content: Mapping[str, Any]) -> tuple[str, str, Mapping[str, Any]]:
    return name, involvement_of(content), content
