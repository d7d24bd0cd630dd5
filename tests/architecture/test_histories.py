"""Random histories of several tenants, after which nobody sees anything that a plain Python model would hide.

Hypothesis invents who opens, moves and annotates which file in which order, also against the rules and by raw
SQL; after every step all bodies look, and each must see exactly what the model says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    invariant,
    rule,
)
from sqlalchemy import select, text

from tenants import Permission, Role, transaction
from tenants.errors import NotFoundError
from tenants.proceedings import (
    DRAFT,
    Proceeding,
    ProceedingMovedError,
    Side,
    Transition,
    Workflow,
    add_note,
    advance,
    open_proceeding,
)
from tests.factories.tenants import Body
from tests.support.histories import BODIES, AtWork, staged

INITIATOR, COUNTERPART = Side.INITIATOR, Side.COUNTERPART
MAY = Permission.REQUEST_READ
WORKFLOW = Workflow(
    kind="history",
    title="Geschichte",
    states={DRAFT: "Entwurf", "sent": "gesendet", "asked": "gefragt", "closed": "geschlossen"},
    transitions=(
        Transition("send", (DRAFT, "asked"), "sent", INITIATOR, MAY, "Senden", "hat gesendet"),
        Transition("ask", ("sent",), "asked", COUNTERPART, MAY, "Fragen", "hat gefragt"),
        Transition("close", ("sent", "asked"), "closed", COUNTERPART, MAY, "Schließen", "hat geschlossen"),
        Transition("close", ("sent", "asked"), "closed", INITIATOR, MAY, "Schließen", "hat geschlossen"),
    ),
)
ACTIONS = ("send", "ask", "close")
VISIBLE = text(
    "SELECT 'proceeding', id FROM proceeding WHERE kind = 'history'"
    " UNION ALL SELECT 'entry', id FROM proceeding_entry WHERE kind = 'history'"
    " UNION ALL SELECT 'note', id FROM proceeding_note WHERE kind = 'history'"
)
FORGERIES = (
    "UPDATE proceeding SET subject = 'anders' WHERE id = :file AND tenant_id <> :me",
    "UPDATE proceeding SET released_at = NULL WHERE id = :file AND released_at IS NOT NULL",
    "UPDATE proceeding_entry SET note = 'anders' WHERE proceeding_id = :file",
    "DELETE FROM proceeding_entry WHERE proceeding_id = :file",
    "DELETE FROM proceeding_note WHERE proceeding_id = :file",
    (
        "INSERT INTO proceeding_note"
        " (tenant_id, id, proceeding_id, initiator_id, counterpart_id, kind, text, actor_label)"
        " VALUES (:other, gen_random_uuid(), :file, :initiator, :counterpart, 'history', 'falsch', '')"
    ),
    (
        "INSERT INTO proceeding_entry (tenant_id, id, proceeding_id, initiator_id, counterpart_id, kind, seq,"
        " previous_seq, action, from_state, to_state, note, actor_label)"
        " VALUES (:me, gen_random_uuid(), :file, :initiator, :counterpart, 'history', 1,"
        " NULL, 'close', 'draft', 'closed', '', '')"
    ),
)


@dataclass
class File:
    """A proceeding as the model knows it."""

    id: UUID
    initiator: Body
    counterpart: Body
    state: str = DRAFT
    entries: set[UUID] = field(default_factory=set)
    notes: dict[UUID, Body] = field(default_factory=dict)

    @property
    def released(self) -> bool:
        return bool(self.entries)

    def side_of(self, body: Body) -> Side | None:
        if body == self.initiator:
            return INITIATOR
        return COUNTERPART if body == self.counterpart and self.released else None


def seen_by(files: list[File], body: Body) -> set[tuple[str, UUID]]:
    """The two rules in plain Python: one's own, and what is released to one; notes stay with their author."""
    seen: set[tuple[str, UUID]] = set()
    for file in files:
        if file.side_of(body):
            seen.add(("proceeding", file.id))
            seen |= {("entry", entry) for entry in file.entries}
            seen |= {("note", note) for note, author in file.notes.items() if author == body}
    return seen


class Histories(AtWork):
    """Bodies that work on files."""

    files = Bundle("files")
    anyone = st.sampled_from(("initiator",) * 3 + ("counterpart",) * 3) | BODIES
    """Mostly the two that a file concerns, else little would happen."""

    @rule(target=files, initiator=BODIES, step=st.integers(1, 6))
    def open(self, initiator: int, step: int) -> File:
        one, other = self.all[initiator], self.all[(initiator + step) % 7]
        actor = one.actor(Role.OFFICER)
        with transaction(actor) as session:
            opened = open_proceeding(session, actor, WORKFLOW, counterpart_id=other.id, subject="Sache")
            session.flush()
            file = File(opened.id, one, other)
        self.known.append(file)
        return file

    @rule(file=files, who=anyone, action=st.sampled_from(ACTIONS))
    def advance(self, file: File, who: str | int, action: str) -> None:
        body = self._body(file, who)
        side = file.side_of(body)
        step = WORKFLOW.step(action, file.state, side) if side else None
        try:
            entry = self._on_file(
                file,
                body,
                lambda session, actor, row: advance(session, actor, WORKFLOW, row, action=action).id,
            )
        except NotFoundError:
            assert side is None
        except ProceedingMovedError:
            assert side is not None
            assert step is None
        else:
            assert step is not None
            file.entries.add(entry)
            file.state = step.to_state

    @rule(file=files, who=anyone)
    def annotate(self, file: File, who: str | int) -> None:
        body = self._body(file, who)

        def note(session, actor, row):
            added = add_note(session, actor, row, text="Intern")
            session.flush()
            return added.id

        try:
            file.notes[self._on_file(file, body, note)] = body
        except NotFoundError:
            assert file.side_of(body) is None
        else:
            assert file.side_of(body) is not None

    @rule(file=files, who=anyone, other=BODIES, forgery=st.sampled_from(FORGERIES))
    def cheat(self, file: File, who: str | int, other: int, forgery: str) -> None:
        """Nothing is reached: the statement is refused or finds no row."""
        me = self._body(file, who)
        self.reaches_nothing(
            me,
            forgery,
            {
                "file": file.id, "me": me.id, "other": self.other_than(me, other).id,
                "initiator": file.initiator.id, "counterpart": file.counterpart.id,
            },
        )  # fmt: skip

    @invariant()
    def everybody_sees_what_the_rules_say(self) -> None:
        self.all_see(VISIBLE, seen_by)

    def _body(self, file: File, who: str | int) -> Body:
        return self.all[who] if isinstance(who, int) else getattr(file, who)

    def _on_file(self, file: File, body: Body, work):
        actor = body.actor(Role.OFFICER)
        with transaction(actor) as session:
            row = session.scalars(select(Proceeding).where(Proceeding.id == file.id)).one_or_none()
            if row is None:
                raise NotFoundError
            return work(session, actor, row)


@pytest.fixture(scope="module")
def stage(cluster):
    with staged(cluster, "histories") as stage:
        with stage.superuser.begin() as connection:
            for step in WORKFLOW.transitions:
                for source in step.from_states:
                    connection.execute(
                        text(
                            "INSERT INTO workflow_transition VALUES ('history', :action, :source, :target, :side)"
                        ),
                        {"action": step.action, "source": source, "target": step.to_state, "side": step.side},
                    )
        yield stage


def test_no_history_lets_anybody_see_too_much_or_too_little(stage):
    stage.play(Histories, examples=12)


ME = "(SELECT app.tenant())"


@pytest.mark.parametrize(
    ("table", "condition"),
    [
        ("proceeding", f"coalesce(tenant_id = {ME} OR counterpart_id = {ME}, false)"),
        ("proceeding_note", f"initiator_id = {ME} OR counterpart_id = {ME}"),
        ("proceeding_entry", f"tenant_id = {ME}"),
    ],
    ids=["drafts are shown", "notes are shown", "answers are hidden"],
)
def test_some_history_finds_a_broken_policy(stage, table, condition):
    stage.finds(Histories, table, condition)


def test_the_model_hides_a_draft_and_notes_of_others(district):
    file = File(UUID(int=1), district.gemeinde, district.kreis)
    file.notes[UUID(int=2)] = district.gemeinde
    assert seen_by([file], district.kreis) == set()
    file.entries.add(UUID(int=3))
    assert seen_by([file], district.kreis) == {("proceeding", UUID(int=1)), ("entry", UUID(int=3))}
    assert len(seen_by([file], district.gemeinde)) == 3
    assert seen_by([file], district.sibling) == set()
