"""Mail: asked for in a transaction, sent once, readable, and nobody's address in a log."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from kimhub.core.errors import InvalidInputError
from kimhub.core.jobs.models import JobState
from kimhub.core.jobs.registry import kind_named
from kimhub.core.jobs.schedule import SCHEDULE
from kimhub.core.jobs.working import work_off
from kimhub.core.mail.message import wrapped
from kimhub.core.mail.models import Mail
from kimhub.core.mail.outbox import Letter, address, send_mail
from kimhub.core.mail.queries import is_refused
from kimhub.core.settings import SmtpSecurity
from tenants import transaction

TEXT = (
    "zu Ihrem Antrag gibt es eine Rückfrage. Bitte öffnen Sie den Vorgang und antworten Sie bis zum 31.05.2021; "
    "die Frist steht auch dort.\n\nhttps://kim.example.nrw/t/musterstadt/stellen/antraege/"
    "0c1f5c0e-7f0e-4d5c-9a52-6f1a8f6c2d10"
)


@pytest.fixture
def settle(works, monkeypatch, tmp_path):
    """Let the application send to a server, or write files without one."""

    def choose(smtp=None):
        settings = replace(
            works.app.extensions["kimhub.settings"], smtp=smtp, var=tmp_path,
            mail_from="KIMHub <kim@kreis.example>", base_url="https://kim.example.nrw",
        )  # fmt: skip
        monkeypatch.setitem(works.app.extensions, "kimhub.settings", settings)
        return settings

    return choose


@pytest.fixture
def mail(works):
    """Ask for a mail and return the job that sends it."""

    def ask(to="poststelle@gemeinde.example", subject="Rückfrage zu Ihrem Antrag", **more):
        with works.app.app_context(), transaction(works.actor) as session:
            mail_id = send_mail(session, works.actor, Letter(to=to, subject=subject, text=TEXT, **more))
            session.flush()
            return session.scalar(
                text("SELECT id FROM job WHERE payload ->> 'mail_id' = :mail"), {"mail": str(mail_id)}
            )

    return ask


def work(works, job_id):
    return work_off(works.app, job_id, works.district.kreis.id)


def test_without_a_server_a_mail_becomes_one_file(works, settle, mail):
    settings = settle()
    job_id = mail()
    assert not settings.mail_directory.exists(), "nothing before the commit and its job"
    assert work(works, job_id)
    (path,) = settings.mail_directory.iterdir()
    assert path.suffix == ".eml"
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert message["From"] == "Musterkreis über KIMHub <kim@kreis.example>"
    assert message["To"] == "poststelle@gemeinde.example"
    assert message["Subject"] == "Rückfrage zu Ihrem Antrag"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "de"
    said = message.get_content().replace("\r\n", "\n")
    assert said.startswith("Guten Tag,\n\nzu Ihrem Antrag gibt es eine Rückfrage.")
    assert "Mit freundlichen Grüßen\nMusterkreis\n\n-- \nDiese Nachricht" in said
    assert TEXT.splitlines()[-1] in said.splitlines(), "an address of a page stays whole"
    assert max(len(line) for line in said.splitlines() if "https" not in line) <= 72


def test_a_mail_whose_first_writing_was_not_recorded_is_still_one_file(works, settle, mail):
    settings = settle()
    job_id = mail()
    assert work(works, job_id)
    (path,) = settings.mail_directory.iterdir()
    before = path.read_bytes()
    with works.owner.begin() as connection:
        connection.execute(text("ALTER TABLE mail NO FORCE ROW LEVEL SECURITY"))
        connection.execute(text("UPDATE mail SET sent_at = NULL"))
        connection.execute(text("ALTER TABLE mail FORCE ROW LEVEL SECURITY"))
    works.change("state = 'dispatched', finished_at = NULL", job_id)
    assert work(works, job_id)
    (path,) = settings.mail_directory.iterdir()
    assert path.read_bytes() == before


def test_a_mail_reaches_the_server_once_whoever_wakes_for_it(works, settle, mail, postbox):
    settle(postbox.server())
    job_id = mail()
    threads = [threading.Thread(target=work, args=(works, job_id)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (message,) = postbox.arrived
    assert message["X-Envelope"] == "kim@kreis.example poststelle@gemeinde.example"
    assert message["Subject"] == "Rückfrage zu Ihrem Antrag"
    assert "Rückfrage. Bitte öffnen Sie" in message.get_content()
    assert works.status(job_id).state is JobState.DONE


def test_a_mail_that_was_sent_is_not_sent_again(works, settle, mail, postbox):
    settle(postbox.server())
    job_id = mail()
    assert work(works, job_id)
    works.change("state = 'dispatched', finished_at = NULL", job_id)
    assert work(works, job_id)
    assert len(postbox.arrived) == 1


def test_a_server_that_is_away_or_busy_is_tried_again(works, settle, mail, postbox):
    settle(replace(postbox.server(), port=1))
    job_id = mail()
    assert not work(works, job_id)
    assert (works.status(job_id).state, works.status(job_id).last_error) == (
        JobState.WAITING, "smtp-unreachable",
    )  # fmt: skip
    settle(postbox.server())
    postbox.recipient_status = "451 Bitte warten"
    works.change("run_at = clock_timestamp()", job_id)
    assert not work(works, job_id)
    assert works.status(job_id).last_error == "smtp-451"
    postbox.recipient_status = "250 OK"
    works.change("run_at = clock_timestamp()", job_id)
    assert work(works, job_id)
    assert len(postbox.arrived) == 1


def test_a_server_that_is_away_for_more_than_a_day_gets_each_mail_once_when_it_is_back(
    works, settle, mail, postbox
):
    settle(replace(postbox.server(), port=1))
    job_id, waited = mail(), timedelta()
    while waited < timedelta(days=3):
        assert not work(works, job_id)
        status = works.status(job_id)
        assert status.state is JobState.WAITING
        waited += timedelta(seconds=kind_named("mail.deliver").wait_after(status.attempts))
        works.change("run_at = clock_timestamp()", job_id)
    settle(postbox.server())
    assert work(works, job_id)
    assert len(postbox.arrived) == 1


@pytest.mark.parametrize(
    "refusal",
    [
        ("recipient_status", "550 5.7.1 Relaying denied"),
        ("recipient_status", "554 Kein Zutritt"),
        ("data_status", "550 Unerwuenscht"),
    ],
)
def test_what_is_refused_for_good_whoever_it_is_for_is_parked(works, settle, mail, postbox, refusal):
    refused, said = refusal
    settle(postbox.server())
    setattr(postbox, refused, said)
    job_id = mail()
    assert not work(works, job_id)
    status = works.status(job_id)
    assert (status.state, status.last_error) == (JobState.PARKED, f"smtp-{said[:3]}")
    assert postbox.arrived == []


@pytest.mark.parametrize(
    "said", ["550 Unbekannt", "550 5.1.1 Unbekannt", "553 5.1.3 Falsch", "552 5.2.1 Abgeschaltet"]
)
def test_an_address_that_the_server_does_not_know_is_noted_until_it_takes_a_mail(
    works, settle, mail, postbox, said
):
    settle(postbox.server())
    postbox.recipient_status = said
    assert work(works, mail())
    assert any(refused(works))
    postbox.recipient_status = "250 OK"
    assert work(works, mail())
    assert not any(refused(works))
    assert len(postbox.arrived) == 1


def refused(works):
    """Whether the address of each mail is known as refused."""
    with works.app.app_context(), transaction(works.actor) as session:
        return session.scalars(select(is_refused(Mail.tenant_id, Mail.recipient))).all()


def test_mails_of_one_file_stand_together_and_others_alone(works, settle, mail, postbox):
    settle(postbox.server())
    thread = uuid4()
    for about in (thread, thread, None):
        assert work(works, mail(thread_id=about))
    together = f"<{thread}@{postbox.arrived[0]['Message-ID'].partition('@')[2]}"
    assert [message["References"] for message in postbox.arrived] == [together, together, None]
    assert len({message["Message-ID"] for message in postbox.arrived}) == 3


@pytest.mark.usefixtures("certificate_known")
def test_a_server_that_demands_it_gets_starttls_and_a_password(works, settle, mail, secure_postbox):
    server = secure_postbox.server(username="kim", password="geheim", security=SmtpSecurity.STARTTLS)
    settle(server)
    assert work(works, mail())
    assert len(secure_postbox.arrived) == 1
    settle(replace(server, password="falsch"))
    wrong = mail()
    assert not work(works, wrong)
    assert (works.status(wrong).state, works.status(wrong).last_error) == (JobState.WAITING, "smtp-535")


def test_an_unknown_certificate_gets_no_mail(works, settle, mail, secure_postbox):
    settle(secure_postbox.server(username="kim", password="geheim", security=SmtpSecurity.STARTTLS))
    job_id = mail()
    assert not work(works, job_id)
    assert works.status(job_id).last_error == "smtp-tls"


def test_without_starttls_no_password_is_sent(works, settle, mail, postbox):
    settle(postbox.server(username="kim", password="geheim", security=SmtpSecurity.STARTTLS))
    job_id = mail()
    assert not work(works, job_id)
    assert works.status(job_id).last_error == "smtp-not-supported"
    assert postbox.arrived == []


def test_neither_log_nor_job_knows_address_or_text(works, settle, mail, postbox):
    settle(postbox.server())
    postbox.recipient_status = "554 poststelle@gemeinde.example gesperrt"
    job_id = mail()
    with capture_logs(processors=[merge_contextvars]) as lines:
        work(works, job_id)
    with works.app.app_context(), transaction(works.actor) as session:
        row = session.scalar(text("SELECT to_jsonb(job)::text FROM job WHERE id = :job"), {"job": job_id})
    logged = repr(lines)
    assert "smtp-554" in logged
    assert "poststelle" not in logged + row
    assert "Rückfrage" not in logged + row


def test_a_line_feed_in_a_subject_makes_no_header(works, settle, mail, postbox):
    settle(postbox.server())
    assert work(works, mail(subject="Frage\r\nBcc: alle@example.org"))
    (message,) = postbox.arrived
    assert message["Subject"] == "Frage Bcc: alle@example.org"
    assert message["Bcc"] is None


@pytest.mark.parametrize(
    "given",
    ["", "wer", "@kreis.example", "a@", "a@b\nBcc: x@y", "a b@kreis.example", "ä@kreis.example", "a@b@c"],
)
def test_what_is_no_address_is_refused(given):
    with pytest.raises(InvalidInputError) as refusal:
        address(given)
    assert refusal.value.fields["email"]


def test_an_address_with_an_umlaut_in_its_host_is_taken():
    assert address(" rat@münchen.example ") == "rat@xn--mnchen-3ya.example"


def test_paragraphs_stay_apart():
    assert wrapped("a\n\nb") == "a\n\nb"


def test_old_mails_are_cleared_away_by_someone_who_cannot_read_them(works, settle, mail):
    settle()
    for _ in range(3):
        work(works, mail())
    with works.owner.begin() as connection:
        connection.execute(text("ALTER TABLE mail NO FORCE ROW LEVEL SECURITY"))
        connection.execute(text("TRUNCATE mail"))
        insert = (
            "INSERT INTO mail (tenant_id, id, recipient, subject, text, sent_at, created_at) VALUES"
            " (:tenant, gen_random_uuid(), 'a@b.example', :subject, '',"
            " now() + cast(:sent AS interval), now() + cast(:created AS interval))"
        )
        for subject, sent, created in (
            ("sent long ago", "-8 days", "-8 days"),
            ("sent lately", "-6 days", "-8 days"),
            ("not sent yet", None, "-89 days"),
            ("never sent", None, "-91 days"),
        ):
            connection.execute(
                text(insert),
                {"tenant": works.district.kreis.id, "subject": subject, "sent": sent, "created": created},
            )  # fmt: skip
        connection.execute(text("ALTER TABLE mail FORCE ROW LEVEL SECURITY"))
    for column in ("recipient", "subject", "text"):
        with works.relay.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(f"SELECT {column} FROM mail"))
    (clear,) = [task for task in SCHEDULE if task.task == "mail.clear"]
    with works.relay.begin() as connection:
        assert connection.execute(text(clear.statement)).rowcount == 2
    with works.app.app_context(), transaction(works.actor) as session:
        left = set(session.scalars(text("SELECT subject FROM mail")))
    assert left == {"sent lately", "not sent yet"}
