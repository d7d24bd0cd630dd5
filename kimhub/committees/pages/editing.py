"""The forms of a committee: entering it, its names and rules, who carries it; the question before it is deleted."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from kimhub.committees.pages.blueprint import crumbs, page_url, pages
from kimhub.committees.queries import COMMITTEE, CommitteeFile, committee_file, who_may_join
from kimhub.committees.schemas import (
    CommitteeSchema,
    NameSchema,
    NewCommitteeSchema,
    ParticipantSchema,
    RuleSchema,
)
from kimhub.committees.terms import CommitteeKind, RuleKind
from kimhub.committees.usecases.committees import (
    CommitteeDetails,
    Naming,
    NewCommittee,
    Ruling,
    change_committee,
    create_committee,
    delete_committee,
    forget_name,
    join_participant,
    name_committee,
    part_with,
    remove_rule,
    set_rule,
)
from kimhub.core.errors import NotFoundError
from kimhub.core.fields.options import Option
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.view import Crumb, Fact
from kimhub.programme.public import TimeUnit
from tenants import Permission, db


@pages.route("/neu", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def new() -> ResponseReturnValue:
    """Enter a committee."""
    asked = request.args.get("art", "")
    known = {kind.value: kind for kind in CommitteeKind}
    return form_page(
        NewCommitteeSchema(),
        lambda form: create_committee(current_actor(), NewCommittee(**form.data)),
        heading="Gremium eintragen",
        intro="Bezeichnung, Grundlage und Fristen sehen alle Kommunen in KIMHub. Tragen Sie hier keine Personen ein.",
        crumbs=crumbs(Crumb("Gremium eintragen")),
        cancel_url=page_url("directory"),
        then=lambda created: page_url("show", committee_id=created.id),
        done="Das Gremium ist eingetragen. Tragen Sie jetzt ein, wer darin sitzt.",
        initial={"kind": known[asked], "basis": known[asked].basis} if asked in known else None,
    )


@pages.route("/<uuid:committee_id>/bearbeiten", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def edit(committee_id: UUID) -> ResponseReturnValue:
    """Change what is laid down about a committee."""
    file, here = _own(committee_id)
    return form_page(
        CommitteeSchema(),
        lambda form: change_committee(current_actor(), committee_id, CommitteeDetails(**form.data)),
        heading=f"{file.named.name}: Angaben ändern",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb("Angaben ändern")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Angaben sind gespeichert.",
        edits=Edits(COMMITTEE, committee_id, file, _values),
    )


@pages.route("/<uuid:committee_id>/bezeichnung", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def rename(committee_id: UUID) -> ResponseReturnValue:
    """Say what it is and how it is called from a day on."""
    file, here = _own(committee_id)
    return form_page(
        NameSchema(),
        lambda form: name_committee(current_actor(), committee_id, Naming(**form.data)),
        heading=f"{file.named.name}: neue Bezeichnung oder Art",
        intro="Die bisherige Bezeichnung bleibt für die Zeit davor. Mit demselben Tag berichtigen Sie einen Eintrag.",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb("Bezeichnung")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Bezeichnung ist gespeichert.",
        edits=Edits(
            COMMITTEE, committee_id, file,
            lambda found: {"kind": found.kind, "name": found.named.name, "since": found.named.since},
        ),
    )  # fmt: skip


@pages.route("/<uuid:committee_id>/bezeichnung/<name_since>/entfernen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def remove_name(committee_id: UUID, name_since: str) -> ResponseReturnValue:
    """Ask, then remove a name that was entered wrongly."""
    file, here = _own(committee_id)
    named = next((name for name in file.names if name.since.isoformat() == name_since), None)
    if named is None:
        raise NotFoundError
    return ask_page(
        lambda: forget_name(current_actor(), committee_id, date.fromisoformat(name_since)),
        about=Seen(COMMITTEE, committee_id, file),
        heading="Bezeichnung entfernen?",
        facts=[
            Fact("Bezeichnung", named.name),
            Fact("Art", CommitteeKind(named.kind).label),
            Fact("Gilt ab", day(named.since)),
        ],
        consequences=[
            "Ab diesem Tag gilt dann die Bezeichnung davor.",
            "Entfernen Sie nur, was falsch eingetragen ist. Eine neue Bezeichnung tragen Sie mit ihrem Tag ein.",
        ],
        submit="Entfernen",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb("Bezeichnung entfernen")),
        back_url=here,
        then=lambda _: here,
        done="Die Bezeichnung ist entfernt.",
    )


@pages.route("/<uuid:committee_id>/fristen/<rule_kind>", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def edit_rule(committee_id: UUID, rule_kind: str) -> ResponseReturnValue:
    """Enter or change a period of the Geschäftsordnung."""
    file, here = _own(committee_id)
    kind = _rule_kind(rule_kind)
    rule = file.rule(kind)
    return form_page(
        RuleSchema(exclude=("kind",)),
        lambda form: set_rule(current_actor(), committee_id, Ruling(kind=kind, **form.data)),
        heading=f"{file.named.name}: Frist für {kind.label}",
        intro="Die Frist zählt zurück von der Sitzung; deren Tag zählt nicht mit. Bei vollen Tagen zählt auch der Tag "
        "des Eingangs nicht."
        if kind.is_before_meeting
        else "Die Frist läuft ab dem Eingang; der Tag des Eingangs zählt nicht mit.",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb(f"Frist: {kind.label}")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Frist ist gespeichert.",
        edits=Edits(COMMITTEE, committee_id, file, lambda found: _rule_values(found, kind)),
        template="committees/rule_form.html",
        remove_url=page_url("drop_rule", committee_id=committee_id, rule_kind=kind.value) if rule else None,
    )


@pages.route("/<uuid:committee_id>/fristen/<rule_kind>/entfernen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def drop_rule(committee_id: UUID, rule_kind: str) -> ResponseReturnValue:
    """Ask, then remove a period."""
    file, here = _own(committee_id)
    kind = _rule_kind(rule_kind)
    rule = file.rule(kind)
    if rule is None:
        raise NotFoundError
    return ask_page(
        lambda: remove_rule(current_actor(), committee_id, kind),
        about=Seen(COMMITTEE, committee_id, file),
        heading="Frist entfernen?",
        facts=[Fact(kind.label, kind.says(rule.amount, TimeUnit(rule.unit))), Fact("Quelle", rule.source)],
        consequences=["Zu Sitzungen dieses Gremiums nennt KIMHub dann keinen Tag mehr dafür."],
        submit="Entfernen",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb("Frist entfernen")),
        back_url=here,
        then=lambda _: here,
        done="Die Frist ist entfernt.",
    )


@pages.route("/<uuid:committee_id>/kommunen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def join(committee_id: UUID) -> ResponseReturnValue:
    """Let another body carry the committee, too."""
    file, here = _own(committee_id)
    return form_page(
        ParticipantSchema(),
        lambda form: join_participant(current_actor(), committee_id, form.data["participant"]),
        heading=f"{file.named.name}: gemeinsam mit einer weiteren Kommune",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb("Weitere Kommune")),
        cancel_url=here,
        then=lambda _: here,
        done="Die Kommune trägt das Gremium jetzt mit und besetzt ihre Sitze selbst.",
        submit="Aufnehmen",
        options={
            "participant": [Option(one.slug, one.official_name) for one in who_may_join(db.session(), file)]
        },
        edits=Edits(COMMITTEE, committee_id, file, lambda _: {}),
    )


@pages.route("/<uuid:committee_id>/kommunen/<participant>/entfernen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def part(committee_id: UUID, participant: str) -> ResponseReturnValue:
    """Ask, then let a body leave the committee."""
    file, here = _own(committee_id)
    leaving = next((one for one in file.participants[1:] if one.slug == participant), None)
    if leaving is None:
        raise NotFoundError
    return ask_page(
        lambda: part_with(current_actor(), committee_id, leaving.slug),
        about=Seen(COMMITTEE, committee_id, file),
        heading="Kommune herausnehmen?",
        facts=[Fact("Kommune", leaving.official_name)],
        consequences=[
            "Sie sieht das Gremium dann nicht mehr unter ihren Gremien.",
            "Solange sie dort Sitze hat, geht es nicht; sie beendet oder entfernt sie zuerst.",
        ],
        submit="Herausnehmen",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb("Kommune herausnehmen")),
        back_url=here,
        then=lambda _: here,
        done="Die Kommune trägt das Gremium nicht mehr mit.",
    )


@pages.route("/<uuid:committee_id>/loeschen", methods=["GET", "POST"])
@requires(Permission.COMMITTEE_WRITE)
def delete(committee_id: UUID) -> ResponseReturnValue:
    """Ask, then delete what was entered by mistake."""
    file, here = _own(committee_id)
    return ask_page(
        lambda: delete_committee(current_actor(), committee_id),
        about=Seen(COMMITTEE, committee_id, file),
        heading="Gremium löschen?",
        facts=[Fact("Gremium", file.named.name), Fact("Art", file.kind.label)],
        consequences=[
            "Löschen Sie nur, was versehentlich eingetragen ist. Ein Gremium, das es gab, lösen Sie auf.",
            "Bezeichnungen und Fristen gehen mit. Was darin stand, hält der Änderungsverlauf fest.",
        ],
        submit="Gremium löschen",
        crumbs=crumbs(Crumb(file.named.name, here), Crumb("Löschen")),
        back_url=here,
        then=lambda _: page_url("directory"),
        done="Das Gremium ist gelöscht.",
    )


def _own(committee_id: UUID) -> tuple[CommitteeFile, str]:
    """Return a committee of the own body, with the address of its page; raises `NotFoundError`."""
    file = committee_file(db.session(), committee_id)
    if file.committee.tenant_id != current_actor().tenant_id:
        raise NotFoundError
    return file, page_url("show", committee_id=committee_id)


def _rule_kind(word: str) -> RuleKind:
    try:
        return RuleKind(word)
    except ValueError:
        raise NotFoundError from None


def _values(file: CommitteeFile) -> dict[str, Any]:
    names = ("basis", "task", "term_until", "dissolved_on", "duty", "duty_source")
    return {name: getattr(file.committee, name) for name in names}


def _rule_values(file: CommitteeFile, kind: RuleKind) -> dict[str, Any]:
    rule = file.rule(kind)
    return {name: getattr(rule, name) for name in ("amount", "unit", "source")} if rule else {}
