"""A notice from its draft to the last acknowledgement, as its giver and its readers live it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import text

from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.notices.models import NoticeIncompleteError, NoticeSentError, NoticeWithdrawnError
from kimhub.notices.queries import notice_file, people_of_notice
from kimhub.notices.usecases.acknowledge_notice import acknowledge_notice
from kimhub.notices.usecases.drafts import NoticeDetails, change_notice, create_notice, delete_notice
from kimhub.notices.usecases.send_notice import send_notice
from kimhub.notices.usecases.withdraw_notice import Withdrawal, withdraw_notice
from tenants import Role, transaction
from tests.notices.acts import TO_ALL, began, member, noted, readable, received, recipients, sent, withdrawn


def test_nobody_but_the_own_administration_sees_a_draft(site, ki):
    notice_id = began(ki)
    assert readable(ki, notice_id)
    assert not readable(member(site, "anna"), notice_id)
    assert received(member(site, "anna")) == []


def test_a_notice_to_all_reaches_every_gemeinde_of_the_kreis_and_nobody_else(site, ki):
    d = site.district
    notice_id = sent(ki)
    told = {body for body in d.all() if body.parent_id == d.kreis.id}
    assert len(told) >= 2
    for body in d.all():
        assert readable(body.actor(*Role), notice_id) == (body in told or body == d.kreis), body.name
    assert set(recipients(ki, notice_id)) == {body.slug for body in told}


def test_single_gemeinden_are_told_and_no_reader_learns_who_else(site, ki):
    d = site.district
    notice_id = sent(ki, NoticeDetails(subject="Nur eine", text="Text", named=[d.gemeinde.slug]))
    assert set(recipients(ki, notice_id)) == {d.gemeinde.slug}
    assert not readable(member(site, "cem", d.sibling), notice_id)
    with transaction(member(site, "anna"), read_only=True) as session:
        assert notice_file(session, notice_id).notice.named == []
        assert session.scalar(text("SELECT count(*) FROM notice_recipient")) == 1


def test_the_own_committees_are_told_like_others(site, ki):
    d = site.district
    site.settle("kreistag", (d.kreis, Role.COMMITTEE_MEMBER))
    notice_id = sent(ki, NoticeDetails(subject="Intern", text="Text", to_own=True))
    reader = member(site, "kreistag", d.kreis)
    assert received(reader) == ["Intern"]
    assert noted(reader, notice_id)
    assert recipients(ki, notice_id) == {d.kreis.slug: (1, 1)}


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (NoticeDetails(subject="Leer", to_own=True), "text"),
        (NoticeDetails(subject="An niemanden", text="Text"), "to_own"),
    ],
)
def test_what_is_incomplete_is_not_sent_and_says_why(site, ki, details, field):
    notice_id = began(ki, details)
    with pytest.raises(NoticeIncompleteError) as refused, transaction(ki):
        send_notice(ki, notice_id)
    assert list(refused.value.fields) == [field]


def test_only_a_kreis_tells_the_committees_of_others(site):
    d = site.district
    officer = d.gemeinde.actor(Role.OFFICER)
    with pytest.raises(InvalidInputError) as refused, transaction(officer):
        create_notice(officer, TO_ALL)
    assert list(refused.value.fields) == ["to_gemeinden"]


def test_a_kreis_names_only_its_own_gemeinden(site, ki):
    with pytest.raises(InvalidInputError) as refused, transaction(ki):
        create_notice(ki, NoticeDetails(subject="Fremd", text="Text", named=[site.district.stadt.slug]))
    assert list(refused.value.fields) == ["named"]


def test_what_is_sent_never_changes(site, ki):
    notice_id = sent(ki)
    for change in (
        lambda: change_notice(ki, notice_id, TO_ALL),
        lambda: delete_notice(ki, notice_id),
        lambda: send_notice(ki, notice_id),
    ):
        with pytest.raises(NoticeSentError), transaction(ki):
            change()
    with transaction(ki) as session:
        assert session.execute(text("UPDATE notice SET text = 'anders'")).rowcount == 0
        assert session.execute(text("DELETE FROM notice")).rowcount == 0


def test_a_reader_changes_nothing(site, ki):
    notice_id = sent(ki)
    officer = site.district.gemeinde.actor(Role.OFFICER)
    with pytest.raises(ForbiddenError), transaction(officer):
        withdraw_notice(officer, notice_id, Withdrawal("Weil"))
    with transaction(officer) as session:
        assert (
            session.execute(
                text("UPDATE notice_recipient SET withdrawn_at = now(), withdrawal = 'x'")
            ).rowcount
            == 0
        )


def test_each_member_gets_one_line_and_one_mail_whoever_rings(site, ki):
    for number in range(3):
        sent(ki, NoticeDetails(subject=f"Nr. {number}", text="Text", to_gemeinden=True))
    site.deliver()
    site.deliver()
    slug, sibling = site.district.gemeinde.slug, site.district.sibling.slug
    assert site.lines() == Counter(
        {(slug, name, "notice.send"): 3 for name in ("anna", "bert", "office")}
        | {(sibling, "cem", "notice.send"): 3}
    )
    site.next_monday()
    site.deliver()
    assert site.mails() == Counter(
        {(slug, "anna"): 1, (slug, "bert"): 1, (slug, "office"): 1, (sibling, "cem"): 1}
    )


def test_no_mail_names_the_subject(site, ki):
    sent(ki, NoticeDetails(subject="Vertraulicher Betreff", text="Geheim", to_gemeinden=True))
    site.deliver()
    site.next_monday()
    site.deliver()
    with site.superuser.connect() as connection:
        written = connection.scalars(text("SELECT subject || text FROM mail")).all()
    assert written
    assert not [one for one in written if "Vertraulich" in one or "Geheim" in one]


def test_the_giver_learns_how_many_took_note_and_never_who(site, ki):
    notice_id = sent(ki)
    slug = site.district.gemeinde.slug
    assert recipients(ki, notice_id)[slug] == (None, None)
    assert noted(member(site, "anna"), notice_id)
    assert recipients(ki, notice_id)[slug] == (1, 3)
    assert noted(member(site, "bert"), notice_id)
    assert recipients(ki, notice_id)[slug] == (2, 3)
    with transaction(ki, read_only=True) as session:
        assert session.scalar(text("SELECT count(*) FROM notice_acknowledgement")) == 0
        assert people_of_notice(session, site.district.gemeinde.id, notice_id) == []
    office = site.actor("office", site.district.gemeinde, Role.COMMITTEE_OFFICE)
    with transaction(office, read_only=True) as session:
        names = people_of_notice(session, office.tenant_id, notice_id)
        assert sorted(row["noted_at"] is not None for row in names) == [False, True, True]


def test_taking_note_twice_counts_once(site, ki):
    notice_id = sent(ki)
    assert noted(member(site, "anna"), notice_id)
    assert not noted(member(site, "anna"), notice_id)
    assert recipients(ki, notice_id)[site.district.gemeinde.slug] == (1, 3)


def test_members_who_press_at_once_are_all_counted(site, ki):
    notice_id = sent(ki)
    people = ["anna", "bert", "office"]
    start = Barrier(len(people))

    def press(name):
        with site.works.app.app_context(), transaction(member(site, name)) as session:
            session.execute(text("SELECT 1"))
            start.wait()
            return acknowledge_notice(member(site, name), notice_id)

    with ThreadPoolExecutor(len(people)) as pool:
        assert list(pool.map(press, people)) == [True] * 3
    assert recipients(ki, notice_id)[site.district.gemeinde.slug] == (3, 3)


def test_what_was_not_received_cannot_be_taken_note_of(site, ki):
    notice_id = sent(ki, NoticeDetails(subject="Nur eine", text="Text", named=[site.district.gemeinde.slug]))
    cem = member(site, "cem", site.district.sibling)
    with pytest.raises(NotFoundError):
        noted(cem, notice_id)
    with pytest.raises(ForbiddenError):
        noted(site.district.gemeinde.actor(Role.OFFICER), notice_id)


def test_what_is_withdrawn_nobody_reads_and_everybody_is_told(site, ki):
    notice_id = sent(ki)
    site.deliver()
    noted(member(site, "anna"), notice_id)
    withdrawn(ki, notice_id)
    assert not readable(member(site, "anna"), notice_id)
    assert received(member(site, "anna")) == []
    with pytest.raises(NotFoundError):
        noted(member(site, "bert"), notice_id)
    assert recipients(ki, notice_id)[site.district.gemeinde.slug] == (1, 3)
    site.deliver()
    slug = site.district.gemeinde.slug
    assert [site.lines()[slug, name, "notice.withdraw"] for name in ("anna", "bert", "office")] == [1, 1, 1]
    with pytest.raises(NoticeWithdrawnError):
        withdrawn(ki, notice_id)


def test_who_was_never_told_is_not_told_that_it_is_gone(site, ki):
    """Unless they have read it meanwhile and pressed the button; the office is told in any case."""
    notice_id = sent(ki)
    noted(member(site, "anna"), notice_id)
    withdrawn(ki, notice_id)
    site.deliver()
    slug = site.district.gemeinde.slug
    told = {name: site.lines()[slug, name, "notice.withdraw"] for name in ("anna", "bert", "office")}
    assert told == {"anna": 1, "bert": 0, "office": 1}


def test_it_can_be_taken_from_one_body_alone(site, ki):
    d = site.district
    notice_id = sent(ki)
    withdrawn(ki, notice_id, recipient=d.sibling.slug)
    assert readable(member(site, "anna"), notice_id)
    assert not readable(member(site, "cem", d.sibling), notice_id)


def test_a_withdrawal_that_comes_first_refuses_the_note_that_is_on_its_way(site, ki):
    """The database says so, too: what the program saw a moment ago is no promise."""
    notice_id = sent(ki)
    withdrawn(ki, notice_id)
    anna = member(site, "anna")
    with pytest.raises(Exception, match="not shared with"), transaction(anna) as session:
        session.execute(
            text(
                "INSERT INTO notice_acknowledgement (tenant_id, notice_id, account_id, owner_id)"
                " VALUES (:me, :notice, :account, :owner)"
            ),
            {"me": anna.tenant_id, "notice": notice_id, "account": anna.subject, "owner": ki.tenant_id},
        )
