"""A district with people who can be told something, and what arrived with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import Engine, text

from kimhub.core.events.ringing import RING
from kimhub.core.jobs.models import JobState
from kimhub.inbox.rhythm import Rhythm
from kimhub.inbox.usecases.choose_rhythm import ChooseRhythm, choose_rhythm
from tenants import Actor, Role, transaction
from tests.factories.identity import Person, create_membership, create_person
from tests.factories.tenants import Body, District
from tests.support.jobs import do_jobs
from tests.support.works import Works

_LINES = text(
    "SELECT t.slug, a.email, e.kind FROM delivery AS d JOIN account AS a ON a.id = d.account_id"
    " JOIN tenant AS t ON t.id = d.tenant_id JOIN event AS e ON e.id = d.event_id"
)
_MAILS = text("SELECT t.slug, m.recipient, m.subject FROM mail AS m JOIN tenant AS t ON t.id = m.tenant_id")


@dataclass
class Town:
    """The tenants of a test with their people, who are found by name."""

    works: Works
    superuser: Engine
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def district(self) -> District:
        return self.works.district

    def settle(self, name: str, *belongs_to: tuple[Body, Role]) -> Person:
        """Let somebody take up roles; the same person again gets further ones."""
        with self.superuser.begin() as connection:
            known = self.people.get(name)
            if known is None:
                self.people[name] = create_person(connection, f"{name}@kim.example", *belongs_to)
            else:
                for body, role in belongs_to:
                    create_membership(connection, known.account_id, known.email, body, role)
        return self.people[name]

    def actor(self, name: str, body: Body, *roles: Role) -> Actor:
        """Return a person of this town at work."""
        return replace(body.actor(*roles), subject=self.people[name].account_id)

    def ring(self) -> int:
        """Do once what the relay does; return how many jobs it made."""
        with self.works.relay.begin() as connection:
            return connection.scalar(text(RING))

    def deliver(self) -> None:
        """Let every tenant receive what there is and send its mails, until nothing is left to do."""
        while True:
            rung = self.ring()
            with self.works.app.app_context():
                done = [status for body in self.district.all() for status in do_jobs(body.actor(*Role))]
            assert {status.state for status in done} <= {JobState.DONE}
            if not rung and not done:
                return

    def next_monday(self) -> None:
        """Let the time come at which gathered mails are written."""
        with self.superuser.begin() as connection:
            connection.execute(text("UPDATE delivery SET mail_due_at = now() WHERE mail_due_at IS NOT NULL"))
            connection.execute(
                text(
                    "UPDATE job SET due_at = now(), run_at = now() WHERE kind = 'inbox.gather' AND state = 'waiting'"
                )
            )

    def choose(self, name: str, body: Body, rhythm: Rhythm) -> None:
        """Let a person choose how often mail of a tenant comes."""
        actor = self.actor(name, body, *Role)
        with self.works.app.app_context(), transaction(actor):
            choose_rhythm(actor, ChooseRhythm(rhythm=rhythm))

    def lines(self) -> Counter[tuple[str, str, str]]:
        """Count the inbox lines by tenant, person and kind of event."""
        with self.superuser.connect() as connection:
            return Counter(
                (row.slug, row.email.partition("@")[0], row.kind) for row in connection.execute(_LINES)
            )

    def mails(self) -> Counter[tuple[str, str]]:
        """Count the mails by tenant and person."""
        with self.superuser.connect() as connection:
            return Counter((row.slug, row.recipient.partition("@")[0]) for row in connection.execute(_MAILS))

    def events(self) -> list[tuple[int, int, str, UUID]]:
        """Return author, concerned tenant, kind and deed of each event."""
        with self.superuser.connect() as connection:
            found = connection.execute(
                text("SELECT tenant_id, concerns, kind, act_id FROM event ORDER BY created_at, id")
            )
            return [tuple(row) for row in found]

    def forget(self) -> None:
        """Drop events, people and jobs."""
        self.works.forget()
        with self.superuser.begin() as connection:
            connection.execute(
                text(
                    "TRUNCATE event, receipt, delivery, office, mail, membership, credential, account CASCADE"
                )
            )
        self.people.clear()
