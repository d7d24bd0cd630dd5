"""Whoever has not taken note within two weeks is reminded once; nobody else learns who that was."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from kimhub.notices.usecases.drafts import NoticeDetails
from kimhub.notices.usecases.remind_members import AFTER, remind_members
from tenants import transaction
from tests.notices.acts import member, noted, sent, withdrawn

ONE_DAY_LESS = AFTER.days - 1


@pytest.fixture
def weeks_pass(site):
    """Let days go by since bodies received what they have."""

    def pass_by(days=AFTER.days):
        with site.superuser.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(
                text("UPDATE notice_recipient SET created_at = created_at - make_interval(days => :days)"),
                {"days": days},
            )

    return pass_by


def reminded(actor, notice_id):
    with transaction(actor):
        return remind_members(actor, notice_id)


def lines(site, kind="notice.remind"):
    return {key[1]: number for key, number in site.lines().items() if key[2] == kind}


def test_who_has_not_taken_note_is_reminded_once(site, ki, weeks_pass):
    notice_id = sent(ki, NoticeDetails(subject="Eine", text="Text", named=[site.district.gemeinde.slug]))
    noted(member(site, "anna"), notice_id)
    weeks_pass(ONE_DAY_LESS)
    assert reminded(ki, notice_id) == 0
    weeks_pass(1)
    assert reminded(ki, notice_id) == 1
    assert reminded(ki, notice_id) == 0
    site.deliver()
    assert lines(site) == {"bert": 1, "office": 1}


def test_where_all_have_taken_note_nobody_hears_and_no_office_is_written_to(site, ki, weeks_pass):
    notice_id = sent(ki, NoticeDetails(subject="Eine", text="Text", named=[site.district.gemeinde.slug]))
    for name in ("anna", "bert", "office"):
        noted(member(site, name), notice_id)
    weeks_pass()
    reminded(ki, notice_id)
    site.deliver()
    assert lines(site) == {}
    with site.superuser.connect() as connection:
        nobody = connection.scalar(
            text(
                "SELECT count(*) FROM receipt AS r JOIN event AS e USING (id)"
                " WHERE e.kind = 'notice.remind' AND people = 0"
            )
        )
    assert nobody == 0, "it counts as told to those who are responsible"


def test_of_what_was_withdrawn_nobody_is_reminded(site, ki, weeks_pass):
    notice_id = sent(ki)
    weeks_pass()
    withdrawn(ki, notice_id, recipient=site.district.gemeinde.slug)
    told = reminded(ki, notice_id)
    site.deliver()
    assert told >= 1, "the other Gemeinden are"
    assert not set(lines(site)) & {"anna", "bert", "office"}


def test_the_look_is_asked_for_with_the_release(site, ki):
    notice_id = sent(ki)
    with site.superuser.connect() as connection:
        due = connection.execute(
            text(
                "SELECT due_at - created_at AS after FROM job"
                " WHERE kind = 'notices.remind' AND payload ->> 'notice_id' = :id"
            ),
            {"id": str(notice_id)},
        ).all()
    assert [row.after.days for row in due] in ([AFTER.days], [AFTER.days - 1])
