"""Saying for which committees a notice is: before it is sent and when it is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kimhub.committees.public import CommitteeKind
from kimhub.core.web.view import Fact
from kimhub.notices.queries import Addressed, NoticeFile

ALL = "alle Mitglieder aller Gremien"


def kinds_in_words(kinds: Iterable[str]) -> str:
    """Return the kinds in the order in which they are offered."""
    wanted = {*kinds}
    return ", ".join(kind.label for kind in CommitteeKind if kind.value in wanted) or ALL


def committee_facts(file: NoticeFile, recipients: Sequence[Addressed]) -> list[Fact]:
    """Return whom a draft is for: the kinds, the committees of each body, and where none of them is entered."""
    kinds = file.notice.committees
    facts = [Fact("Gremien", kinds_in_words(kinds))]
    if not kinds:
        return facts
    known = [f"{one.body}: {', '.join(one.committees)}" for one in recipients if one.committees]
    without = [one.body for one in recipients if not one.committees]
    if known:
        facts.append(Fact("Dort eingetragen", "; ".join(known)))
    if without:
        facts.append(
            Fact(
                "Dort nicht eingetragen",
                f"{', '.join(without)}. Unterrichtet werden alle Mitglieder der Gremien.",
            )
        )
    return facts


def passage_facts(recipients: Sequence[Addressed]) -> list[Fact]:
    """Return what each Gemeinde would read besides, so that the author sees it before it goes out."""
    return [Fact(one.body, one.passage) for one in recipients if one.passage]
