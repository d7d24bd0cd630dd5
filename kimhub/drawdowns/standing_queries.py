"""Where each grant stands: what may be drawn now and why, what came in, and which money bears interest.

Expenditures are booked per Haushaltsjahr and Baustein, not per grant. Where two grants pay for the same Baustein one
after the other in a year, a booking belongs to the last that had begun on its day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Integer, Row, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, aliased

from kimhub.core import formats
from kimhub.drawdowns.models import Drawdown, DrawdownKind, DrawdownReceipt, ExpectedPayment
from kimhub.drawdowns.payments import DuePayment, plan_payments, planned_cost
from kimhub.drawdowns.queries import Drawn, drawn
from kimhub.funding.public import FundCell, Grant, GrantItem, GrantKind, GrantVersion
from kimhub.planning.public import FinancingPlan
from kimhub.programme.public import (
    Baustein,
    Drawable,
    DrawdownRules,
    FundsOfYear,
    Movement,
    Period,
    Plan,
    ReceiptUse,
    drawable,
    funded_part,
    interest_risk,
    load_drawdown_rules,
    months_after,
    net,
    share_of_grant,
)
from kimhub.spending.public import Expenditure

_ZERO = Decimal("0.00")
Key = tuple[UUID, int, Baustein]
"""Grant, Haushaltsjahr, Baustein."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One Haushaltsjahr and Baustein of a grant, on a day.

    `held` is what came in and is neither used nor paid back. `notice` says what holds back a part of the grant.
    """

    grant_id: UUID
    title: str
    aktenzeichen: str
    year: int
    baustein: Baustein
    funds: FundsOfYear
    result: Drawable
    payments: tuple[DuePayment, ...]
    received: Decimal
    repaid: Decimal
    receipts: tuple[ReceiptUse, ...]
    notice: str
    has_plan: bool
    period_to: date | None
    """The end of the Bewilligungszeitraum."""

    @property
    def key(self) -> Key:
        """What names it."""
        return self.grant_id, self.year, self.baustein

    @property
    def held(self) -> Decimal:
        """What is there and not used yet, in euro."""
        return sum((receipt.unused for receipt in self.receipts), _ZERO)

    @property
    def interest(self) -> Decimal:
        """What has accrued where the rates are on record, in euro."""
        return sum((receipt.interest or _ZERO for receipt in self.receipts), _ZERO)

    @property
    def unused_in_time(self) -> list[ReceiptUse]:
        """The receipts with a rest that is still to be used, the most urgent first."""
        return sorted((r for r in self.receipts if r.unused), key=lambda r: r.deadline)


def standings(session: Session, tenant_id: int, today: date) -> list[Standing]:
    """Return where every Haushaltsjahr and Baustein of the tenant's Bescheide stands, the latest year first."""
    facts = _Facts(session, tenant_id, today)
    found = [facts.standing(key) for key in facts.named()]
    return sorted(found, key=lambda one: (-one.year, one.baustein, one.title, one.grant_id))


class _Facts:
    """What the database says about all grants of a tenant: ten statements, however many there are."""

    def __init__(self, session: Session, tenant_id: int, today: date) -> None:
        self.today = today
        self.rules: DrawdownRules = load_drawdown_rules()
        me = {"tenant": tenant_id}
        self.grants: dict[UUID, Grant] = {grant.id: grant for grant in session.scalars(_GRANTS, me)}
        self.plans = _plans(session, {grant.plan_id for grant in self.grants.values() if grant.plan_id})
        self.versions: dict[UUID, list[Row[tuple[object, ...]]]] = defaultdict(list)
        for version in session.execute(_VERSIONS, me):
            self.versions[version.grant_id].append(version)
        self.items = {
            (r.version_id, r.year, Baustein(r.baustein)): r.amount for r in session.execute(_ITEMS, me)
        }
        self.funded = {
            (r.fund_id, r.year, Baustein(r.baustein)): r.amount for r in session.execute(_CELLS, me)
        }
        self.drawn = {(one.grant_id, one.year, one.baustein): one for one in drawn(session, tenant_id)}
        self.receipts: dict[Key, list[Movement]] = defaultdict(list)
        for row in session.execute(_RECEIPTS, me):
            self.receipts[row.fund_id, row.year, Baustein(row.baustein)].append(
                Movement(row.received_on, row.amount)
            )
        self.repayments: dict[Key, list[Movement]] = defaultdict(list)
        for row in session.execute(_REPAYMENTS, me):
            self.repayments[row.fund_id, row.year, Baustein(row.baustein)].append(
                Movement(row.requested_on, -row.amount)
            )
        self.expected: dict[Key, list[DuePayment]] = defaultdict(list)
        for payment in session.scalars(_EXPECTED, {**me, "today": today}):
            self.expected[payment.fund_id, payment.year, Baustein(payment.baustein)].append(
                DuePayment(payment.due_on, payment.amount, payment.text, payment.id)
            )
        years = sorted({year for grant_id, year, _ in self.funded if grant_id in self.grants})
        self.spent = self._by_grant(session.execute(_SPENT, {**me, "years": years}) if years else ())

    def named(self) -> list[Key]:
        """Return what was granted or drawn."""
        named = {key for key, amount in self.funded.items() if amount} | set(self.drawn) | set(self.expected)
        return [key for key in named if key[0] in self.grants]

    def _by_grant(self, booked: Iterable[Row[tuple[object, ...]]]) -> dict[Key, list[Movement]]:
        """Give every day's bookings to the grant that pays for them."""
        paying: dict[tuple[int, Baustein], list[Grant]] = defaultdict(list)
        for grant_id, year, baustein in self.funded:
            if grant_id in self.grants:
                paying[year, baustein].append(self.grants[grant_id])
        found: dict[Key, list[Movement]] = defaultdict(list)
        for row in booked:
            candidates = sorted(paying.get((row.year, Baustein(row.baustein)), ()), key=_begin)
            if candidates:
                begun = [grant for grant in candidates if _begin(grant) <= row.booked_on]
                grant = begun[-1] if begun else candidates[0]
                found[grant.id, row.year, Baustein(row.baustein)].append(Movement(row.booked_on, row.amount))
        return found

    def standing(self, key: Key) -> Standing:
        """Put together where one key stands."""
        grant_id, year, baustein = key
        grant, plan = self.grants[grant_id], self.plans.get(self.grants[grant_id].plan_id)
        granted, final_on, notice = self._granted(key)
        cost = planned_cost(plan, year, baustein) if plan else None
        payments = self._payments(key, grant, plan)
        movements = [m for m in self.spent[key] if m.day <= self.today]
        one = self.drawn.get(key) or Drawn(grant_id, year, baustein, _ZERO, _ZERO, _ZERO)
        funds = FundsOfYear(
            year=year,
            granted=granted,
            drawn=one.called,
            spent=sum((m.amount for m in movements), _ZERO),
            due=sum((p.amount for p in payments), _ZERO),
            cost=cost,
            final_on=final_on,
        )
        result = drawable(funds, self.rules, self.today)
        if result.amount and grant.period_to and grant.period_to < self.today:
            notice = (
                f"Der Bewilligungszeitraum endete am {formats.day(grant.period_to)}. Ob noch ausgezahlt wird, "
                "entscheidet die Bewilligungsbehörde."
            )
        share = share_of_grant(granted, cost, self.rules)
        uses = [*funded_part(net(movements), share), *net(self.repayments[key])]
        return Standing(
            grant_id=grant_id,
            title=grant.title,
            aktenzeichen=self.versions[grant_id][0].aktenzeichen,
            year=year,
            baustein=baustein,
            funds=funds,
            result=result,
            payments=tuple(payments),
            received=one.received,
            repaid=one.repaid,
            receipts=tuple(interest_risk(net(self.receipts[key]), uses, self.rules, self.today)),
            notice=notice,
            has_plan=plan is not None,
            period_to=grant.period_to,
        )

    def _granted(self, key: Key) -> tuple[Decimal, date | None, str]:
        """Return what may be drawn at most, from when on, and what holds back a part of it.

        A Bescheid that raises the grant counts once it is final; one that lowers it counts at once.
        """
        grant_id, year, baustein = key
        current = self.funded.get(key, _ZERO)
        newest = self.versions[grant_id][0]
        final = [v for v in self.versions[grant_id] if v.final_on is not None and v.final_on <= self.today]
        if not final:
            return current, newest.final_on, ""
        assured = min(current, self.items.get((final[0].id, year, baustein), _ZERO))
        notice = ""
        if assured < current:
            when = f" erst ab {formats.day(newest.final_on)}" if newest.final_on else " noch nicht"
            notice = (
                f"Der Änderungsbescheid vom {formats.day(newest.issued_on)} ist noch nicht bestandskräftig. "
                f"{formats.euro(current - assured)} daraus können Sie{when} abrufen."
            )
        return assured, final[0].final_on, notice

    def _payments(self, key: Key, grant: Grant, plan: Plan | None) -> list[DuePayment]:
        _, year, baustein = key
        until = months_after(self.today, self.rules.call_months.value)
        found = [payment for payment in self.expected[key] if payment.due_on <= until]
        if plan and grant.period_from and grant.period_to:
            granted_for = Period(grant.period_from, grant.period_to)
            found += plan_payments(
                plan, year, baustein, after=self.today, until=until, granted_for=granted_for
            )
        return sorted(found, key=lambda payment: (payment.due_on, payment.text))


def _begin(grant: Grant) -> date:
    return grant.period_from or date.min


def _plans(session: Session, plan_ids: Collection[UUID]) -> dict[UUID | None, Plan]:
    if not plan_ids:
        return {}
    stored = session.scalars(select(FinancingPlan).where(FinancingPlan.id.in_(list(plan_ids))))
    return {plan.id: plan.plan for plan in stored}


_GRANTS = select(Grant).where(
    Grant.tenant_id == bindparam("tenant"), Grant.kind == GrantKind.BESCHEID, Grant.current_version > 0
)
_VERSIONS = (
    select(
        GrantVersion.id,
        GrantVersion.grant_id,
        GrantVersion.aktenzeichen,
        GrantVersion.issued_on,
        func.least(GrantVersion.waived_on, GrantVersion.final_on).label("final_on"),
    )
    .where(GrantVersion.tenant_id == bindparam("tenant"), GrantVersion.recorded_at.is_not(None))
    .order_by(GrantVersion.grant_id, GrantVersion.number.desc())
)
"""The Bescheide in force or replaced, newest first; PostgreSQL's LEAST leaves out what is null."""
_ITEMS = (
    select(
        GrantItem.version_id, GrantItem.year, GrantItem.baustein, func.sum(GrantItem.amount).label("amount")
    )
    .where(GrantItem.tenant_id == bindparam("tenant"))
    .group_by(GrantItem.version_id, GrantItem.year, GrantItem.baustein)
)
_CELLS = (
    select(FundCell.fund_id, FundCell.year, FundCell.baustein, func.sum(FundCell.funded).label("amount"))
    .where(FundCell.tenant_id == bindparam("tenant"))
    .group_by(FundCell.fund_id, FundCell.year, FundCell.baustein)
)
_RECEIPTS = (
    select(
        Drawdown.fund_id, Drawdown.year, Drawdown.baustein, DrawdownReceipt.received_on,
        func.sum(DrawdownReceipt.amount).label("amount"),
    )
    .join(
        Drawdown,
        (Drawdown.tenant_id == DrawdownReceipt.tenant_id) & (Drawdown.id == DrawdownReceipt.drawdown_id),
    )
    .where(DrawdownReceipt.tenant_id == bindparam("tenant"))
    .group_by(Drawdown.fund_id, Drawdown.year, Drawdown.baustein, DrawdownReceipt.received_on)
)  # fmt: skip
_paid = aliased(Drawdown)
_REPAYMENTS = select(
    Drawdown.fund_id, Drawdown.year, Drawdown.baustein, Drawdown.requested_on, Drawdown.amount
).where(
    Drawdown.tenant_id == bindparam("tenant"),
    (Drawdown.kind == DrawdownKind.REPAYMENT)
    | (
        Drawdown.reverses_id.in_(
            select(_paid.id).where(
                _paid.tenant_id == bindparam("tenant"), _paid.kind == DrawdownKind.REPAYMENT
            )
        )
    ),
)
_EXPECTED = select(ExpectedPayment).where(
    ExpectedPayment.tenant_id == bindparam("tenant"), ExpectedPayment.due_on >= bindparam("today")
)
_SPENT = (
    select(
        Expenditure.year,
        Expenditure.baustein,
        Expenditure.booked_on,
        func.sum(Expenditure.amount).label("amount"),
    )
    .where(
        Expenditure.tenant_id == bindparam("tenant"),
        Expenditure.year == any_(bindparam("years", type_=ARRAY(Integer()))),
    )
    .group_by(Expenditure.year, Expenditure.baustein, Expenditure.booked_on)
)
