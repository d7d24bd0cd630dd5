"""What was taken back after it was told: the line says so, and so does the page to which the mail's link leads."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kimhub.funding.usecases.change_allocation import EndAllocation, end_allocation
from tenants import Role, transaction
from tests.factories.ledger import euro, granted, issued
from tests.factories.requests import step, submitted
from tests.support.acting import acting


@pytest.fixture
def both(town):
    """A KI coordinator and an officer, each at work."""
    town.settle("kim", (town.district.kreis, Role.KI_COORDINATOR))
    town.settle("olga", (town.district.gemeinde, Role.OFFICER))
    return (
        town.actor("kim", town.district.kreis, Role.KI_COORDINATOR),
        town.actor("olga", town.district.gemeinde, Role.OFFICER),
    )


def seen(town, actor, path):
    """Open a page as `actor` and whatever it leads to."""
    with acting(town.works.app) as somebody:
        return somebody.as_(actor).get(path, follow_redirects=True)


def inbox(town, actor):
    return seen(town, actor, f"/t/{actor.tenant_slug}/posteingang").text


def linked_in_mails(town, actor):
    """The addresses of lines that mails to the actor's tenant held, the oldest first."""
    with town.superuser.connect() as connection:
        texts = connection.exec_driver_sql(
            f"SELECT text FROM mail WHERE tenant_id = {actor.tenant_id} ORDER BY created_at, id"
        ).scalars()
        return [
            path
            for one in texts
            for path in re.findall(r"http://[^/\s]+(/t/\S+/posteingang/[0-9a-f-]{36})", one)
        ]


def test_a_request_that_was_withdrawn_after_the_mail_says_so_in_line_and_page(town, both):
    kim, olga = both
    with town.works.app.app_context():
        request_id = submitted(olga)
    town.deliver()
    (link,) = linked_in_mails(town, kim)
    assert "Inzwischen überholt" not in inbox(town, kim)
    with town.works.app.app_context():
        step(olga, request_id, "withdraw")
    town.deliver()
    page = inbox(town, kim)
    assert page.count("Inzwischen überholt: Musterstadt hat den Antrag zurückgezogen.") == 1
    opened = seen(town, kim, link)
    assert opened.status_code == 200
    assert "Inzwischen überholt: Musterstadt hat den Antrag zurückgezogen." in opened.text
    assert opened.request.path.endswith(str(request_id))
    assert town.lines()[town.district.kreis.slug, "kim", "position_request.withdraw"] == 1


def test_money_that_was_taken_back_after_the_mail_says_so_to_its_recipient(town, both):
    kim, olga = both
    with town.works.app.app_context():
        fund = granted(kim, euro("10000"))
        taken, kept = (
            issued(kim, fund, olga.tenant_id, euro("1000"), title=title) for title in ("Weg", "Bleibt")
        )
    town.deliver()
    with town.works.app.app_context(), transaction(kim):
        end_allocation(kim, EndAllocation(allocation_id=taken, reason="Irrtum", issued_on=date(2026, 4, 1)))
    town.deliver()
    page = inbox(town, olga)
    assert page.count("Inzwischen überholt") == 1
    assert "Weg. Inzwischen überholt: Der Musterkreis hat die Weiterleitung beendet" in page
    assert str(kept) not in page  # lines lead through the inbox


def test_what_is_told_after_the_end_is_not_overtaken_by_it(town, both):
    kim, olga = both
    with town.works.app.app_context():
        request_id = submitted(olga)
        step(olga, request_id, "withdraw")
        other = submitted(olga)
    town.deliver()
    page = inbox(town, kim)
    assert page.count("Inzwischen überholt") == 1
    assert str(other) not in page
