"""Committees of the demo: what council papers say of them; what is assumed says so in its task. Nobody is named.

Köln: the Beratungsfolge of the paper of 2021 on taking part in the KIM. Städteregion Aachen: the minutes of 16.06.2021.
Bornheim: the Große Anfrage of 2022 for the committee; the periods as its Geschäftsordnung is quoted, not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from kimhub.committees.public import (
    CommitteeKind,
    Naming,
    NewCommittee,
    NewSeat,
    RuleKind,
    Ruling,
    SeatRole,
    Sector,
    create_committee,
    fill_seat,
    has_committees,
    join_participant,
    name_committee,
    set_rule,
)
from kimhub.demo.district import DOMAIN
from kimhub.programme.public import TimeUnit
from tenants import Actor, transaction

_ELECTED_2020, _ELECTED_2025, _TERM = date(2020, 11, 1), date(2025, 11, 1), date(2030, 10, 31)
_KIM = date(2021, 5, 1)
"""From when the demo lets the groups of the KIM work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seat:
    """Somebody who signs in, by the local part of the address, else an organisation."""

    role: SeatRole = SeatRole.MEMBER
    since: date = _KIM
    person: str = ""
    organization: str = ""
    function: str = ""
    sector: Sector | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    """A committee with what belongs to it; seats stand under the body that fills them."""

    new: NewCommittee
    later: Sequence[Naming] = ()
    rules: Sequence[Ruling] = ()
    partners: Sequence[str] = ()
    seats: Mapping[str, Sequence[_Seat]] = field(default_factory=dict)


def _koeln(kind: CommitteeKind, name: str, *, task: str = "", rules: Sequence[Ruling] = ()) -> _Entry:
    political = kind.is_political
    return _Entry(
        NewCommittee(
            kind=kind, name=name, since=_ELECTED_2020, term_until=_TERM if political else None,
            task=task or "Beriet 2021 über die Teilnahme am Kommunalen Integrationsmanagement.",
        ),
        rules=rules,
    )  # fmt: skip


_COMMITTEES: Mapping[str, Sequence[_Entry]] = {
    "bornheim": (
        _Entry(
            NewCommittee(
                kind=CommitteeKind.INTEGRATIONSAUSSCHUSS, name="Integrationsausschuss", since=_ELECTED_2020,
                term_until=_TERM,
                task="Beispiel: Die neue Bezeichnung, die Wahlperiode und die Sitze sind angenommen.",
            ),
            later=(
                Naming(
                    kind=CommitteeKind.INTEGRATIONSAUSSCHUSS,
                    name="Ausschuss für Chancengerechtigkeit und Integration", since=_ELECTED_2025,
                ),
            ),
            rules=(
                Ruling(
                    kind=RuleKind.PAPERS, amount=12, unit=TimeUnit.DAY,
                    source="Geschäftsordnung der Stadt Bornheim (ungeprüft)",
                ),
                Ruling(
                    kind=RuleKind.INQUIRIES, amount=3, unit=TimeUnit.WERKTAG,
                    source="Geschäftsordnung der Stadt Bornheim, Anfragen von Einwohnern (ungeprüft)",
                ),
            ),
            seats={
                "bornheim": (
                    _Seat(person="ausschuss", since=_ELECTED_2025),
                    _Seat(person="gremien", since=_ELECTED_2025, role=SeatRole.MANAGEMENT),
                )
            },
        ),
    ),
    "koeln": (
        _koeln(CommitteeKind.INTEGRATIONSRAT, "Integrationsrat"),
        _koeln(CommitteeKind.AUSSCHUSS, "Ausschuss Soziales und Senioren"),
        _koeln(
            CommitteeKind.STADTARBEITSGEMEINSCHAFT,
            "Stadtarbeitsgemeinschaft Lesben, Schwule und Transgender",
        ),
        _koeln(CommitteeKind.STADTARBEITSGEMEINSCHAFT, "Stadtarbeitsgemeinschaft Behindertenpolitik"),
        _koeln(
            CommitteeKind.AUSSCHUSS,
            "Ausschuss Allgemeine Verwaltung und Rechtsfragen / Vergabe / Internationales",
        ),
        _koeln(CommitteeKind.AUSSCHUSS, "Jugendhilfeausschuss"),
        _koeln(CommitteeKind.AUSSCHUSS, "Finanzausschuss"),
        _koeln(
            CommitteeKind.RAT, "Rat",
            task="Entschied 2021 über die Teilnahme am Kommunalen Integrationsmanagement.",
            rules=(
                Ruling(
                    kind=RuleKind.MOTIONS, amount=10, unit=TimeUnit.ARBEITSTAG,
                    source="Geschäftsordnung des Rates der Stadt Köln (ungeprüft)",
                ),
            ),
        ),
    ),
    "rhein-sieg-kreis": (
        _Entry(
            NewCommittee(
                kind=CommitteeKind.LENKUNGSGRUPPE, name="Lenkungsgruppe Kommunales Integrationsmanagement",
                since=_KIM, basis="Handlungskonzept des Landes",
                task="Steuert das Kommunale Integrationsmanagement. Beispiel: Wer hier sitzt, ist angenommen.",
            ),
            seats={
                "rhein-sieg-kreis": (
                    _Seat(person="ki", role=SeatRole.MANAGEMENT, sector=Sector.ADMINISTRATION),
                    _Seat(
                        organization="Ausländerbehörde", function="Leitung", sector=Sector.ADMINISTRATION
                    ),
                    _Seat(
                        organization="Agentur für Arbeit", function="Geschäftsführung",
                        sector=Sector.ARBEITSAGENTUR,
                    ),
                    _Seat(organization="Jobcenter", function="Geschäftsführung", sector=Sector.JOBCENTER),
                    _Seat(
                        organization="Arbeitsgemeinschaft der Freien Wohlfahrtspflege", function="Sprecherfunktion",
                        sector=Sector.WOHLFAHRT,
                    ),
                    _Seat(
                        organization="Volkshochschule", function="Leitung des Fachbereichs Deutsch",
                        sector=Sector.SPRACHKURSE,
                    ),
                )
            },
        ),
    ),
    "staedteregion-aachen": (
        _Entry(
            NewCommittee(
                kind=CommitteeKind.AUSSCHUSS, since=_ELECTED_2020, term_until=_TERM,
                name="Ausschuss für Soziales, Gesundheit, Senioren und demographische Vielfalt",
                task="Nahm 2021 den Sachstand zum Kommunalen Integrationsmanagement zur Kenntnis.",
            )
        ),
        _Entry(
            NewCommittee(
                kind=CommitteeKind.AUSSCHUSS, since=_ELECTED_2020, term_until=_TERM,
                name="Ausschuss für Schule, Bildung, Wissenschaft und Kultur",
            )
        ),
        _Entry(
            NewCommittee(
                kind=CommitteeKind.FALLKONFERENZ, name="Gemeinsame Fallkonferenz", since=_KIM,
                task="Arbeit der Ämter an einzelnen Fällen, 2021 angedacht. Hier steht nichts über Fälle.",
            ),
            partners=("aachen",),
        ),
        _Entry(
            NewCommittee(
                kind=CommitteeKind.PROJEKTGRUPPE, since=_KIM,
                name="Gemeinsame Projektgruppe der Stadt und der StädteRegion Aachen",
                task="Beispiel: Die Zusammenarbeit folgt der Niederschrift von 2021, die Gruppe ist angenommen.",
            ),
            partners=("aachen",),
            seats={
                "staedteregion-aachen": (
                    _Seat(person="ki", role=SeatRole.MANAGEMENT, sector=Sector.ADMINISTRATION),
                    _Seat(
                        organization="Arbeitsgemeinschaft der Freien Wohlfahrtspflege", function="Sprecherfunktion",
                        sector=Sector.WOHLFAHRT,
                    ),
                ),
                "aachen": (_Seat(person="ki", sector=Sector.ADMINISTRATION),),
            },
        ),
    ),
}  # fmt: skip


def load_committees(actors: Mapping[str, Actor], accounts: Mapping[str, UUID]) -> int:
    """Enter the committees of bodies that have none yet, and return how many there are in the demo."""
    for slug, entries in _COMMITTEES.items():
        with transaction(actors[slug], read_only=True) as session:
            known = has_committees(session, actors[slug].tenant_id)
        for entry in () if known else entries:
            _load(slug, entry, actors, accounts)
    return sum(map(len, _COMMITTEES.values()))


def _load(slug: str, entry: _Entry, actors: Mapping[str, Actor], accounts: Mapping[str, UUID]) -> None:
    lead = actors[slug]
    with transaction(lead):
        committee_id = create_committee(lead, entry.new).id
        for naming in entry.later:
            name_committee(lead, committee_id, naming)
        for ruling in entry.rules:
            set_rule(lead, committee_id, ruling)
        for partner in entry.partners:
            join_participant(lead, committee_id, partner)
    for body, seats in entry.seats.items():
        with transaction(actors[body]):
            for seat in seats:
                fill_seat(
                    actors[body],
                    committee_id,
                    NewSeat(
                        role=seat.role, since=seat.since, organization=seat.organization, function=seat.function,
                        sector=seat.sector,
                        holder=accounts[f"{seat.person}@{body}.{DOMAIN}"] if seat.person else None,
                    ),
                )  # fmt: skip
