"""After a restore no mail leaves until the operator releases it: with a real backup, really restored."""

from __future__ import annotations

import os
import subprocess

import pytest
from click.testing import CliRunner
from sqlalchemy import NullPool, create_engine, text

from kimhub.cli import kimhub
from kimhub.core.jobs.models import JobState, Lane
from kimhub.core.jobs.relay import Relay
from kimhub.core.jobs.schedule import SCHEDULE, PerTenant
from kimhub.core.jobs.wakeups import WakeUps, job_in, queue_on
from kimhub.core.mail.holding import is_held
from kimhub.core.mail.outbox import Letter, send_mail
from kimhub.embedded.programs import postgres_programs
from tenants import transaction
from tests.support import job_kinds  # noqa: F401 - declares the kinds
from tests.support.cluster import other_postgres


def letter():
    return Letter(to="poststelle@gemeinde.example", subject="Rückfrage", text="bitte antworten Sie.")


@pytest.fixture
def redis(works):
    with works.queue.client() as client:
        client.flushall()
        with works.owner.begin() as connection:
            connection.execute(text("TRUNCATE job, job_tick, mail, mail_release"))
        yield client


@pytest.fixture
def backup(works, tmp_path):
    """What `pg_dump` writes of the database, and a function that restores it under another name or over itself."""
    programs = (other_postgres() or postgres_programs()) / "bin"
    path = tmp_path / "kimhub.dump"

    def at(database):
        url = works.admin.url.set(drivername="postgresql", database=database)
        return url.render_as_string(hide_password=False)

    def save():
        source = at(works.relay.url.database)
        subprocess.run([programs / "pg_dump", "--format=custom", "--file", path, source], check=True)

    def restore(database, *options):
        subprocess.run([programs / "pg_restore", *options, "--dbname", at(database), path], check=True)

    save.restore = restore
    return save


OTHERS = tuple(task for task in SCHEDULE if not isinstance(task, PerTenant))
"""What the relay looks to without making jobs of every tenant, which would stand beside the mails."""


def write(works):
    with works.app.app_context(), transaction(works.actor) as session:
        send_mail(session, works.actor, letter())


def handed_over(engine, redis):
    """What a relay on that database calls workers for, by kind."""
    redis.flushall()
    relay = Relay(engine, WakeUps(redis), schedule=OTHERS)
    relay.tick()
    while relay.step():
        pass
    queue = queue_on(redis, Lane.SHORT)
    ids = [job_in(queue.fetch_job(rq_id).args)[0] for rq_id in queue.get_job_ids()]
    with engine.connect() as connection:
        return sorted(connection.scalars(text("SELECT kind FROM job WHERE id = ANY(:ids)"), {"ids": ids}))


def waiting(engine):
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE job SET state = 'waiting', run_at = clock_timestamp() WHERE state = 'dispatched'")
        )
        return connection.scalar(text("SELECT count(*) FROM job WHERE state = 'waiting'"))


def test_a_database_that_is_its_own_sends_from_the_first_mail_on(works, redis):
    write(works)
    assert handed_over(works.relay, redis) == ["mail.deliver"]
    assert waiting(works.relay) == 1
    write(works)
    assert handed_over(works.relay, redis) == ["mail.deliver", "mail.deliver"]
    with works.relay.connect() as connection:
        assert not is_held(connection)


def test_a_restored_database_sends_nothing_until_released_and_does_all_else(works, redis, backup):
    handed_over(works.relay, redis)  # the relay has looked once
    write(works)
    works.ask("test.work")
    backup()
    name = f"{works.relay.url.database}_restored"
    with works.admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    restored = create_engine(works.relay.url.set(database=name), poolclass=NullPool)
    try:
        backup.restore(name)
        with restored.connect() as connection:
            assert is_held(connection)
        assert handed_over(restored, redis) == ["test.work"]
        said = command(works, restored, "status")
        assert "sind angehalten" in said
        assert "Es warten 1, geschrieben" in said
        assert command(works, restored, "release") == "E-Mails gehen hinaus; 1 warten noch.\n"
        assert waiting(restored) == 2
        assert "mail.deliver" in handed_over(restored, redis)
    finally:
        with works.admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    assert "mail.deliver" in handed_over(works.relay, redis), "the original goes on"


def test_what_is_restored_over_itself_is_noticed_and_what_waits_can_be_dropped(works, redis, backup):
    handed_over(works.relay, redis)
    write(works)
    backup()
    works.relay.dispose()
    backup.restore(works.relay.url.database, "--clean")
    assert handed_over(works.relay, redis) == []
    assert command(works, works.relay, "release", "--drop") == "E-Mails gehen hinaus; 1 sind verworfen.\n"
    with works.relay.connect() as connection:
        assert connection.scalars(text("SELECT state FROM job")).all() == [JobState.DROPPED]
    write(works)
    assert handed_over(works.relay, redis) == ["mail.deliver"]


def test_the_operator_holds_mails_back(works, redis):
    write(works)
    assert "angehalten" in command(works, works.relay, "hold")
    assert handed_over(works.relay, redis) == []
    assert "warten noch" in command(works, works.relay, "release")
    assert "gehen hinaus" in command(works, works.relay, "status")
    assert handed_over(works.relay, redis) == ["mail.deliver"]


def command(works, engine, *arguments):
    urls = {"KIMHUB_DATABASE_RELAY_URL": engine.url.render_as_string(hide_password=False)}
    result = CliRunner(env={**os.environ, **works.environ, **urls}).invoke(
        kimhub, ["mail", *arguments], catch_exceptions=False
    )
    return result.output
