"""Letters to those whom KIMHub does not reach: one per recipient, drawn once, on record, ended by an answer."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text

from kimhub.core import clock
from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError, StaleError
from kimhub.core.events.models import Event
from kimhub.core.formats import day
from kimhub.desk.queries import Group
from kimhub.funding.letter_queries import shown_letters
from kimhub.funding.letters import ReminderLetters, draw
from kimhub.funding.models import Letter, LetterFile
from kimhub.funding.models.letters import ConfirmedOnPaperError
from kimhub.funding.public import (
    OrganizationDetails,
    OrganizationKind,
    add_organization,
    amend_allocation,
)
from kimhub.funding.usecases.confirm_on_paper import (
    ConfirmOnPaper,
    NothingToConfirmError,
    confirm_on_paper,
)
from kimhub.funding.usecases.draw_letters import draw_letters
from kimhub.funding.usecases.remind_recipients import remind_recipients
from kimhub.reports.public import from_json
from tenants import Role, transaction
from tests.factories.ledger import confirmed, euro, granted, issued, own_office, state, terms, traeger
from tests.factories.offices import with_mailbox
from tests.reports import pdf_structure
from tests.support.acting import acting
from tests.support.jobs import Unfenced, do_jobs
from tests.support.reader import reading
from tests.support.today import heute


@pytest.fixture
def fund(kreis):
    return granted(kreis, euro("570000"))


@pytest.fixture
def verband(kreis):
    """A Träger with what the address book holds of it."""
    with transaction(kreis):
        return add_organization(
            kreis,
            OrganizationDetails(
                name="Wohlfahrtsverband", kind=OrganizationKind.TRAEGER, contact="Fachdienst Migration",
                address="Musterstraße 12\n53721 Siegburg",
            ),
        ).id  # fmt: skip


def remind(actor):
    with transaction(actor):
        return remind_recipients(actor)


def drawn(actor, letters):
    """Draw; return the pages of the PDF as text."""
    do_jobs(actor)
    with transaction(actor) as session:
        document = shown_letters(session, letters.id).document
        content = session.scalar(
            text("SELECT content FROM document_content WHERE document_id = :id"), {"id": document.id}
        )
    assert document.media_type == "application/pdf"
    return bytes(content)


def frozen(actor, letters):
    with transaction(actor, read_only=True) as session:
        stored = session.scalar(select(LetterFile.frozen).where(LetterFile.id == letters.id))
    return from_json(ReminderLetters, stored.encode())


def rows(actor, model):
    with transaction(actor, read_only=True) as session:
        return session.scalars(select(model).where(model.tenant_id == actor.tenant_id)).all()


# --- who gets one -----------------------------------------------------------------------------------------------------


def test_whom_nobody_reads_for_gets_a_letter_and_all_others_an_event(kreis, sibling, district, fund, verband):
    with_mailbox(district.gemeinde)
    told = issued(kreis, fund, district.gemeinde.id, euro("1000"))
    alone, body = (
        issued(kreis, fund, sibling.tenant_id, euro("2000")),
        issued(kreis, fund, verband, euro("3000")),
    )
    done = remind(kreis)
    assert [one.id for one in done.asked.told] == [told]
    assert {one.id for one in done.asked.written} == {alone, body}
    assert done.letters.letters == 2
    assert {(one.allocation_id, one.number) for one in rows(kreis, Letter)} == {(alone, 1), (body, 1)}
    with transaction(kreis, read_only=True) as session:
        events = session.scalars(select(Event.subject_id).where(Event.kind == "allocation.ask_confirmation"))
        assert set(events) == {told, alone}  # whoever takes up the role there finds it, too


def test_a_mailbox_that_takes_no_mail_is_no_access(kreis, gemeinde, district, fund):
    with_mailbox(district.gemeinde, email="")
    issued(kreis, fund, gemeinde.tenant_id, euro("1000"))
    assert remind(kreis).asked.letters == 1


def test_one_recipient_gets_one_letter_about_all_that_is_open(kreis, fund, verband):
    for amount in ("1000", "2000.50"):
        issued(kreis, fund, verband, euro(amount))
    (letter,) = frozen(kreis, remind(kreis).letters).letters
    assert letter.amount == Decimal("3000.50")
    assert len(letter.asked) == len(rows(kreis, Letter)) == 2


def test_the_own_administration_gets_none(kreis, fund):
    issued(kreis, fund, own_office(kreis), euro("1000"))
    done = remind(kreis)
    assert (done.asked.written, done.letters) == ((), None)


def test_nobody_gets_a_second_letter_within_a_few_days(kreis, fund, verband):
    issued(kreis, fund, verband, euro("1000"))
    remind(kreis)
    issued(kreis, fund, verband, euro("2000"))
    again = remind(kreis)
    assert (again.asked.written, len(again.asked.lately), again.letters) == ((), 2, None)


def test_what_cannot_be_printed_is_said_and_nobody_is_asked(kreis, gemeinde, district, fund):
    with_mailbox(district.gemeinde)
    issued(kreis, fund, gemeinde.tenant_id, euro("1000"))
    issued(kreis, fund, traeger(kreis, "Verband \u0627"), euro("1000"))
    with pytest.raises(InvalidInputError, match="U\\+0627"):
        remind(kreis)
    assert rows(kreis, LetterFile) == []
    assert "ask_confirmation" not in str([event.kind for event in rows(kreis, Event)])


def test_a_giver_learns_of_no_body_but_its_recipients_whether_somebody_is_there(kreis, fund, district):
    question = text("SELECT app.recipients_with_people(ARRAY['officer', 'administrator', 'auditor'])")
    with transaction(kreis, read_only=True) as session:
        assert session.scalars(question).all() == []


# --- the sheet --------------------------------------------------------------------------------------------------------


def test_a_letter_says_to_whom_what_when_and_whom_to_answer(kreis, sibling, district, fund, verband):
    with_mailbox(district.kreis, Role.KI_COORDINATOR, email="ki@kreis.example")
    issued(kreis, fund, verband, euro("1234.50"), title="Case Management im Verband")
    issued(kreis, fund, sibling.tenant_id, euro("2000"))
    letters = remind(kreis).letters
    content = drawn(kreis, letters)
    pages = pdf_structure.pages(content)
    assert len(pages) == 2
    (mine,) = [page for page in pages if "Case Management im Verband" in page]
    for said in (
        "Wohlfahrtsverband", "Fachdienst Migration", "53721 Siegburg", "1.234,50 €", "vom 01.03.2026",
        "ki@kreis.example",
        "02241 13-0", day(clock.today()), "Bestätigung des Erhalts", "Seite 1 von 1",
    ):  # fmt: skip
        assert said in mine, said
    (other,) = [page for page in pages if page is not mine]
    assert "Sie nehmen an KIMHub teil" in other
    assert "1.234,50" not in other
    marked = pdf_structure.xmp(content)
    assert "pdfuaid:part" in marked
    assert [one["/S"] for one in pdf_structure.elements(content)].count("/H1") == 2


def test_the_same_letters_give_the_same_bytes(kreis, fund, verband):
    issued(kreis, fund, verband, euro("1000"))
    letters = remind(kreis).letters
    assert draw(frozen(kreis, letters)) == drawn(kreis, letters)


def test_a_letter_of_two_pages_counts_its_own(kreis, fund, verband):
    for number in range(20):
        issued(kreis, fund, verband, euro("10"), title=f"Nummer {number}")
    issued(kreis, fund, traeger(kreis, "Zweiter Verband"), euro("10"))
    pages = pdf_structure.pages(drawn(kreis, remind(kreis).letters))
    assert ["Seite 1 von 2" in pages[0], "Seite 2 von 2" in pages[1], "Seite 1 von 1" in pages[2]] == [
        True
    ] * 3


def test_letters_are_drawn_once_and_whoever_asked_is_told(kreis, fund, verband):
    issued(kreis, fund, verband, euro("1000"))
    letters = remind(kreis).letters
    drawn(kreis, letters)
    draw_letters(kreis, letters.id, Unfenced(kreis))
    with transaction(kreis, read_only=True) as session:
        assert session.scalar(text("SELECT count(*) FROM document WHERE name LIKE 'Bitte um%'")) == 1
    assert [event.kind for event in rows(kreis, Event)].count("letters.draw") == 1


# --- the answer on paper ----------------------------------------------------------------------------------------------


def confirm(actor, allocation_id, on=None):
    with transaction(actor):
        return confirm_on_paper(actor, allocation_id, ConfirmOnPaper(on or clock.today()))


def test_what_is_confirmed_on_paper_is_waited_for_no_longer(ctx, kreis, fund, verband):
    given = issued(kreis, fund, verband, euro("1000"))
    assert any("bestätigt" in line.what for line in heute(ctx, kreis)[Group.OVERDUE])
    confirm(kreis, given)
    assert not any("bestätigt" in line.what for lines in heute(ctx, kreis).values() for line in lines)
    assert remind(kreis).letters is None
    with pytest.raises(ConfirmedOnPaperError), transaction(kreis):
        confirm_on_paper(kreis, given, ConfirmOnPaper(clock.today()))


def test_a_gemeinde_that_answers_on_paper_can_still_confirm_by_itself(kreis, sibling, fund):
    given = issued(kreis, fund, sibling.tenant_id, euro("1000"))
    with pytest.raises(NothingToConfirmError):
        confirm(kreis, given)
    remind(kreis)
    confirm(kreis, given)
    assert state(kreis, given) == "issued"


def test_a_confirmation_of_what_was_changed_meanwhile_is_not_entered(kreis, fund, verband):
    given = issued(kreis, fund, verband, euro("1000"))
    with transaction(kreis):
        amend_allocation(kreis, given, terms(euro("2000"), reason="Mehr Bedarf"))
    with pytest.raises(StaleError), transaction(kreis):
        confirm_on_paper(kreis, given, ConfirmOnPaper(clock.today(), number=1))
    confirm(kreis, given)


@pytest.mark.parametrize("on", [date(2026, 2, 28), clock.today() + timedelta(days=1)])
def test_a_confirmation_is_neither_older_than_the_money_nor_of_tomorrow(kreis, fund, verband, on):
    given = issued(kreis, fund, verband, euro("1000"))
    with pytest.raises(InvalidInputError):
        confirm(kreis, given, on)


def test_only_the_giver_with_the_right_enters_it(kreis, gemeinde, district, fund, verband):
    given = issued(kreis, fund, verband, euro("1000"))
    with pytest.raises(ForbiddenError):
        confirm(district.kreis.actor(Role.AUDITOR), given)
    received = confirmed(kreis, gemeinde, fund, euro("1000"))
    with pytest.raises(NotFoundError):
        confirm(gemeinde, received)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_page_counts_both_ways_before_the_click_and_leads_to_the_pdf(ctx, kreis, district, fund, verband):
    with_mailbox(district.gemeinde)
    issued(kreis, fund, district.gemeinde.id, euro("1000"))
    given = issued(kreis, fund, verband, euro("1000"))
    issued(kreis, fund, traeger(kreis, "Ohne Anschrift"), euro("1000"))
    with reading(ctx, kreis) as reader:
        page = reader.open(f"/t/{kreis.tenant_slug}/mittel/weiterleitungen/nachfragen")
        assert "1 Stelle liest im Posteingang" in page.main
        assert "Für 2 Stellen ohne Zugang" in page.main
        assert "Ohne Anschrift sind: Ohne Anschrift." in page.main
        waiting = reader.fill(page, {})
        assert "1 Stelle ist gefragt. 2 Schreiben entstehen gerade." in waiting.main
        assert "Sie können diese Seite verlassen" in waiting.main
    do_jobs(kreis)
    with reading(ctx, kreis) as reader:
        there = reader.open(waiting.path)
        assert there.next_step == "PDF herunterladen"
        pdf_url = there.links["PDF herunterladen"]
        file = reader.open(f"/t/{kreis.tenant_slug}/mittel/weiterleitungen/{given}")
        assert waiting.path in file.links.values()
        entered = reader.fill(
            reader.open(file.links["Bestätigung eintragen"]), {"confirmed_on": day(clock.today())}
        )
        assert f"{day(clock.today())} (eingetragen: " in entered.main
        asked = reader.open(next(url for words, url in entered.links.items() if words.startswith("Ändern")))
        assert "Bestätigung eintragen" in reader.fill(asked, {}).links
    with acting(ctx) as person:
        assert person.as_(kreis).get(pdf_url).data.startswith(b"%PDF-")
