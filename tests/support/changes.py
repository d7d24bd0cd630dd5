"""How a thing is made ready for each change that the API offers, and what is said: the race test sends it many times.

A new operation below an address with an id needs a line here; the test says so. `ready` makes a thing of its own, in
the state in which the change is possible, and returns what stands in the address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from kimhub.applications.usecases.change_application import put_away_application
from kimhub.committees.terms import CommitteeKind, RuleKind, SeatRole
from kimhub.committees.usecases.committees import (
    Naming,
    NewCommittee,
    Ruling,
    create_committee,
    join_participant,
    name_committee,
    set_rule,
)
from kimhub.committees.usecases.seats import NewSeat, fill_seat
from kimhub.core import clock
from kimhub.core.documents import UploadedFile
from kimhub.core.events.models import Event
from kimhub.coverage.usecases.papers import NewPaperTopic, relate_paper
from kimhub.coverage.usecases.waivers import NewWaiver, waive_telling
from kimhub.deputies.public import Deputation
from kimhub.desk.usecases.put_off import Line, PutOffLine, put_off
from kimhub.distributions.public import create_distribution
from kimhub.distributions.usecases.allocate_distribution import DraftAllocations, draft_allocations
from kimhub.drawdowns.public import ExpectPayment, expect_payment
from kimhub.followups.models import FollowUpKind
from kimhub.followups.usecases.follow_ups import NewFollowUp, end_follow_up, write_follow_up
from kimhub.funding.public import OrganizationDetails, OrganizationKind, add_organization
from kimhub.funding.usecases.answer_allocation import object_to_allocation
from kimhub.funding.usecases.enter_grant import enter_amendment
from kimhub.funding.usecases.organizations import archive_organization
from kimhub.identity.public import AddMembership, Handover, add_membership
from kimhub.inbox.models import Receipt
from kimhub.inbox.usecases.receive_events import receive_events
from kimhub.measures.public import (
    MeasureOrigin,
    MeasureStepDetails,
    NewMeasure,
    decide_measure,
    propose_measure,
)
from kimhub.meetings.public import (
    AgendaEntry,
    NewMeeting,
    PaperDetails,
    PaperKind,
    cancel_meeting,
    enter_meeting,
    enter_paper,
    put_on_agenda,
)
from kimhub.notices.public import NoticeDetails, create_notice, send_notice
from kimhub.occurrences.public import Happened, OccurrenceKind, record
from kimhub.offices.public import NewOffice, add_office, offices_of
from kimhub.offices.usecases.offices import remove_office
from kimhub.planning.public import create_plan
from kimhub.planning.usecases.archive_plan import archive_plan
from kimhub.programme.days.periods import TimeUnit
from kimhub.programme.public import Cell, GrantPurpose, distribution_from_json, plan_from_toml, plan_to_json
from kimhub.releases.public import Readers, release_plan
from kimhub.spending.usecases.upload_import import upload_import
from tenants import Actor, Role, transaction
from tenants.proceedings import Step
from tests.applications.conftest import make_draft, make_plan, make_submitted, write
from tests.distributions.conftest import TWO
from tests.factories import drawdowns
from tests.factories.ledger import bescheid, confirmed, drafted, euro, granted, issued
from tests.factories.requests import draft, step, submitted
from tests.factories.tenants import District
from tests.spending.files import GOOD, changed, csv_file
from tests.support.jobs import do_jobs
from tests.support.samples import KOELN

Made = Mapping[str, Any]


@dataclass
class Site:
    """Who makes the changes, and the money that some of them need."""

    district: District
    numbers: Iterator[int] = field(default_factory=count)
    _kept: dict[str, Any] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        """Return somebody of that tenant who may do everything."""
        actor: Actor = getattr(self.district, who).actor(*Role)
        return actor

    @property
    def kreis(self) -> Actor:
        return self.actor("kreis")

    @property
    def gemeinde(self) -> Actor:
        return self.actor("gemeinde")

    @property
    def stadt(self) -> Actor:
        return self.actor("stadt")

    @property
    def fund(self) -> UUID:
        """Much money of the Kreis for case management in 2026."""
        if "fund" not in self._kept:
            self._kept["fund"] = granted(self.kreis, euro(9_000_000))
        return self._kept["fund"]

    @property
    def grant(self) -> UUID:
        """Money of the kreisfreie Stadt that may be drawn."""
        if "grant" not in self._kept:
            self._kept["grant"] = drawdowns.granted(self.stadt)
        return self._kept["grant"]

    def bescheid(self, *, recorded: bool) -> tuple[UUID, dict[str, Any]]:
        """Return a grant of the Kreis for a year of its own, and what its Bescheid says over the API."""
        year = 2030 + next(self.numbers)
        period = {"period_from": date(year, 1, 1), "period_to": date(year, 12, 31)}
        cell = Cell.of(year, GrantPurpose.KOORDINATION)
        grant_id = granted(self.kreis, euro(100, cell), recorded=recorded, **period)
        return grant_id, {
            "aktenzeichen": "36", "issued_on": "2026-02-01", "received_on": "2026-02-04", "reason": "Neu",
            "period_from": f"{year}-01-01", "period_to": f"{year}-12-31",
            "items": [{"year": year, "purpose": "koordination", "amount": "50.00"}],
        }  # fmt: skip


@dataclass(frozen=True)
class Change:
    """Who changes what, and the words of the n-th who does."""

    who: str
    ready: Callable[[Site], Made]
    says: Callable[[int, Made], object] | None = None
    """Gets the number of the contender and what `ready` has returned."""


def said(**words: object) -> Callable[[int, Made], object]:
    return lambda _n, _made: words


def _plan(site: Site) -> Made:
    plan = plan_from_toml(KOELN.read_bytes())
    with transaction(site.kreis):
        return {"plan_id": create_plan(site.kreis, plan).id, "plan": plan_to_json(plan)}


def _organization(site: Site) -> Made:
    details = OrganizationDetails(name=f"Muster {uuid4()}", kind=OrganizationKind.TRAEGER)
    with transaction(site.kreis):
        return {"organization_id": add_organization(site.kreis, details).id}


def _distribution(site: Site) -> Made:
    fund = site.fund
    with transaction(site.kreis):
        stored = create_distribution(site.kreis, fund, distribution_from_json(TWO))
        return {"distribution_id": stored.id}


def _distribution_with_drafts(site: Site) -> Made:
    made = _distribution(site)
    command = DraftAllocations(
        distribution_id=made["distribution_id"], expected_version=1, issued_on=date(2026, 3, 1)
    )
    with transaction(site.kreis):
        draft_allocations(site.kreis, command)
    return made


def _grant(*, recorded: bool, amended: bool = False) -> Callable[[Site], Made]:
    def ready(site: Site) -> Made:
        grant_id, words = site.bescheid(recorded=recorded)
        if amended:
            year = words["items"][0]["year"]
            with transaction(site.kreis):
                enter_amendment(
                    site.kreis,
                    grant_id,
                    bescheid(
                        euro(70, Cell.of(year, GrantPurpose.KOORDINATION)),
                        period_from=date(year, 1, 1),
                        period_to=date(year, 12, 31),
                    ),
                )
        return {"grant_id": grant_id, "number": 2 if amended else 1, "bescheid": words}

    return ready


def _bescheid(n: int, made: Made) -> object:
    return {**made["bescheid"], "aktenzeichen": f"36-{n}"}


def _allocation(make: Callable[[Site], UUID]) -> Callable[[Site], Made]:
    return lambda site: {"allocation_id": make(site)}


_drafted = _allocation(lambda site: drafted(site.kreis, site.fund, site.gemeinde.tenant_id, euro(10)))
_issued = _allocation(lambda site: issued(site.kreis, site.fund, site.gemeinde.tenant_id, euro(10)))
_confirmed = _allocation(lambda site: confirmed(site.kreis, site.gemeinde, site.fund, euro(10)))


def _objected(site: Site) -> Made:
    made = _issued(site)
    with transaction(site.gemeinde):
        object_to_allocation(site.gemeinde, Step(made["allocation_id"], note="Zu wenig"))
    return made


def _terms(n: int, _made: Made) -> dict[str, object]:
    return {
        "issued_on": "2026-03-01", "period_from": "2026-01-01", "period_to": "2026-12-31",
        "items": [{"year": 2026, "purpose": "case_management", "amount": f"{n + 1}.00"}],
    }  # fmt: skip


def _request(*steps: tuple[str, str]) -> Callable[[Site], Made]:
    """A request after these steps of Gemeinde or Kreis."""

    def ready(site: Site) -> Made:
        request_id = draft(site.gemeinde) if not steps else submitted(site.gemeinde)
        for who, action in steps[1:]:
            step(site.actor(who), request_id, action, "Weil.")
        return {"request_id": request_id}

    return ready


_asked = _request(("gemeinde", "submit"), ("kreis", "ask"))
_submitted = _request(("gemeinde", "submit"))


def _call(site: Site) -> Made:
    return {"drawdown_id": drawdowns.called(site.stadt, site.grant, "100")}


def _receipt(site: Site) -> Made:
    made = _call(site)
    return {**made, "receipt_id": drawdowns.received(site.stadt, made["drawdown_id"], "100")}


def _payment(site: Site) -> Made:
    command = ExpectPayment(
        grant_id=site.grant, year=2021, baustein=drawdowns.B1, due_on=date(2098, 1, 31), text="Miete",
        amount=drawdowns.amount("99"),
    )  # fmt: skip
    with transaction(site.stadt):
        return {"payment_id": expect_payment(site.stadt, command).id}


def _expenditure(site: Site) -> Made:
    receipt = f"R-{next(site.numbers)}"
    return {"expenditure_id": drawdowns.booked(site.stadt, "10", date(2021, 6, 1), receipt)}


def _import(site: Site) -> Made:
    content = csv_file(changed(GOOD, Belegnummer=f"RE-{next(site.numbers)}"))
    with transaction(site.stadt):
        taken = upload_import(site.stadt, UploadedFile("b.csv", content))
    do_jobs(site.stadt)
    return {"import_id": taken.id}


def _application(site: Site) -> Made:
    application_id = make_draft(site.stadt, make_plan(site.stadt))
    write(site.stadt, application_id)
    return {"application_id": application_id}


def _sent_application(site: Site) -> Made:
    return {"application_id": make_submitted(site.stadt)}


def _details(n: int, _made: Made) -> object:
    return {"title": f"KIM {n}", "starts_on": "2021-05-01", "ends_on": "2022-12-31"}


def _shelved(
    make: Callable[[Site], Made], put_away: Callable[[Site, Made], object]
) -> Callable[[Site], Made]:
    """Something that was put away."""

    def ready(site: Site) -> Made:
        made = make(site)
        put_away(site, made)
        return made

    return ready


def _put_plan_away(site: Site, made: Made) -> None:
    with transaction(site.kreis):
        archive_plan(site.kreis, made["plan_id"])


def _put_entry_away(site: Site, made: Made) -> None:
    with transaction(site.kreis):
        archive_organization(site.kreis, made["organization_id"])


def _put_draft_away(site: Site, made: Made) -> None:
    with transaction(site.stadt):
        put_away_application(site.stadt, made["application_id"])


_NOTE = said(note="Weil.")
_REASON = said(reason="Weil.")
_DAY = said(happened_on="2021-03-03", note="Weil.")
_TODAY = said(happened_on=str(clock.today()), note="Weil.")


def _received(site: Site) -> Made:
    """A question to the Gemeinde's request, told to its machines."""
    request_id = submitted(site.gemeinde)
    step(site.kreis, request_id, "ask", "Weil.")
    with transaction(site.gemeinde) as session:
        receive_events(site.gemeinde)
        newest = session.scalars(
            select(Receipt.id).join(Event, Event.id == Receipt.id).where(Event.subject_id == request_id)
        )
        return {"event_id": newest.one()}


def _office(site: Site) -> Made:
    """The office of the Gemeinde's only role that may have one; the one before is removed."""
    actor = site.gemeinde
    with transaction(actor) as session:
        for office in offices_of(session, actor.tenant_id).values():
            remove_office(actor, office.id)
    with transaction(actor):
        return {"office_id": add_office(actor, NewOffice(role=Role.OFFICER, name="Amt", phone="02222 1")).id}


def _deputation(site: Site) -> Made:
    actor, people = site.gemeinde, []
    with transaction(actor) as session:
        for _ in range(2):
            invited = AddMembership(f"{uuid4()}@kim.example", "Muster", Role.OFFICER, Handover.PASSWORD)
            people.append(add_membership(actor, invited).membership.account_id)
        made = Deputation(
            tenant_id=actor.tenant_id, id=uuid4(), account_id=people[0], account_name="A", deputy_id=people[1],
            deputy_name="B", starts_on=date(2026, 1, 1), ends_on=date(2099, 1, 1),
        )  # fmt: skip
        session.add(made)
        return {"deputation_id": made.id}


def _notice(*, sent: bool) -> Callable[[Site], Made]:
    """A notice of the Kreis to its Gemeinden."""

    def ready(site: Site) -> Made:
        with transaction(site.kreis):
            notice = create_notice(site.kreis, NoticeDetails(subject="KIM", text="Text", to_gemeinden=True))
            if sent:
                send_notice(site.kreis, notice.id)
            return {"notice_id": notice.id}

    return ready


def _happened(site: Site) -> UUID:
    """Return something that happened in the Kreis."""
    thing = uuid4()
    what = Happened(
        kind=OccurrenceKind.GRANT, source_id=thing, subject_id=thing, about="Bescheid", on=date(2026, 1, 1)
    )
    with transaction(site.kreis):
        found = record(site.kreis, what)
        assert found is not None
        return found


def _notice_about(site: Site) -> Made:
    """A draft, and something that it can be about."""
    return {**_notice(sent=False)(site), "occurrence": str(_happened(site))}


def _waiver(site: Site) -> Made:
    occurrence = _happened(site)
    with transaction(site.kreis):
        named = NewCommittee(
            kind=CommitteeKind.INTEGRATIONSAUSSCHUSS, name="Ausschuss", since=date(2020, 11, 1)
        )
        committee_id = create_committee(site.kreis, named).id
        command = NewWaiver(occurrence_id=occurrence, committee_id=committee_id, reason="Schon behandelt")
        return {"waiver_id": waive_telling(site.kreis, command).id}


def _paper_topic(site: Site) -> Made:
    occurrence = _happened(site)
    with transaction(site.kreis):
        paper = enter_paper(site.kreis, PaperDetails(title="Sachstand", kind=PaperKind.INFORMATION))
        topic = relate_paper(site.kreis, NewPaperTopic(occurrence_id=occurrence, paper_id=paper.id))
        return {"topic_id": topic.id}


def _committee(site: Site) -> Made:
    """A committee of the Kreis that was renamed, has a period, and is carried together with a Stadt."""
    actor, partner = site.kreis, site.district.stadt.slug
    with transaction(actor):
        named = NewCommittee(kind=CommitteeKind.AUSSCHUSS, name="Ausschuss", since=date(2020, 11, 1))
        committee_id = create_committee(actor, named).id
        named = Naming(
            kind=CommitteeKind.AUSSCHUSS, name="Ausschuss für Integration", since=date(2025, 11, 1)
        )
        name_committee(actor, committee_id, named)
        ruled = Ruling(kind=RuleKind.PAPERS, amount=12, unit=TimeUnit.DAY, source="§ 2 GeschO")
        set_rule(actor, committee_id, ruled)
        join_participant(actor, committee_id, partner)
    return {
        "committee_id": committee_id, "name_since": "2025-11-01", "rule_kind": "papers", "participant": partner,
    }  # fmt: skip


def _partner(site: Site) -> Made:
    return {**_committee(site), "participant": site.district.gemeinde.slug}


def _seat(site: Site) -> Made:
    made = _committee(site)
    with transaction(site.kreis):
        seat = NewSeat(role=SeatRole.ADVISORY, since=date(2026, 1, 1), organization="Jobcenter")
        return {"seat_id": fill_seat(site.kreis, made["committee_id"], seat).id}


def _measure(*, decided: bool) -> Callable[[Site], Made]:
    """What the Lenkungsgruppe of the Kreis is to do."""

    def ready(site: Site) -> Made:
        actor = site.kreis
        with transaction(actor):
            group = NewCommittee(
                kind=CommitteeKind.LENKUNGSGRUPPE, name="Lenkungsgruppe", since=date(2021, 5, 1)
            )
            committee_id = create_committee(actor, group).id
            proposed = NewMeasure(
                committee_id=committee_id, title="Wegweiser", responsible="KI", origin=MeasureOrigin.REPORT
            )
            measure_id = propose_measure(actor, proposed).id
            if decided:
                decide_measure(actor, measure_id, MeasureStepDetails(happened_on=date(2026, 3, 12)))
        return {"measure_id": measure_id}

    return ready


def _meeting(*, cancelled: bool = False) -> Callable[[Site], Made]:
    def ready(site: Site) -> Made:
        made = _committee(site)
        with transaction(site.kreis):
            command = NewMeeting(committee_id=made["committee_id"], day=clock.today())
            meeting_id = enter_meeting(site.kreis, command).id
            if cancelled:
                cancel_meeting(site.kreis, meeting_id)
        return {"meeting_id": meeting_id}

    return ready


def _paper(site: Site) -> Made:
    with transaction(site.kreis):
        return {"paper_id": enter_paper(site.kreis, PaperDetails(title="KIM", kind=PaperKind.DECISION)).id}


def _paper_and_meeting(site: Site) -> Made:
    return {**_paper(site), **_meeting()(site)}


def _consultation(site: Site) -> Made:
    made = _paper_and_meeting(site)
    with transaction(site.kreis):
        entry = AgendaEntry(item="1", paper_id=made["paper_id"])
        made["consultation_id"] = put_on_agenda(site.kreis, made["meeting_id"], entry).id
    return made


def _follow_up(*, ended: bool = False) -> Callable[[Site], Made]:
    """One that the machines of the Gemeinde read, too."""

    def ready(site: Site) -> Made:
        actor = site.gemeinde
        with transaction(actor):
            made = write_follow_up(
                actor,
                NewFollowUp(
                    kind=FollowUpKind.REMINDER, title="Beschluss", due_on=clock.today(), role=Role.OFFICER
                ),
            )
        if ended:
            with transaction(actor):
                end_follow_up(actor, made.id)
        return {"follow_up_id": made.id}

    return ready


def _deferral(site: Site) -> Made:
    """A file that was put off."""
    line = Line(source="spending.files", kind="ready", subject_id=_import(site)["import_id"])
    with transaction(site.stadt):
        command = PutOffLine(line=line, until=clock.today() + timedelta(days=30))
        return {"deferral_id": put_off(site.stadt, command).id}


def _release(site: Site) -> Made:
    """The figures of a plan that the Kreis has released to its Gemeinden."""
    plan_id = make_plan(site.kreis)
    with transaction(site.kreis):
        return {"release_id": release_plan(site.kreis, plan_id, Readers(to_gemeinden=True)).id}


CHANGES: dict[str, Change] = {
    "PUT /committees/{committee_id}": Change("kreis", _committee, lambda n, _: {"task": f"Aufgabe {n}"}),
    "DELETE /committees/{committee_id}": Change("kreis", _committee),
    "PUT /committees/{committee_id}/names/{name_since}": Change(
        "kreis", _committee, lambda n, _: {"kind": "integrationsausschuss", "name": f"Ausschuss {n}"}
    ),
    "DELETE /committees/{committee_id}/names/{name_since}": Change("kreis", _committee),
    "PUT /committees/{committee_id}/rules/{rule_kind}": Change(
        "kreis", _committee, lambda n, _: {"amount": n + 1, "unit": "week", "source": "§ 3 GeschO"}
    ),
    "DELETE /committees/{committee_id}/rules/{rule_kind}": Change("kreis", _committee),
    "PUT /committees/{committee_id}/participants/{participant}": Change("kreis", _partner),
    "DELETE /committees/{committee_id}/participants/{participant}": Change("kreis", _committee),
    "PUT /seats/{seat_id}": Change(
        "kreis",
        _seat,
        lambda n, _: {"role": "member", "organization": f"Jobcenter {n}", "since": "2026-01-01"},
    ),
    "DELETE /seats/{seat_id}": Change("kreis", _seat),
    "PUT /measures/{measure_id}": Change(
        "kreis",
        _measure(decided=True),
        lambda n, _: {"title": f"Wegweiser {n}", "responsible": "KI", "origin": "report"},
    ),
    "DELETE /measures/{measure_id}": Change("kreis", _measure(decided=False)),
    "POST /measures/{measure_id}/decide": Change("kreis", _measure(decided=False), _DAY),
    "POST /measures/{measure_id}/begin": Change("kreis", _measure(decided=True), _TODAY),
    "POST /measures/{measure_id}/finish": Change("kreis", _measure(decided=True), _TODAY),
    "POST /measures/{measure_id}/drop": Change("kreis", _measure(decided=True), _TODAY),
    "PUT /meetings/{meeting_id}": Change(
        "kreis", _meeting(), lambda n, _: {"day": str(clock.today() + timedelta(days=n + 1))}
    ),
    "DELETE /meetings/{meeting_id}": Change("kreis", _meeting()),
    "POST /meetings/{meeting_id}/cancel": Change("kreis", _meeting(), lambda n, _: {"reason": f"Grund {n}"}),
    "POST /meetings/{meeting_id}/restore": Change("kreis", _meeting(cancelled=True)),
    "PUT /papers/{paper_id}": Change(
        "kreis", _paper, lambda n, _: {"title": f"Vorlage {n}", "kind": "information"}
    ),
    "DELETE /papers/{paper_id}": Change("kreis", _paper),
    "POST /papers/{paper_id}/consultations": Change(
        "kreis", _paper_and_meeting, lambda n, made: {"item": str(n), "meeting_id": str(made["meeting_id"])}
    ),
    "PUT /papers/{paper_id}/consultations/{consultation_id}": Change(
        "kreis", _consultation, lambda n, _: {"item": f"5.{n}"}
    ),
    "DELETE /papers/{paper_id}/consultations/{consultation_id}": Change("kreis", _consultation),
    "PUT /follow-ups/{follow_up_id}": Change(
        "gemeinde",
        _follow_up(),
        lambda n, _: {
            "kind": "promise",
            "title": f"KIM {n}",
            "due_on": str(clock.today() + timedelta(days=n)),
        },
    ),
    "POST /follow-ups/{follow_up_id}/end": Change("gemeinde", _follow_up()),
    "POST /follow-ups/{follow_up_id}/take-up": Change("gemeinde", _follow_up(ended=True)),
    "POST /deferrals/{deferral_id}/change": Change(
        "stadt", _deferral, lambda n, _: {"until": str(clock.today() + timedelta(days=n + 1))}
    ),
    "POST /deferrals/{deferral_id}/end": Change("stadt", _deferral),
    "PUT /offices/{office_id}": Change(
        "gemeinde", _office, lambda n, _: {"name": f"Amt {n}", "phone": "02222 1"}
    ),
    "DELETE /offices/{office_id}": Change("gemeinde", _office),
    "POST /deputations/{deputation_id}/end": Change("gemeinde", _deputation),
    "PUT /notices/{notice_id}": Change(
        "kreis", _notice(sent=False), lambda n, _: {"subject": f"KIM {n}", "text": "Text", "to_own": True}
    ),
    "POST /notices/{notice_id}/topics": Change(
        "kreis", _notice_about, lambda _, made: {"occurrences": [made["occurrence"]]}
    ),
    "DELETE /coverage-waivers/{waiver_id}": Change("kreis", _waiver),
    "DELETE /paper-topics/{topic_id}": Change("kreis", _paper_topic),
    "DELETE /notices/{notice_id}": Change("kreis", _notice(sent=False)),
    "POST /notices/{notice_id}/send": Change("kreis", _notice(sent=False)),
    "POST /notices/{notice_id}/withdraw": Change("kreis", _notice(sent=True), _REASON),
    "POST /releases/{release_id}/withdraw": Change("kreis", _release, _REASON),
    "POST /inbox/{event_id}/take-over": Change("gemeinde", _received),
    "PUT /plans/{plan_id}": Change(
        "kreis",
        _plan,
        lambda n, made: {**made["plan"], "title": f"Plan {n}"},
    ),
    "POST /plans/{plan_id}/archive": Change("kreis", _plan),
    "POST /plans/{plan_id}/take-up": Change("kreis", _shelved(_plan, _put_plan_away)),
    "PUT /organizations/{organization_id}": Change(
        "kreis", _organization, lambda n, made: {"name": f"{made['organization_id']} {n}", "kind": "traeger"}
    ),
    "POST /organizations/{organization_id}/archive": Change("kreis", _organization),
    "POST /organizations/{organization_id}/take-up": Change(
        "kreis", _shelved(_organization, _put_entry_away)
    ),
    "POST /distributions/{distribution_id}/drafts": Change(
        "kreis", _distribution, said(issued_on="2026-03-01")
    ),
    "POST /distributions/{distribution_id}/issue": Change("kreis", _distribution_with_drafts),
    "POST /grants/{grant_id}/versions": Change("kreis", _grant(recorded=True), _bescheid),
    "PUT /grants/{grant_id}/versions/{number}": Change("kreis", _grant(recorded=False), _bescheid),
    "DELETE /grants/{grant_id}/versions/{number}": Change("kreis", _grant(recorded=True, amended=True)),
    "POST /grants/{grant_id}/versions/{number}/record": Change("kreis", _grant(recorded=False)),
    "PUT /grants/{grant_id}/versions/{number}/finality": Change(
        "kreis", _grant(recorded=True), lambda n, _: {"final_on": f"2026-03-0{n + 1}"}
    ),
    "PUT /allocations/{allocation_id}": Change(
        "kreis", _drafted, lambda n, made: {**_terms(n, made), "title": f"Titel {n}"}
    ),
    "DELETE /allocations/{allocation_id}": Change("kreis", _drafted),
    "POST /allocations/{allocation_id}/issue": Change("kreis", _drafted),
    "POST /allocations/{allocation_id}/amend": Change(
        "kreis", _confirmed, lambda n, made: {**_terms(n, made), "reason": "Neu"}
    ),
    "POST /allocations/{allocation_id}/end": Change(
        "kreis", _confirmed, said(issued_on="2026-04-01", reason="Vorbei")
    ),
    "POST /allocations/{allocation_id}/confirm": Change("gemeinde", _issued, _NOTE),
    "POST /allocations/{allocation_id}/object": Change("gemeinde", _issued, _NOTE),
    "POST /allocations/{allocation_id}/waive": Change("gemeinde", _issued, _NOTE),
    "POST /allocations/{allocation_id}/uphold": Change("kreis", _objected, _NOTE),
    "DELETE /position-requests/{request_id}": Change("gemeinde", _request()),
    "POST /position-requests/{request_id}/submit": Change("gemeinde", _request(), _NOTE),
    "POST /position-requests/{request_id}/withdraw": Change("gemeinde", _submitted, _NOTE),
    "POST /position-requests/{request_id}/ask": Change("kreis", _submitted, _NOTE),
    "POST /position-requests/{request_id}/answer": Change("gemeinde", _asked, _NOTE),
    "POST /position-requests/{request_id}/endorse": Change("kreis", _submitted, _NOTE),
    "POST /position-requests/{request_id}/reject": Change("kreis", _submitted, _NOTE),
    "POST /drawdowns/{drawdown_id}/receipts": Change(
        "stadt", _call, said(amount="10.00", received_on="2021-07-12")
    ),
    "POST /drawdowns/{drawdown_id}/cancel": Change("stadt", _call, _REASON),
    "POST /drawdowns/{drawdown_id}/receipts/{receipt_id}/reverse": Change("stadt", _receipt, _REASON),
    "DELETE /drawdowns/payments/{payment_id}": Change("stadt", _payment),
    "POST /expenditures/{expenditure_id}/reverse": Change("stadt", _expenditure, _REASON),
    "POST /expenditure-imports/{import_id}/book": Change("stadt", _import),
    "POST /expenditure-imports/{import_id}/discard": Change("stadt", _import),
    "PUT /applications/{application_id}": Change("stadt", _application, _details),
    "POST /applications/{application_id}/submit": Change(
        "stadt", _application, said(submitted_on="2021-03-01")
    ),
    "POST /applications/{application_id}/archive": Change("stadt", _application),
    "POST /applications/{application_id}/take-up": Change("stadt", _shelved(_application, _put_draft_away)),
    "POST /applications/{application_id}/correction": Change("stadt", _sent_application),
    "POST /applications/{application_id}/receipt": Change("stadt", _sent_application, _DAY),
    "POST /applications/{application_id}/withdraw": Change("stadt", _sent_application, _DAY),
    "POST /applications/{application_id}/decide": Change("stadt", _sent_application, _DAY),
}
