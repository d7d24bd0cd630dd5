"""Thirty planted histories: coverage names exactly the gaps, in the Kreis and in the Gemeinde.

Each says in words what happened and what must come out; nothing of the reckoning is repeated here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from kimhub.notices.public import NoticeDetails, Topics, add_topics, create_notice, send_notice
from kimhub.occurrences.public import OccurrenceKind
from tenants import Role, transaction
from tests.coverage.acts import (
    consulted,
    elsewhere,
    entered,
    happened,
    in_days,
    listed,
    state_of,
    taken_back,
    told,
    waived,
    withdrawn,
)

KREIS, GEMEINDE = "kreis", "gemeinde"
GAP = {"missing", "revocation"}
TO_BOTH = {"to_own": True, "to_gemeinden": True}
NO_LINE = None


@dataclass(frozen=True)
class History:
    """What happened `days` from today, what was done about it in order, and what each committee must show."""

    days: int
    kreis: str
    gemeinde: str | None
    acts: tuple[tuple[str, ...], ...] = ()
    kind: OccurrenceKind = OccurrenceKind.GRANT
    notice: dict[str, object] = field(default_factory=lambda: dict(TO_BOTH))
    for_gemeinde: bool = False


def _h(*said, **more):
    return History(*said, **more)


HISTORIES = (
    # nobody did anything
    _h(-400, "missing", "missing"),
    _h(-1, "missing", "missing"),
    _h(0, "missing", "missing"),
    # kinds that a Kreis does not show to all, and those that concern one Gemeinde
    _h(-30, "missing", NO_LINE, kind=OccurrenceKind.CONTRACT),
    _h(-30, "missing", "missing", kind=OccurrenceKind.ALLOCATION, for_gemeinde=True),
    _h(-30, "missing", "missing", kind=OccurrenceKind.POSITION_DECISION, for_gemeinde=True),
    # a notice: to both, to one of them, before and after, to kinds of committees
    _h(-30, "after", "after", (("notice",),)),
    _h(0, "before", "before", (("notice",),)),
    _h(10, "before", "before", (("notice",),)),
    _h(-30, "after", "missing", (("notice",),), notice={"to_own": True}),
    _h(-30, "missing", "after", (("notice",),), notice={"to_gemeinden": True}),
    _h(-30, "after", "after", (("notice",),), notice={**TO_BOTH, "committees": ["integrationsausschuss"]}),
    _h(-30, "missing", "missing", (("notice",),), notice={**TO_BOTH, "committees": ["rat", "kreistag"]}),
    # one that does not concern the Gemeinden until they are told of it
    _h(-30, "after", "after", (("notice",),), kind=OccurrenceKind.CONTRACT),
    # a draft tells nobody; it plans for one's own committees alone
    _h(-30, "planned", "missing", (("draft",),)),
    # taken back
    _h(-30, "missing", "missing", (("notice",), ("withdraw",))),
    _h(-30, "after", "after", (("notice",), ("withdraw",), ("notice",))),
    # a paper on the agenda of a meeting
    _h(-30, "after", "missing", (("paper", KREIS, "-10"),)),
    _h(-30, "missing", "after", (("paper", GEMEINDE, "-11"),)),
    _h(-30, "before", "missing", (("paper", KREIS, "-40"),)),
    _h(-30, "before", "missing", (("paper", KREIS, "-30"),)),
    _h(-30, "planned", "missing", (("paper", KREIS, "5"),)),
    _h(-30, "missing", "missing", (("cancelled", KREIS, "-9"),)),
    _h(-30, "before", "before", (("paper", KREIS, "-60"), ("paper", GEMEINDE, "-50"), ("notice",))),
    # not needed, with a reason
    _h(-30, "waived", "missing", (("waive", KREIS),)),
    _h(-30, "missing", "waived", (("waive", GEMEINDE),)),
    # revoked: before anybody heard, after, and told of that
    _h(-30, "lapsed", "lapsed", (("revoke",),)),
    _h(-30, "revocation", "lapsed", (("paper", KREIS, "-20"), ("revoke",))),
    _h(-30, "after", "after", (("paper", KREIS, "-21"), ("revoke",), ("notice",))),
    _h(
        -30, "planned", "revocation",
        (("paper", KREIS, "-22"), ("paper", GEMEINDE, "-22"), ("revoke",), ("paper", KREIS, "6")),
    ),
)  # fmt: skip


class _Planting:
    """Plays one history."""

    def __init__(self, site, ki, office, seats):
        self.site, self.bodies, self.seats = site, {KREIS: ki, GEMEINDE: office}, seats

    def play(self, history):
        ki, source = self.bodies[KREIS], uuid4()
        other = self.site.district.gemeinde.id if history.for_gemeinde else None
        occurrence = happened(ki, in_days(history.days), history.kind, source=source, other=other)
        notice = None
        for act, *more in history.acts:
            if act in ("notice", "draft"):
                notice = told(ki, occurrence, draft=act == "draft", **history.notice)
            elif act == "withdraw":
                withdrawn(ki, notice)
            elif act == "revoke":
                taken_back(ki, history.kind, source)
            elif act == "waive":
                waived(self.bodies[more[0]], self.seats[self.bodies[more[0]]], occurrence)
            else:
                who = self.bodies[more[0]]
                consulted(
                    who, self.seats[who], in_days(int(more[1])), occurrence, cancelled=act == "cancelled"
                )
        return occurrence


def test_thirty_histories_show_exactly_the_gaps_in_both_bodies(site, ki, office, seats):
    planting, planted = _Planting(site, ki, office, seats), {}
    for history in HISTORIES:
        planted[planting.play(history)] = history
    assert len(planted) == 30
    for occurrence, history in planted.items():
        assert state_of(ki, occurrence) == {"Ausschuss": history.kreis}, history
    assert listed(ki) == {occurrence: [history.kreis] for occurrence, history in planted.items()}
    assert listed(office) == {
        occurrence: [history.gemeinde] for occurrence, history in planted.items() if history.gemeinde
    }
    assert {*listed(ki, gap=True)} == {one for one, history in planted.items() if history.kreis in GAP}
    assert {*listed(office, gap=True)} == {one for one, history in planted.items() if history.gemeinde in GAP}


def test_the_kreis_sees_of_whom_it_has_told_and_nothing_of_their_papers(site, ki, office, seats):
    untold = happened(ki, in_days(-30))
    consulted(office, seats[office], in_days(-3), untold)
    by_notice = happened(ki, in_days(-20))
    told(ki, by_notice, **TO_BOTH)
    seen = elsewhere(ki)
    bodies = {body for _, body in seen}
    assert len(bodies) == 2
    assert {day for (one, _), day in seen.items() if one == untold} == {None}
    assert {day for (one, _), day in seen.items() if one == by_notice} == {in_days(0)}
    assert {one for one, _ in elsewhere(ki, untold=True)} == {untold}


def test_a_gemeinde_reads_kind_and_day_and_nothing_more(site, ki, office, seats):
    happened(ki, in_days(-30))
    with site.superuser.begin() as connection:
        columns = {
            row[0]
            for row in connection.exec_driver_sql(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'occurrence_line'"
            )
        }
    assert columns == {
        "tenant_id", "occurrence_id", "concerns_id", "created_at", "kind", "happened_on", "subject_id", "revoked_on",
        "elsewhere", "shared_with",
    }  # fmt: skip
    with site.superuser.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(subject_id) FROM occurrence_line").scalar() == 0


def test_one_notice_about_two_proceedings_tells_each_gemeinde_of_its_own(site, ki, office, seats):
    sibling = site.district.sibling
    site.settle("next", (sibling, Role.COMMITTEE_OFFICE))
    neighbour = site.actor("next", sibling, Role.COMMITTEE_OFFICE)
    entered(neighbour)
    kind = OccurrenceKind.ALLOCATION
    here = happened(ki, in_days(-9), kind, other=site.district.gemeinde.id)
    there = happened(ki, in_days(-9), kind, other=sibling.id)
    with transaction(ki):
        notice_id = create_notice(ki, NoticeDetails(subject="Verteilung", text="Text", **TO_BOTH)).id
        add_topics(ki, notice_id, Topics([here, there]))
        send_notice(ki, notice_id)
    assert listed(office) == {here: ["after"]}
    assert listed(neighbour) == {there: ["after"]}
    assert listed(ki) == {here: ["after"], there: ["after"]}
