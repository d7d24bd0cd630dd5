"""Writing a notice, and the questions before it is sent, taken back or deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from kimhub.core.errors import NotFoundError
from kimhub.core.fields.options import Option
from kimhub.core.readers import Withdrawal, gemeinden_of
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import Seen, ask_page
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.view import Count, Crumb, Fact
from kimhub.notices.bodies import WITH_GEMEINDEN
from kimhub.notices.models import NoticeSentError
from kimhub.notices.pages.addressing import committee_facts, passage_facts
from kimhub.notices.pages.blueprint import crumbs, page_url, pages
from kimhub.notices.queries import (
    NOTICE,
    NoticeFile,
    State,
    notice_file,
    recipients_now,
    recipients_of_notice,
)
from kimhub.notices.schemas import NoticeSchema, OwnNoticeSchema, WithdrawalSchema
from kimhub.notices.usecases.drafts import NoticeDetails, change_notice, create_notice, delete_notice
from kimhub.notices.usecases.send_notice import send_notice
from kimhub.notices.usecases.withdraw_notice import withdraw_notice
from tenants import Actor, Permission, db

_INTRO = (
    "Bis zum Versenden sieht die Unterrichtung nur Ihre Verwaltung. Danach ändert sie sich nicht mehr; Sie können sie "
    "zurücknehmen."
)
_LATER = "Gemeinden des Kreises, die später teilnehmen"


@pages.route("/eigene-unterrichtungen/neu", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def new() -> ResponseReturnValue:
    """Begin a notice."""
    actor = current_actor()
    return form_page(
        _schema(actor),
        lambda form: create_notice(actor, NoticeDetails(**form.data)),
        heading="Gremien unterrichten",
        intro=_INTRO,
        crumbs=crumbs(Crumb("Neue Unterrichtung"), own=True),
        cancel_url=page_url("given"),
        then=lambda created: page_url("show_own", notice_id=created.id),
        done="Der Entwurf ist gespeichert. Prüfen Sie jetzt, wer die Unterrichtung erhält.",
        initial={"to_own": not actor.is_of(WITH_GEMEINDEN), "to_gemeinden": actor.is_of(WITH_GEMEINDEN)},
        options=_options(actor),
    )


@pages.route("/eigene-unterrichtungen/<uuid:draft_id>/bearbeiten", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def edit(draft_id: UUID) -> ResponseReturnValue:
    """Change a draft."""
    actor, file = current_actor(), _draft(draft_id)
    here = page_url("show_own", notice_id=draft_id)
    return form_page(
        _schema(actor),
        lambda form: change_notice(actor, draft_id, NoticeDetails(**form.data)),
        heading="Unterrichtung ändern",
        intro=_INTRO,
        crumbs=crumbs(Crumb(file.notice.subject, here), Crumb("Ändern"), own=True),
        cancel_url=here,
        then=lambda _: here,
        done="Der Entwurf ist gespeichert.",
        options=_options(actor),
        edits=Edits(NOTICE, draft_id, file, _values),
    )


@pages.route("/eigene-unterrichtungen/<uuid:draft_id>/versenden", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def send(draft_id: UUID) -> ResponseReturnValue:
    """Show who will receive it, then send it."""
    file = _draft(draft_id)
    here = page_url("show_own", notice_id=draft_id)
    recipients = recipients_now(db.session(), file)
    return ask_page(
        lambda: send_notice(current_actor(), draft_id),
        about=Seen(NOTICE, draft_id, file),
        heading="Unterrichtung versenden?",
        facts=[
            Fact("Betreff", file.notice.subject),
            Fact(
                str(Count(len(recipients), capped=False, one="Kommune", many="Kommunen")),
                ", ".join(one.body for one in recipients) or "keine",
            ),
            *committee_facts(file, recipients),
            *([Fact("Auch künftig", _LATER)] if file.notice.to_gemeinden else []),
            *passage_facts(recipients),
        ],
        text=file.notice.text,
        text_title="Text",
        consequences=[
            "Wer dort Mitglied ist, erhält eine Nachricht und, wie die Person es gewählt hat, eine E-Mail.",
            "Die Unterrichtung ändert sich danach nicht mehr. Sie können sie zurücknehmen.",
            "Sie sehen je Kommune und Gremium, wie viele Personen Kenntnis genommen haben, nicht wer.",
        ],
        submit="Jetzt versenden",
        crumbs=crumbs(Crumb(file.notice.subject, here), Crumb("Versenden"), own=True),
        back_url=here,
        back="Zurück zum Entwurf",
        then=lambda _: here,
        done="Die Unterrichtung ist versendet.",
    )  # fmt: skip


@pages.route("/eigene-unterrichtungen/<uuid:notice_id>/zuruecknehmen", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def withdraw(notice_id: UUID) -> ResponseReturnValue:
    """Ask why, then take it back from everybody."""
    file = _own(notice_id)
    here = page_url("show_own", notice_id=notice_id)
    if file.state is State.DRAFT:
        raise NotFoundError
    return form_page(
        WithdrawalSchema(),
        lambda form: withdraw_notice(current_actor(), notice_id, Withdrawal(**form.data)),
        heading="Unterrichtung zurücknehmen",
        facts=[Fact("Betreff", file.notice.subject)],
        consequences=[
            "Dort kann niemand die Unterrichtung mehr lesen.",
            "Die Mitglieder der Gremien dort erfahren, dass Sie sie zurückgenommen haben.",
            "Wer sie zur Kenntnis genommen hatte, bleibt in der jeweiligen Kommune festgehalten.",
        ],
        crumbs=crumbs(Crumb(file.notice.subject, here), Crumb("Zurücknehmen"), own=True),
        cancel_url=here,
        then=lambda _: here,
        done="Die Unterrichtung ist zurückgenommen.",
        submit="Zurücknehmen",
        options={
            "recipient": [
                Option(row["slug"], row["body"])
                for row in recipients_of_notice(db.session(), file.notice)
                if row["withdrawn_at"] is None
            ]
        },
        edits=Edits(NOTICE, notice_id, file, lambda _: {}),
    )


@pages.route("/eigene-unterrichtungen/<uuid:draft_id>/loeschen", methods=["GET", "POST"])
@requires(Permission.NOTICE_WRITE)
def delete(draft_id: UUID) -> ResponseReturnValue:
    """Show what would be deleted, then delete the draft."""
    file = _draft(draft_id)
    here = page_url("show_own", notice_id=draft_id)
    return ask_page(
        lambda: delete_notice(current_actor(), draft_id),
        about=Seen(NOTICE, draft_id, file),
        heading="Entwurf löschen?",
        facts=[Fact("Betreff", file.notice.subject)],
        text=file.notice.text,
        consequences=[
            "Das lässt sich nicht rückgängig machen.",
            "Außer Ihrer Verwaltung hat den Entwurf niemand gesehen.",
            "Dass er gelöscht wurde, hält der Änderungsverlauf fest.",
        ],
        submit="Entwurf löschen",
        crumbs=crumbs(Crumb(file.notice.subject, here), Crumb("Löschen"), own=True),
        back_url=here,
        back="Zurück zum Entwurf",
        then=lambda _: page_url("given"),
        done="Der Entwurf ist gelöscht.",
    )


def _own(notice_id: UUID) -> NoticeFile:
    file = notice_file(db.session(), notice_id)
    if file.notice.tenant_id != current_actor().tenant_id:
        raise NotFoundError
    return file


def _draft(notice_id: UUID) -> NoticeFile:
    """Return a notice that can still be changed; a form that could not be saved is not shown."""
    file = _own(notice_id)
    if file.state is not State.DRAFT:
        raise NoticeSentError("Was versendet ist, ändert sich nicht mehr.")
    return file


def _schema(actor: Actor) -> NoticeSchema:
    return NoticeSchema() if actor.is_of(WITH_GEMEINDEN) else OwnNoticeSchema()


def _options(actor: Actor) -> dict[str, list[Option]]:
    if not actor.is_of(WITH_GEMEINDEN):
        return {}
    return {
        "named": [
            Option(row["slug"], row["official_name"]) for row in gemeinden_of(db.session(), actor.tenant_id)
        ]
    }


def _values(file: NoticeFile) -> dict[str, Any]:
    notice = file.notice
    slugs = {row["id"]: row["slug"] for row in gemeinden_of(db.session(), notice.tenant_id)}
    return {
        "subject": notice.subject, "text": notice.text, "to_own": notice.to_own,
        "to_gemeinden": notice.to_gemeinden, "named": [slugs[key] for key in notice.named if key in slugs],
        "committees": notice.committees, "figures": notice.figures,
    }  # fmt: skip
