"""Asking all who have not confirmed: whom it reaches, and how, is shown before anything is sent."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from kimhub.core.formats import day, euro
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import ask_page
from kimhub.core.web.view import Fact
from kimhub.funding.letter_queries import addressees, sender_of
from kimhub.funding.pages.allocation_presenting import allocation_crumbs
from kimhub.funding.pages.blueprint import page_url, pages
from kimhub.funding.reminder_queries import PAUSE, Asking, Unconfirmed, asking
from kimhub.funding.usecases.remind_recipients import Reminded, remind_recipients
from tenants import Actor, Permission, db


@pages.route("/weiterleitungen/nachfragen", methods=["GET", "POST"])
@requires(Permission.FUNDING_WRITE)
def remind() -> ResponseReturnValue:
    """Show who has not confirmed and who would be asked now, then ask them."""
    actor = current_actor()
    found = asking(db.session(), actor)
    here = page_url("allocation_list")
    return ask_page(
        lambda: remind_recipients(actor),
        about=None,
        heading="Nach der Bestätigung fragen?",
        facts=[*_facts(found)],
        consequences=[*_consequences(actor, found)],
        submit="Nachfragen",
        crumbs=allocation_crumbs("Nachfragen"),
        back_url=here,
        then=lambda done: page_url("show_letters", letters_id=done.letters.id) if done.letters else here,
        done=_told,
    )


def _facts(found: Asking) -> list[Fact]:
    return [
        *(Fact(one.recipient, _said(one, "im Posteingang und per E-Mail")) for one in found.told),
        *(Fact(one.recipient, _said(one, "mit einem Schreiben")) for one in found.written),
        *(Fact(one.recipient, _said(one, "schon gefragt")) for one in found.lately),
    ]


def _said(one: Unconfirmed, how: str) -> str:
    return f"{one.title}, {euro(one.amount)}, vom {day(one.issued_on)}: {how}"


def _consequences(actor: Actor, found: Asking) -> list[str]:
    sentences = []
    if found.told:
        sentences.append(
            f"{_number(len(found.told), 'Stelle liest', 'Stellen lesen')} im Posteingang und in einer E-Mail, dass die "
            "Bestätigung noch fehlt."
        )
    if found.written:
        sentences += _about_letters(actor, found)
    if not found.told and not found.written:
        sentences.append("Zurzeit ist niemand zu fragen.")
    sentences.append(f"Wer in den letzten {PAUSE.days} Tagen von Ihnen dazu gehört hat, wird nicht gefragt.")
    return sentences


def _about_letters(actor: Actor, found: Asking) -> list[str]:
    session = db.session()
    number = found.letters
    sentences = [
        (
            f"Für {_number(number, 'Stelle', 'Stellen')} ohne Zugang zu KIMHub entsteht je ein Schreiben. Sie erhalten "
            f"{'es' if number == 1 else 'alle zusammen'} als PDF zum Drucken und Versenden."
        )
    ]
    to = addressees(session, actor, found.written)
    lacking = sorted({one.recipient for one in found.written if not to[one.recipient_key].is_complete})
    if lacking:
        sentences.append(
            f"Ohne Anschrift sind: {', '.join(lacking)}. Anschriften von Trägern tragen Sie im Adressbuch ein, alle "
            "anderen ergänzen Sie auf dem Ausdruck."
        )
    sender = sender_of(session, actor)
    if not (sender.email or sender.phone):
        sentences.append(
            "Ihr Haus hat noch keine Kontaktdaten hinterlegt. Im Schreiben fehlen dann Telefon und E-Mail; Ihre "
            "Administration ergänzt sie unter „Verwaltung“, „Kontaktdaten“."
        )
    if not sender.address_lines:
        sentences.append(
            "Ihre Anschrift ist nicht hinterlegt und fehlt im Briefkopf. Der Betrieb von KIMHub trägt sie ein."
        )
    return sentences


def _told(done: Reminded) -> str:
    told, letters = len(done.asked.told), done.asked.letters
    if not told and not letters:
        return "Es war niemand zu fragen."
    sentences = [f"{_number(told, 'Stelle ist', 'Stellen sind')} gefragt."] if told else []
    if letters:
        sentences.append(f"{_number(letters, 'Schreiben entsteht', 'Schreiben entstehen')} gerade.")
    return " ".join(sentences)


def _number(number: int, one: str, many: str) -> str:
    """Return „1 Stelle liest“, „2 Stellen lesen“."""
    return f"{number} {one if number == 1 else many}"
