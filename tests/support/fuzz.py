"""Many threads that act for many tenants over few connections, and end their transactions in every way there is."""

from __future__ import annotations

import random
import threading
import time
from contextlib import contextmanager, suppress

from psycopg.pq import TransactionStatus
from sqlalchemy import create_engine, event, insert, text
from sqlalchemy.exc import DBAPIError

from tenants import NOBODY, Role, SigningIn, db, transaction
from tenants.proceedings import Proceeding
from tests.factories.tenants import create_district

SECONDS = 2.5
THREADS = 6
COUNT = text("SELECT count(*), count(*) FILTER (WHERE tenant_id <> :me) FROM proceeding")


class Leak(Exception):  # noqa: N818 - not an error of the program
    """Somebody saw what is not theirs, or did not see what is."""


class DeliberateError(Exception):
    """A use case that fails."""


class Pool:
    """An application whose six threads share two connections, and a probe at each return to the pool."""

    def __init__(self, app, bodies):
        self.app, self.bodies = app, bodies
        self.findings: list[str] = []
        self.transactions = 0
        self.returns = 0

    def probe(self, dbapi_connection, _record):
        """What comes back to the pool is idle, and nobody acts in it."""
        if dbapi_connection is None or dbapi_connection.closed:
            return
        self.returns += 1
        if dbapi_connection.info.transaction_status is not TransactionStatus.IDLE:
            self.findings.append("returned inside a transaction")
        left = dbapi_connection.execute("SELECT current_setting('app.tenant', true)").fetchone()[0]
        dbapi_connection.rollback()
        if left:
            self.findings.append(f"returned with tenant {left}")

    def work(self, seed, seconds):
        chance = random.Random(seed)
        end = time.monotonic() + seconds
        with self.app.app_context():
            while time.monotonic() < end:
                self.transactions += 1
                try:
                    chance.choice(ENDS)(self, chance)
                except (DeliberateError, DBAPIError):
                    pass
                except Exception as error:  # noqa: BLE001 - a thread tells by its finding
                    self.findings.append(repr(error))

    def run(self, seconds=SECONDS):
        with self.app.app_context():
            engine = db.engine
        event.listen(engine, "checkin", self.probe)
        threads = [threading.Thread(target=self.work, args=(seed, seconds)) for seed in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        event.remove(engine, "checkin", self.probe)
        return self.findings

    def anyone(self, chance):
        return chance.choice(self.bodies).actor(Role.OFFICER)

    @contextmanager
    def acting(self, chance, **options):
        actor = self.anyone(chance)
        with transaction(actor, **options) as session:
            look(session, actor)
            yield session, actor
            look(session, actor)


def look(session, actor):
    """Each body has as many proceedings as its place in the district, and sees these alone."""
    seen, foreign = session.execute(COUNT, {"me": actor.tenant_id}).one()
    if foreign or seen != actor.tenant_id:
        raise Leak(f"{actor.tenant_name} sees {seen} rows, {foreign} of others")


def commits(pool, chance):
    with pool.acting(chance):
        pass


def reads_only(pool, chance):
    with pool.acting(chance, read_only=True):
        pass


def fails(pool, chance):
    with pool.acting(chance):
        raise DeliberateError


def breaks_a_statement(pool, chance):
    with pool.acting(chance) as (session, _):
        session.execute(text("SELECT 1 / 0"))


def runs_out_of_time(pool, chance):
    with pool.acting(chance) as (session, _):
        session.execute(text("SET LOCAL statement_timeout = 1"))
        session.execute(text("SELECT pg_sleep(1)"))


def loses_its_connection(pool, chance):
    if chance.random() < 0.9:
        return
    with pool.acting(chance) as (session, _):
        session.connection().connection.driver_connection.close()
        session.execute(text("SELECT 1"))


def undoes_a_savepoint_of_somebody_else(pool, chance):
    with pool.acting(chance) as (session, actor):
        with suppress(DeliberateError), session.begin_nested():
            other = str(chance.choice(pool.bodies).id)
            session.execute(text("SELECT set_config('app.tenant', :other, true)"), {"other": other})
            raise DeliberateError
        look(session, actor)
        with session.begin_nested():
            look(session, actor)


def names_somebody_else(pool, chance):
    with pool.acting(chance) as (session, actor):
        other = chance.choice([body for body in pool.bodies if body.id != actor.tenant_id])
        session.execute(text("SELECT set_config('app.tenant', :other, true)"), {"other": str(other.id)})
        seen = session.scalar(text("SELECT count(*) FROM proceeding"))  # raises
        raise Leak(f"{seen} rows for whoever named {other.name}")


def writes_and_rolls_back(pool, chance):
    with pool.acting(chance) as (session, actor):
        session.execute(
            insert(Proceeding).values(
                tenant_id=actor.tenant_id, kind="x", subject="x", counterpart_id=3 - (actor.tenant_id == 3)
            )
        )
        raise DeliberateError


def works_for_two_in_turn(pool, chance):
    commits(pool, chance)
    commits(pool, chance)


def is_nobody(pool, chance):
    with transaction(NOBODY) as session:
        if session.scalar(text("SELECT count(*) FROM proceeding")):
            raise Leak("nobody sees rows")


def signs_in(pool, chance):
    with transaction(SigningIn()) as session:
        if session.scalar(text("SELECT session_user")) != "kimhub_signin":
            raise Leak("the application signs somebody in")
        session.scalar(text("SELECT count(*) FROM proceeding"))  # refused
        raise Leak("rows for somebody who signs in")


def forgets_to_bind(pool, chance):
    with db.engine.connect() as connection:
        if connection.scalar(text("SELECT count(*) FROM proceeding")):
            raise Leak("an unbound connection sees rows")


ENDS = (
    commits, reads_only, fails, breaks_a_statement, runs_out_of_time, loses_its_connection,
    undoes_a_savepoint_of_somebody_else, names_somebody_else, writes_and_rolls_back, works_for_two_in_turn, is_nobody,
    signs_in, forgets_to_bind,
)  # fmt: skip


def seed_rows(owner_url, app):
    """Body number n gets n proceedings; return the bodies."""
    owner = create_engine(owner_url)
    with owner.begin() as connection:
        bodies = create_district(connection).all()
    owner.dispose()
    with app.app_context():
        for body in bodies:
            with transaction(body.actor(Role.OFFICER)) as session:
                session.add_all(
                    Proceeding(
                        tenant_id=body.id, kind="x", subject="x", counterpart_id=bodies[body == bodies[0]].id
                    )
                    for _ in range(body.id)
                )
    return bodies
