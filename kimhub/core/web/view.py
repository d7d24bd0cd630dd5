"""What pages hand to the templates: small frozen values, so that a page cannot forget half of a pattern.

The five page patterns are drawn by the macros in ``templates/web/``; these are the shapes the macros take.
All texts are German as people read them; nothing here knows the database or a request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from markupsafe import Markup

from kimhub.core.formats import day
from kimhub.core.matters import Turn


class Tone(StrEnum):
    """What a state means for the reader; the colour and the symbol follow from it, never the colour alone."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True)
class NavigationEntry:
    """One entry of the main navigation; `current` marks the area the page belongs to.

    `groups` are the lists inside the area, given for the area one is in.
    """

    label: str
    url: str
    current: bool = False
    groups: Sequence[NavigationGroup] = ()


@dataclass(frozen=True)
class NavigationGroup:
    """Lists of an area that belong together; without a `label` they stand under the area itself."""

    label: str
    entries: Sequence[NavigationEntry]


@dataclass(frozen=True)
class Frame:
    """Everything around a page: whose portal it is, who is signed in, where one can go.

    `tenant_kind` is the German word („Kreis“, „kreisfreie Stadt“, „Gemeinde“, „Bezirksregierung“). `person` is what the
    account is called on screen (a role, not necessarily a name). Addresses that are None are not offered.
    """

    tenant_name: str | None = None
    tenant_kind: str | None = None
    home_url: str = "/"
    navigation: Sequence[NavigationEntry] = ()
    person: str | None = None
    account_url: str | None = None
    sign_out_url: str | None = None
    sign_in_url: str | None = None
    switch_url: str | None = None
    inbox_url: str | None = None
    inbox_count: int | str = 0
    """As it is shown: „99+“ where nobody has counted further."""
    search_url: str | None = None
    accessibility_url: str = "/barrierefreiheit"
    feedback_url: str = "/feedback"
    imprint_url: str = "/impressum"
    privacy_url: str = "/datenschutz"


@dataclass(frozen=True)
class Crumb:
    """One step of the breadcrumb; the page itself comes last and has no address."""

    label: str
    url: str | None = None


@dataclass(frozen=True)
class Badge:
    """A state in one word or two, e.g. „Rückfrage“."""

    label: str
    tone: Tone = Tone.INFO


@dataclass(frozen=True)
class Action:
    """A button that leads to another page; the filled one (`variant` primary) is the next step."""

    label: str
    url: str
    variant: str = "primary"
    symbol: str | None = None


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what belongs here, and how to begin."""

    title: str
    text: str
    action: Action | None = None


@dataclass(frozen=True)
class Tile:
    """A number that matters on a desk, with what it means and where it comes from."""

    label: str
    value: str
    note: str | None = None
    url: str | None = None
    unverified: bool = False


_NEAR = 14
"""Days before a day is called near."""
_MONTH, _YEAR = 30, 365


def _long(days: int) -> str:
    """Return how long something is past, as roughly as people say it."""
    if days == 1:
        return "gestern"
    if days < 2 * _MONTH:
        return f"{days} Tagen"
    if days < 2 * _YEAR:
        return f"{days // _MONTH} Monaten"
    return f"{days // _YEAR} Jahren"


def _ahead(days: int) -> str:
    """Return how far a day is that is near; empty for one that is not."""
    return "" if days > _NEAR else {0: "heute", 1: "morgen"}.get(days, f"in {days} Tagen")


@dataclass(frozen=True)
class Todo:
    """A thing to do: what, whom it concerns, until when, and its one next step.

    `url` is the file, `step_url` where the step is taken, if that is another page. `owed` stays urgent however old it
    is, whether or not a day is set (repayment, proof, answer). `since` tells how long it has been waiting. `later` is
    the day to which it is put, `aside` says why, `also` is a second way on.
    """

    title: str
    url: str
    step: str
    turn: Turn = Turn.OWN
    whom: str | None = None
    detail: str | None = None
    due: date | None = None
    since: date | None = None
    owed: bool = False
    unverified: bool = False
    step_url: str | None = None
    later: date | None = None
    aside: str | None = None
    also: Action | None = None

    def is_late(self, today: date) -> bool:
        """Return whether its day has passed, or it is owed at once, by whoever looks at it."""
        return self.turn is Turn.OWN and (self.owed or (self.due is not None and self.due < today))

    def when(self, today: date) -> tuple[str, str]:
        """Return its day as one reads it, and how far that is: („bis 31.10.2026“, „seit 30 Tagen überfällig“)."""
        if self.turn is Turn.LATER and (wanted := self.later or self.due):
            return f"am {day(wanted)}", _ahead((wanted - today).days)
        if self.due is None or self.turn is not Turn.OWN:
            waits = (today - self.since).days if self.since else 0
            late = f"seit {_long(waits)} offen" if waits > 0 else "sofort"
            return (f"seit {day(self.since)}" if self.since else "", late if self.is_late(today) else "")
        days = (self.due - today).days
        return f"bis {day(self.due)}", f"seit {_long(-days)} überfällig" if days < 0 else _ahead(days)


@dataclass(frozen=True)
class Fact:
    """One line of a description list. `unverified` marks a value nobody has checked yet („ungeprüft“)."""

    label: str
    value: str | Markup
    unverified: bool = False
    change_url: str | None = None


@dataclass(frozen=True)
class Contact:
    """Whom to turn to at the other side of a file: an office, never a person.

    `where` is „beim Kreis Unna“; `email` and `phone` are empty where there is none.
    """

    where: str
    office: str
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Section:
    """A titled group of facts on a check page; `change_url` leads back to the form where they were typed."""

    title: str
    facts: Sequence[Fact]
    change_url: str | None = None


@dataclass(frozen=True)
class Document:
    """A file to download: kind as people say it („PDF“), size in bytes."""

    name: str
    url: str
    kind: str
    size: int
    added: datetime | None = None
    note: str | None = None


@dataclass(frozen=True)
class TimelineEntry:
    """One entry of a proceeding: what was done, by which side, when; `internal` is seen by one's own side only.

    `own` tells whether the reader's side wrote it. `state` is the state the file had from then on.
    """

    title: str
    by: str
    at: datetime
    own: bool
    note: str | None = None
    internal: bool = False
    state: Badge | None = None
    documents: Sequence[Document] = ()
    url: str | None = None


@dataclass(frozen=True)
class Progress:
    """How far long work has come: `done` of `total` units (`unit`: „Zeilen“, „Abschnitte“); total None = not known.

    `afterwards` says where the result is for whoever has left the page.
    """

    title: str
    stage: str
    url: str
    reload_url: str
    finished: bool = False
    failed: bool = False
    done: int | None = None
    total: int | None = None
    unit: str = "Schritte"
    result_url: str | None = None
    result_label: str = "Ergebnis öffnen"
    afterwards: str = "Das Ergebnis liegt dann in Ihrem Posteingang."
    problem: str | None = None


@dataclass(frozen=True)
class Column:
    """A column of a table of figures; lists have `kimhub.core.web.tables.ListColumn`."""

    label: str
    numeric: bool = False
    hidden_label: bool = False


@dataclass(frozen=True)
class Count:
    """How many rows there are; `capped` means „more than“ (an exact count is not worth its time, ADR 19)."""

    value: int
    capped: bool = False
    one: str = "Eintrag"
    many: str = "Einträge"

    def __str__(self) -> str:
        """Return e.g. „1 Antrag“, „1.284 Anträge“, „mehr als 1.000 Anträge“."""
        number = f"{self.value:,}".replace(",", ".")
        words = f"{number} {self.one if self.value == 1 else self.many}"
        return f"mehr als {words}" if self.capped else words


@dataclass(frozen=True)
class Chip:
    """A filter that is set, with the address that removes it."""

    label: str
    remove_url: str
