"""What a notice means for the reader's own Gemeinde: two sentences made of what the Kreis passes on to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kimhub.core import clock
from kimhub.core.formats import day
from kimhub.notices.passages import PassedOn, worded
from kimhub.notices.queries import passage_for
from kimhub.notices.usecases.drafts import NoticeDetails
from kimhub.programme.public import Cell, GrantPurpose
from tenants import transaction
from tests.factories.ledger import euro, granted, issued
from tests.notices.acts import member, sent, withdrawn


def part(year, baustein, amount, fte="0"):
    return PassedOn(year, baustein, Decimal(amount), Decimal(fte))


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        (
            [part(2026, 2, "45000", "0.85")],
            (
                "Der Rhein-Sieg-Kreis leitet der Stadt Bornheim für 2026 45.000,00 € weiter. Darin enthalten: 0,85 VZÄ "
                "in Baustein 2 (2026)."
            ),
        ),
        (
            [part(2026, 1, "500"), part(2026, 2, "1000"), part(2027, 2, "2000", "1")],
            (
                "Der Rhein-Sieg-Kreis leitet der Stadt Bornheim für 2026 1.500,00 € und für 2027 2.000,00 € weiter. "
                "Darin enthalten: 1,0 VZÄ in Baustein 2 (2027)."
            ),
        ),
        ([part(2026, 1, "500")], "Der Rhein-Sieg-Kreis leitet der Stadt Bornheim für 2026 500,00 € weiter."),
        ([], "Ab 2026 ist keine Weiterleitung vom Rhein-Sieg-Kreis an die Stadt Bornheim erfasst."),
    ],
)
def test_it_says_how_much_for_which_year_and_how_many_positions(parts, says):
    plain = worded("Rhein-Sieg-Kreis", "Stadt Bornheim", parts, 2026).replace("\u00a0", " ")
    assert plain == says


def passage(actor, notice_id):
    with transaction(actor, read_only=True) as session:
        return passage_for(session, actor.tenant_id, notice_id).replace("\u00a0", " ")


def test_each_gemeinde_reads_its_own_and_no_others(site, ki):
    d, year = site.district, clock.today().year
    cell = Cell.of(year, GrantPurpose.CASE_MANAGEMENT)
    fund = granted(
        ki, euro(100_000, cell), period_from=date(year, 1, 1), period_to=date(year, 12, 31),
        issued_on=date(year, 1, 1), received_on=date(year, 1, 1),
    )  # fmt: skip
    issued(
        ki, fund, d.gemeinde.id, euro(45_000, cell, "0.85"), period_from=date(year, 1, 1),
        period_to=date(year, 12, 31),
    )  # fmt: skip
    notice_id = sent(ki, NoticeDetails(subject="Verteilung", text="Text", to_gemeinden=True, figures=True))
    own = passage(member(site, "anna"), notice_id)
    assert "45.000,00 €" in own
    assert "0,85 VZÄ in Baustein 2" in own
    assert day(clock.today()) in own
    other = passage(member(site, "cem", d.sibling), notice_id)
    assert other.startswith(f"Ab {year} ist keine Weiterleitung")
    assert "45.000" not in other
    withdrawn(ki, notice_id)
    assert passage(member(site, "anna"), notice_id) == ""


def test_without_the_wish_nothing_is_added(site, ki):
    notice_id = sent(ki)
    assert passage(member(site, "anna"), notice_id) == ""
