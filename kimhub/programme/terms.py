"""The closed vocabulary of the programme: Bausteine, functions, Teilplanzeilen, and what a guideline fixes.

Values are the words of plan files, JSON and guideline files; labels are what people read.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Baustein(IntEnum):
    """One of the three parts of KIM (Handlungskonzept KIM; Richtlinie Nr. 1.2)."""

    STRATEGISCHE_KOORDINATION = 1
    CASE_MANAGEMENT = 2
    AUSLAENDER_UND_EINBUERGERUNGSBEHOERDEN = 3

    @property
    def label(self) -> str:
        """The name that people read."""
        return f"Baustein {self.value}"


class PositionFunction(StrEnum):
    """What a position is for; it decides the Baustein and the rate of the grant."""

    KOORDINATION = "koordination"
    ZUSAETZLICHE_KOORDINATION = "zusaetzliche_koordination"
    VERWALTUNGSASSISTENZ = "verwaltungsassistenz"
    CASE_MANAGEMENT = "case_management"
    AUSLAENDERBEHOERDE = "auslaenderbehoerde"
    EINBUERGERUNGSBEHOERDE = "einbuergerungsbehoerde"
    OHNE_FOERDERUNG = "ohne_foerderung"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _FUNCTIONS[self][0]

    @property
    def baustein(self) -> Baustein | None:
        """The Baustein that funds such a position; None for positions the municipality pays alone."""
        return _FUNCTIONS[self][1]


class Employer(StrEnum):
    """Who employs the person. Positions elsewhere cost a transfer (Teilplanzeile 15), not own staff (11)."""

    EIGENE = "eigene"
    GEMEINDE = "gemeinde"
    TRAEGER = "traeger"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _EMPLOYERS[self]


class RecipientKind(StrEnum):
    """Kind of the grant recipient; caps differ by it. Stadt Aachen is a recipient of kind ``gemeinde``."""

    KREIS = "kreis"
    KREISFREIE_STADT = "kreisfreie_stadt"
    GEMEINDE = "gemeinde"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _RECIPIENTS[self]


class Teilplanzeile(StrEnum):
    """Lines of a municipal Teilergebnisplan that KIM plans use (§ 4 KomHVO NRW)."""

    ZUWENDUNGEN = "02"
    PERSONALAUFWENDUNGEN = "11"
    TRANSFERAUFWENDUNGEN = "15"
    SONSTIGE_AUFWENDUNGEN = "16"

    @property
    def label(self) -> str:
        """The official name of the line."""
        return _TEILPLANZEILEN[self]


class Purpose(StrEnum):
    """What a further cost line pays for, where the guideline funds that purpose."""

    SACHAUSGABEN_KOORDINATION = "sachausgaben_koordination"
    SACHAUSGABEN_VERWALTUNGSASSISTENZ = "sachausgaben_verwaltungsassistenz"
    BEGLEITAUSGABEN = "begleitausgaben"
    EXTERNE_BEGLEITUNG = "externe_begleitung"

    @property
    def label(self) -> str:
        """The name that people read."""
        return ValueKey(self.value).label


class GrantPurpose(StrEnum):
    """What a Zuwendung is for (Zuwendungszweck): the money of a Bescheid is bound to it, per year and Baustein.

    The guidelines fund exactly these; each has the name of the value that gives its rate.
    """

    KOORDINATION = "koordination"
    VERWALTUNGSASSISTENZ = "verwaltungsassistenz"
    SACHAUSGABEN_KOORDINATION = "sachausgaben_koordination"
    SACHAUSGABEN_VERWALTUNGSASSISTENZ = "sachausgaben_verwaltungsassistenz"
    BEGLEITAUSGABEN = "begleitausgaben"
    EXTERNE_BEGLEITUNG = "externe_begleitung"
    CASE_MANAGEMENT = "case_management"
    BAUSTEIN_3 = "baustein_3"

    @property
    def label(self) -> str:
        """The name that people read."""
        return ValueKey(self.value).label

    @property
    def baustein(self) -> Baustein:
        """The Baustein it belongs to."""
        return ValueKey(self.value).baustein

    @property
    def is_staff(self) -> bool:
        """Whether it pays for positions, so that shares of positions can be allocated with it."""
        return self in _STAFF

    @property
    def teilplanzeile(self) -> Teilplanzeile:
        """The line of the Teilergebnisplan on which the recipient itself would spend it."""
        return Teilplanzeile.PERSONALAUFWENDUNGEN if self.is_staff else Teilplanzeile.SONSTIGE_AUFWENDUNGEN


class GrantBasis(StrEnum):
    """Where the grant of a Haushaltsjahr comes from: a Bescheid names it, or a guideline gives it."""

    BESCHEID = "bescheid"
    GUIDELINE = "guideline"


class Unit(StrEnum):
    """What the amount of a guideline value is counted in."""

    EURO_PER_FTE_YEAR = "euro_per_fte_year"
    EURO_PER_HALF_POSITION_YEAR = "euro_per_half_position_year"
    EURO_PER_YEAR_AT_MOST = "euro_per_year_at_most"
    FTE = "fte"
    MONTHS_AFTER_PERIOD = "months_after_period"
    END_OF_MONTH_IN_PRECEDING_YEAR = "end_of_month_in_preceding_year"

    @property
    def label(self) -> str:
        """The unit in words."""
        return _UNITS[self]


class ValueKey(StrEnum):
    """A value that a Förderrichtlinie fixes. Every key has one unit, so a file cannot mean something else."""

    KOORDINATION = "koordination"
    VERWALTUNGSASSISTENZ = "verwaltungsassistenz"
    CASE_MANAGEMENT = "case_management"
    BAUSTEIN_3 = "baustein_3"
    SACHAUSGABEN_KOORDINATION = "sachausgaben_koordination"
    SACHAUSGABEN_VERWALTUNGSASSISTENZ = "sachausgaben_verwaltungsassistenz"
    BEGLEITAUSGABEN = "begleitausgaben"
    EXTERNE_BEGLEITUNG = "externe_begleitung"
    HOECHSTZAHL_KOORDINATION_KREIS = "hoechstzahl_koordination_kreis"
    HOECHSTZAHL_KOORDINATION_KREISFREIE_STADT = "hoechstzahl_koordination_kreisfreie_stadt"
    HOECHSTZAHL_ZUSAETZLICHE_KOORDINATION = "hoechstzahl_zusaetzliche_koordination"
    HOECHSTZAHL_VERWALTUNGSASSISTENZ = "hoechstzahl_verwaltungsassistenz"
    MINDESTANTEIL_CASE_MANAGEMENT = "mindestanteil_case_management"
    ANTRAGSFRIST = "antragsfrist"
    FRIST_VERWENDUNGSNACHWEIS = "frist_verwendungsnachweis"

    @property
    def label(self) -> str:
        """The name that people read."""
        return _VALUES[self][0]

    @property
    def unit(self) -> Unit:
        """The unit its amount is counted in."""
        return _VALUES[self][1]

    @property
    def baustein(self) -> Baustein:
        """The Baustein it belongs to; what serves all of them counts as Baustein 1."""
        return _BAUSTEINE.get(self, Baustein.STRATEGISCHE_KOORDINATION)


_FUNCTIONS = {
    PositionFunction.KOORDINATION: ("Koordinierungsstelle", Baustein.STRATEGISCHE_KOORDINATION),
    PositionFunction.ZUSAETZLICHE_KOORDINATION: (
        "Zusätzliche Koordinierungsstelle", Baustein.STRATEGISCHE_KOORDINATION,
    ),
    PositionFunction.VERWALTUNGSASSISTENZ: ("Verwaltungsassistenz", Baustein.STRATEGISCHE_KOORDINATION),
    PositionFunction.CASE_MANAGEMENT: ("Case Management", Baustein.CASE_MANAGEMENT),
    PositionFunction.AUSLAENDERBEHOERDE: (
        "Stelle in der Ausländerbehörde", Baustein.AUSLAENDER_UND_EINBUERGERUNGSBEHOERDEN,
    ),
    PositionFunction.EINBUERGERUNGSBEHOERDE: (
        "Stelle in der Einbürgerungsbehörde", Baustein.AUSLAENDER_UND_EINBUERGERUNGSBEHOERDEN,
    ),
    PositionFunction.OHNE_FOERDERUNG: ("Stelle ohne Förderung", None),
}  # fmt: skip

_EMPLOYERS = {
    Employer.EIGENE: "eigenes Personal",
    Employer.GEMEINDE: "Personal einer Gemeinde",
    Employer.TRAEGER: "Personal eines Trägers",
}

_RECIPIENTS = {
    RecipientKind.KREIS: "Kreis",
    RecipientKind.KREISFREIE_STADT: "kreisfreie Stadt",
    RecipientKind.GEMEINDE: "kreisangehörige Gemeinde",
}

_TEILPLANZEILEN = {
    Teilplanzeile.ZUWENDUNGEN: "Zuwendungen und allgemeine Umlagen",
    Teilplanzeile.PERSONALAUFWENDUNGEN: "Personalaufwendungen",
    Teilplanzeile.TRANSFERAUFWENDUNGEN: "Transferaufwendungen",
    Teilplanzeile.SONSTIGE_AUFWENDUNGEN: "Sonstige ordentliche Aufwendungen",
}

_UNITS = {
    Unit.EURO_PER_FTE_YEAR: "Euro je Vollzeitstelle und Jahr",
    Unit.EURO_PER_HALF_POSITION_YEAR: "Euro je 0,5 Stelle und Jahr",
    Unit.EURO_PER_YEAR_AT_MOST: "Euro höchstens je Jahr",
    Unit.FTE: "Vollzeitäquivalente",
    Unit.MONTHS_AFTER_PERIOD: "Monate nach Ende des Bewilligungszeitraums",
    Unit.END_OF_MONTH_IN_PRECEDING_YEAR: "Ende dieses Monats im Vorjahr",
}

_VALUES = {
    ValueKey.KOORDINATION: ("Koordinierungsstelle", Unit.EURO_PER_FTE_YEAR),
    ValueKey.VERWALTUNGSASSISTENZ: ("Verwaltungsassistenz", Unit.EURO_PER_HALF_POSITION_YEAR),
    ValueKey.CASE_MANAGEMENT: ("Case Management", Unit.EURO_PER_FTE_YEAR),
    ValueKey.BAUSTEIN_3: ("Stelle in Ausländer- oder Einbürgerungsbehörde", Unit.EURO_PER_FTE_YEAR),
    ValueKey.SACHAUSGABEN_KOORDINATION: ("Sachausgaben Koordinierung", Unit.EURO_PER_FTE_YEAR),
    ValueKey.SACHAUSGABEN_VERWALTUNGSASSISTENZ: (
        "Sachausgaben Verwaltungsassistenz", Unit.EURO_PER_HALF_POSITION_YEAR,
    ),
    ValueKey.BEGLEITAUSGABEN: ("Begleitausgaben", Unit.EURO_PER_YEAR_AT_MOST),
    ValueKey.EXTERNE_BEGLEITUNG: ("Externe Begleitung und Beratung", Unit.EURO_PER_YEAR_AT_MOST),
    ValueKey.HOECHSTZAHL_KOORDINATION_KREIS: ("Höchstzahl Koordinierungsstellen im Kreis", Unit.FTE),
    ValueKey.HOECHSTZAHL_KOORDINATION_KREISFREIE_STADT: (
        "Höchstzahl Koordinierungsstellen in der kreisfreien Stadt", Unit.FTE,
    ),
    ValueKey.HOECHSTZAHL_ZUSAETZLICHE_KOORDINATION: (
        "Höchstzahl zusätzlicher Koordinierungsstellen je Gemeinde", Unit.FTE,
    ),
    ValueKey.HOECHSTZAHL_VERWALTUNGSASSISTENZ: ("Höchstzahl Verwaltungsassistenz", Unit.FTE),
    ValueKey.MINDESTANTEIL_CASE_MANAGEMENT: ("Mindestanteil Case Management je Stelle", Unit.FTE),
    ValueKey.ANTRAGSFRIST: ("Antragsfrist", Unit.END_OF_MONTH_IN_PRECEDING_YEAR),
    ValueKey.FRIST_VERWENDUNGSNACHWEIS: ("Frist für den Verwendungsnachweis", Unit.MONTHS_AFTER_PERIOD),
}  # fmt: skip

_BAUSTEINE = {
    ValueKey.CASE_MANAGEMENT: Baustein.CASE_MANAGEMENT,
    ValueKey.MINDESTANTEIL_CASE_MANAGEMENT: Baustein.CASE_MANAGEMENT,
    ValueKey.BAUSTEIN_3: Baustein.AUSLAENDER_UND_EINBUERGERUNGSBEHOERDEN,
}

_STAFF = frozenset(
    {
        GrantPurpose.KOORDINATION,
        GrantPurpose.VERWALTUNGSASSISTENZ,
        GrantPurpose.CASE_MANAGEMENT,
        GrantPurpose.BAUSTEIN_3,
    }
)
