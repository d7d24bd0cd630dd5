"""Words of council work: kinds of committees, what a seat is, which periods a Geschäftsordnung sets.

Terms follow OParl in code and council practice of NRW on screen (docs/fachlichkeit.md §6).
"""

from __future__ import annotations

from enum import StrEnum

from kimhub.programme.public import TimeUnit


class CommitteeKind(StrEnum):
    """What a committee is by law or agreement; how it is called is another thing."""

    INTEGRATIONSAUSSCHUSS = "integrationsausschuss"
    INTEGRATIONSRAT = "integrationsrat"
    RAT = "rat"
    KREISTAG = "kreistag"
    AUSSCHUSS = "ausschuss"
    BEZIRKSVERTRETUNG = "bezirksvertretung"
    STADTARBEITSGEMEINSCHAFT = "stadtarbeitsgemeinschaft"
    LENKUNGSGRUPPE = "lenkungsgruppe"
    PROJEKTGRUPPE = "projektgruppe"
    FALLKONFERENZ = "fallkonferenz"

    @property
    def label(self) -> str:
        """Return the German name of the kind."""
        return _KINDS[self][0]

    @property
    def basis(self) -> str:
        """Return on what such a committee rests, where that is the same everywhere; empty where it is agreed."""
        return _KINDS[self][1]

    @property
    def is_political(self) -> bool:
        """Whether elected people sit in it, with factions and a Wahlperiode."""
        return self in _POLITICAL

    @property
    def has_seats(self) -> bool:
        """Whether members are recorded: a Fallkonferenz is work of offices, and nothing of its cases belongs here."""
        return self is not CommitteeKind.FALLKONFERENZ

    @property
    def decides_measures(self) -> bool:
        """Whether it steers the KIM and so decides what is to be done; councils decide by papers."""
        return self in {CommitteeKind.LENKUNGSGRUPPE, CommitteeKind.PROJEKTGRUPPE}


_KINDS = {
    CommitteeKind.INTEGRATIONSAUSSCHUSS: ("Integrationsausschuss", "§ 27 GO NRW"),
    CommitteeKind.INTEGRATIONSRAT: ("Integrationsrat", "§ 27 GO NRW"),
    CommitteeKind.RAT: ("Rat", "§ 40 GO NRW"),
    CommitteeKind.KREISTAG: ("Kreistag", "§ 25 KrO NRW"),
    CommitteeKind.AUSSCHUSS: ("Ausschuss", ""),
    CommitteeKind.BEZIRKSVERTRETUNG: ("Bezirksvertretung", "§ 36 GO NRW"),
    CommitteeKind.STADTARBEITSGEMEINSCHAFT: ("Stadtarbeitsgemeinschaft", ""),
    CommitteeKind.LENKUNGSGRUPPE: ("Lenkungsgruppe", ""),
    CommitteeKind.PROJEKTGRUPPE: ("Projektgruppe", ""),
    CommitteeKind.FALLKONFERENZ: ("Fallkonferenz", ""),
}
_POLITICAL = frozenset(
    {
        CommitteeKind.INTEGRATIONSAUSSCHUSS, CommitteeKind.INTEGRATIONSRAT, CommitteeKind.RAT,
        CommitteeKind.KREISTAG, CommitteeKind.AUSSCHUSS, CommitteeKind.BEZIRKSVERTRETUNG,
    }
)  # fmt: skip
FOR_INTEGRATION = (CommitteeKind.INTEGRATIONSAUSSCHUSS, CommitteeKind.INTEGRATIONSRAT)
"""The committees of § 27 GO NRW, of which a Gemeinde has one or the other."""


class SeatRole(StrEnum):
    """What somebody is in a committee."""

    CHAIR = "chair"
    DEPUTY_CHAIR = "deputy_chair"
    MEMBER = "member"
    CITIZEN = "citizen"
    RESIDENT = "resident"
    ADVISORY = "advisory"
    DEPUTY = "deputy"
    MANAGEMENT = "management"

    @property
    def label(self) -> str:
        """Return the German name."""
        return _SEAT_ROLES[self]


_SEAT_ROLES = {
    SeatRole.CHAIR: "Vorsitz",
    SeatRole.DEPUTY_CHAIR: "Stellvertretender Vorsitz",
    SeatRole.MEMBER: "Mitglied",
    SeatRole.CITIZEN: "Sachkundige/r Bürger/in",
    SeatRole.RESIDENT: "Sachkundige/r Einwohner/in",
    SeatRole.ADVISORY: "Beratendes Mitglied",
    SeatRole.DEPUTY: "Stellvertretendes Mitglied",
    SeatRole.MANAGEMENT: "Geschäftsführung",
}


class RuleKind(StrEnum):
    """For what a Geschäftsordnung sets a period, and from which day it counts."""

    INVITATION = "invitation"
    PAPERS = "papers"
    MOTIONS = "motions"
    INQUIRIES = "inquiries"
    ANSWERS = "answers"

    @property
    def label(self) -> str:
        """Return what is to happen within the period."""
        return _RULES[self]

    @property
    def is_before_meeting(self) -> bool:
        """Whether the period is counted back from the meeting; else it runs from the receipt."""
        return self is not RuleKind.ANSWERS

    def says(self, amount: int, unit: TimeUnit) -> str:
        """Return the rule in words: „spätestens 12 Tage vor der Sitzung“, „binnen 3 Wochen nach dem Eingang“."""
        if self.is_before_meeting:
            return f"spätestens {unit.named(amount)} vor der Sitzung"
        return f"binnen {_dative(amount, unit)} nach dem Eingang"


_RULES = {
    RuleKind.INVITATION: "Einladung",
    RuleKind.PAPERS: "Vorlagen",
    RuleKind.MOTIONS: "Anträge",
    RuleKind.INQUIRIES: "Anfragen",
    RuleKind.ANSWERS: "Antwort auf Anfragen",
}
_DATIVES = {
    TimeUnit.DAY: ("einem Tag", "Tagen"),
    TimeUnit.WERKTAG: ("einem Werktag", "Werktagen"),
    TimeUnit.ARBEITSTAG: ("einem Arbeitstag", "Arbeitstagen"),
    TimeUnit.WEEK: ("einer Woche", "Wochen"),
    TimeUnit.MONTH: ("einem Monat", "Monaten"),
    TimeUnit.YEAR: ("einem Jahr", "Jahren"),
}


def _dative(amount: int, unit: TimeUnit) -> str:
    one, many = _DATIVES[unit]
    return one if amount == 1 else f"{amount} {many}"


class Duty(StrEnum):
    """How often a committee must hear of the Kommunales Integrationsmanagement without asking."""

    EVERY_MEETING = "every_meeting"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"

    @property
    def label(self) -> str:
        """Return how often."""
        return _DUTIES[self]


_DUTIES = {
    Duty.EVERY_MEETING: "in jeder Sitzung",
    Duty.QUARTERLY: "mindestens einmal im Vierteljahr",
    Duty.HALF_YEARLY: "mindestens einmal im Halbjahr",
    Duty.YEARLY: "mindestens einmal im Jahr",
}


class Sector(StrEnum):
    """Whom a seat of a Lenkungsgruppe or Projektgruppe stands for.

    Source: the actors that the Anfrage Bornheim quotes from the Handlungskonzept. Its own text has not been read; what
    follows from it is „ungeprüft“.
    """

    ADMINISTRATION = "administration"
    ARBEITSAGENTUR = "arbeitsagentur"
    JOBCENTER = "jobcenter"
    WOHLFAHRT = "wohlfahrt"
    MIGRANTENORGANISATION = "migrantenorganisation"
    SPRACHKURSE = "sprachkurse"
    VOLUNTEERS = "volunteers"
    TARGET_GROUP = "target_group"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the German name."""
        return _SECTORS[self]


_SECTORS = {
    Sector.ADMINISTRATION: "Verwaltung",
    Sector.ARBEITSAGENTUR: "Agentur für Arbeit",
    Sector.JOBCENTER: "Jobcenter",
    Sector.WOHLFAHRT: "Freie Wohlfahrtspflege",
    Sector.MIGRANTENORGANISATION: "Migrantenselbstorganisationen",
    Sector.SPRACHKURSE: "Träger von Sprach- und Integrationskursen",
    Sector.VOLUNTEERS: "Bürgerschaftliches Engagement",
    Sector.TARGET_GROUP: "Vertretung der Zielgruppe",
    Sector.OTHER: "Weitere",
}
RECOMMENDED_SECTORS = tuple(sector for sector in Sector if sector is not Sector.OTHER)
"""Who should sit in a Lenkungsgruppe: offices and actors outside the administration, at leading level (ungeprüft)."""
