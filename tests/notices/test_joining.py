"""What is for all Gemeinden of a Kreis is for those, too, that join later."""

from __future__ import annotations

from itertools import count

import pytest
from sqlalchemy import text

from kimhub.notices.usecases.drafts import NoticeDetails
from kimhub.notices.usecases.send_notice import give_to_new_gemeinden, send_notice
from tenants import transaction
from tests.notices.acts import began, recipients, sent, withdrawn

NUMBERS = count()


@pytest.fixture
def newcomer(site):
    """Let a further Gemeinde of the Kreis take part; returns its slug."""

    def join():
        slug = f"neu-{next(NUMBERS)}"
        with site.superuser.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO tenant (kind, name, slug, parent_id, is_grant_recipient, has_auslaenderbehoerde,"
                    " has_jugendamt, integration_committee, sort_key) VALUES ('gemeinde', :slug, :slug, :kreis, false,"
                    " false, false, 'none', 'neu')"
                ),
                {"slug": slug, "kreis": site.district.kreis.id},
            )
        return slug

    return join


def given_out(ki):
    with transaction(ki):
        return give_to_new_gemeinden(ki)


def test_a_gemeinde_that_joins_later_receives_what_was_for_all(site, ki, newcomer):
    to_all = sent(ki)
    sent(ki, NoticeDetails(subject="Nur eine", text="Text", named=[site.district.gemeinde.slug]))
    assert given_out(ki) == 0
    new = newcomer()
    assert given_out(ki) == 1
    assert given_out(ki) == 0
    assert new in recipients(ki, to_all)


def test_a_gemeinde_that_joins_while_a_notice_is_sent_is_not_missed(site, ki, newcomer):
    """The job after the commit looks once more: whichever of both is committed last, it sees the other."""
    notice_id = began(ki)
    with transaction(ki):
        send_notice(ki, notice_id)
        new = newcomer()
    assert new not in recipients(ki, notice_id)
    site.deliver()
    assert new in recipients(ki, notice_id)


def test_what_was_withdrawn_from_all_is_given_to_nobody_new(site, ki, newcomer):
    notice_id = sent(ki)
    withdrawn(ki, notice_id)
    new = newcomer()
    assert given_out(ki) == 0
    assert new not in recipients(ki, notice_id)
