"""One committee: what it is, who sits in it, by which rules it works, how it was called before."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Response, render_template, url_for
from sqlalchemy import RowMapping

from kimhub.committees.blocks import blocks_of
from kimhub.committees.pages.blueprint import crumbs, page_url, pages
from kimhub.committees.queries import (
    SEATS,
    SEATS_OF_OTHERS,
    CommitteeFile,
    carried_committee,
    sectors_of,
)
from kimhub.committees.terms import RECOMMENDED_SECTORS, CommitteeKind, Duty, RuleKind, SeatRole, Sector
from kimhub.core.formats import day
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.tables import DAY, WORD, Address, ListColumn, StepColumn
from kimhub.core.web.view import Badge, Crumb, Empty, Fact, Tone
from kimhub.programme.public import TimeUnit
from tenants import Actor, Permission, db
from tenants.naming import nominative

NOT_KNOWN = "nicht eingetragen"


def _holder(row: RowMapping) -> str:
    if row["account_id"] is None:
        return ", ".join(part for part in (row["organization"], row["function"]) if part)
    return row["person"] or "Person, die nicht mehr teilnimmt"


def _note(row: RowMapping) -> str | None:
    if row["account_id"] is not None and not row["is_told"]:
        return "kann sich nicht anmelden und wird nicht unterrichtet"
    return None


def _changed(row: RowMapping) -> UUID | None:
    """Return the id of a seat where the reader may change it."""
    return row["id"] if current_actor().may(Permission.COMMITTEE_WRITE) else None


_ROLE = ListColumn("Funktion", lambda row: SeatRole(row["role"]).label)
_SECTOR = ListColumn("Steht für", lambda row: Sector(row["sector"]).label if row["sector"] else None)
_TIMES = (ListColumn("Seit", "since", DAY, sort="since"), ListColumn("Bis", "until", DAY))


def _seats(*columns: ListColumn) -> ListPage:
    return ListPage(
        SEATS,
        caption="Sitze",
        columns=(
            ListColumn("Wer", _holder, url=Address("committees.edit_seat", seat_id=_changed), note=_note),
            _ROLE,
            *columns,
            *_TIMES,
            StepColumn(
                "Entfernen", _holder, url=Address("committees.drop_seat", seat_id="id"), asks=True,
                permission=Permission.COMMITTEE_WRITE,
            ),
        ),
        one="Sitz",
        many="Sitze",
        empty=Empty("Noch keine Sitze", "Tragen Sie ein, wer im Gremium sitzt."),
        download_endpoint="committees.download_seats",
    )  # fmt: skip


POLITICAL = _seats(ListColumn("Fraktion oder Gruppe", "faction", WORD, sort="faction"))
WORKING = _seats(_SECTOR)
OTHERS = ListPage(
    SEATS_OF_OTHERS,
    caption="Sitze anderer Kommunen",
    columns=(
        ListColumn("Kommune", "body"),
        _ROLE,
        ListColumn("Wer", lambda row: row["organization"] or "Person dieser Kommune"),
        *_TIMES,
    ),
    one="Sitz",
    many="Sitze",
    empty=Empty("Noch keine Sitze", "Die anderen Kommunen haben noch niemanden eingetragen."),
    table_id="andere",
)


@pages.get("/<uuid:committee_id>")
@requires(Permission.COMMITTEE_READ)
def show(committee_id: UUID) -> str:
    """Show a committee of which the body is part."""
    actor = current_actor()
    file = carried_committee(db.session(), actor.tenant_id, committee_id)
    own = file.committee.tenant_id == actor.tenant_id
    may_write = own and actor.may(Permission.COMMITTEE_WRITE)
    narrowed, names = {"committee": committee_id}, {"committee_id": committee_id}
    has_seats, seats = file.kind.has_seats, seats_of(file)
    return render_template(
        "committees/committee.html",
        crumbs=crumbs(Crumb(file.named.name)),
        file=file,
        kind=file.kind,
        state=_state(file),
        url=page_url,
        may_write=may_write,
        may_seat=has_seats and actor.may(Permission.COMMITTEE_WRITE),
        facts=_facts(file),
        rules=_rules(file, may_write=may_write) if file.kind.is_political else [],
        shown=seats.shown(arguments={**narrowed, "present": True}, variables=names) if has_seats else None,
        past=seats.shown(arguments={**narrowed, "past": True}, variables=names) if has_seats else None,
        others=OTHERS.shown(arguments={**narrowed, "present": True})
        if has_seats and own and file.is_joint
        else None,
        measures_url=url_for("measures.listing", gremium=committee_id)
        if file.kind.decides_measures
        else None,
        unrepresented=_unrepresented(actor, file),
        blocks=blocks_of(actor, file),
        visible_to=_visible_to(actor, file),
    )


@pages.get("/<uuid:committee_id>/sitze.<table_format>")
@requires(Permission.COMMITTEE_READ)
def download_seats(committee_id: UUID, table_format: str) -> Response:
    """Send the seats that the own body holds in a committee as XLSX or CSV."""
    file = carried_committee(db.session(), current_actor().tenant_id, committee_id)
    return seats_of(file).download(table_format, arguments={"committee": committee_id})


def seats_of(file: CommitteeFile) -> ListPage:
    """Return the list of seats with the columns that fit such a committee."""
    return POLITICAL if file.kind.is_political else WORKING


def _state(file: CommitteeFile) -> Badge | None:
    ends = file.committee.dissolved_on
    return Badge(f"aufgelöst zum {day(ends)}", Tone.WARNING) if ends else None


def _facts(file: CommitteeFile) -> list[Fact]:
    committee = file.committee
    facts = [
        Fact("Art", f"{file.kind.label}, seit {day(_kind_since(file))}"),
        Fact("Grundlage", committee.basis or NOT_KNOWN),
    ]
    if committee.task:
        facts.append(Fact("Aufgabe", committee.task))
    if file.kind.is_political:
        facts.append(
            Fact("Wahlperiode bis", day(committee.term_until) if committee.term_until else NOT_KNOWN)
        )
    facts.append(
        Fact("Regelmäßig zu unterrichten", f"{Duty(committee.duty).label} ({committee.duty_source})")
        if committee.duty
        else Fact("Regelmäßig zu unterrichten", NOT_KNOWN)
    )
    if file.is_joint:
        facts.append(Fact("Gemeinsam", f"{', '.join(one.official_name for one in file.participants)}"))
        facts.append(Fact("Geführt von", file.lead.official_name))
    return facts


def _kind_since(file: CommitteeFile) -> date:
    """Return since when it has been of this kind, under whatever name."""
    since = file.named.since
    for name in file.names[file.names.index(file.named) :]:
        if name.kind != file.named.kind:
            break
        since = name.since
    return since


def _rules(file: CommitteeFile, *, may_write: bool) -> list[Fact]:
    found = []
    for kind in RuleKind:
        rule = file.rule(kind)
        if rule is None and not may_write:
            continue
        said = f"{kind.says(rule.amount, TimeUnit(rule.unit))} ({rule.source})" if rule else NOT_KNOWN
        change = (
            page_url("edit_rule", committee_id=file.committee.id, rule_kind=kind.value) if may_write else None
        )
        found.append(Fact(kind.label, said, change_url=change))
    return found


def _unrepresented(actor: Actor, file: CommitteeFile) -> list[Sector]:
    """Return who should sit in a Lenkungsgruppe and does not."""
    if file.kind is not CommitteeKind.LENKUNGSGRUPPE:
        return []
    present = sectors_of(db.session(), actor.tenant_id, file.committee.id)
    return [sector for sector in RECOMMENDED_SECTORS if sector.value not in present]


def _visible_to(actor: Actor, file: CommitteeFile) -> str:
    said = "Bezeichnung, Grundlage und Fristen sehen alle Kommunen in KIMHub."
    if not file.kind.has_seats:
        return said
    if file.committee.tenant_id != actor.tenant_id:
        lead = nominative(file.lead.official_name)
        seen = "Funktion, Fraktion, Organisation und Zeit, keine Namen"
        return f"{said} Ihre Sitze sehen Sie; {lead} sieht davon {seen}."
    others = "; die anderen Kommunen sehen nur ihre eigenen" if file.is_joint else ""
    return f"{said} Die Sitze sieht nur Ihre Kommune{others}."
