"""Two people edit one thing: who comes second loses nothing, overwrites nothing unseen, and decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from werkzeug.datastructures import MultiDict

from kimhub.core.fields import Choice, Choices, CommandSchema, Flag, Password, Share, Text
from kimhub.core.fields.options import Option
from kimhub.core.web.editing import try_edit, versioned
from kimhub.core.web.forms import Form, bind, blank
from kimhub.core.web.trying import status_of

ID = UUID(int=1)


class RequestSchema(CommandSchema):
    """One field of each kind that compares differently."""

    function = Text("Stelle")
    fte = Share("Anteil")
    reason = Text("Begründung", lines=5, optional=True)
    kind = Choice("Art", options=[Option("a", "Amt"), Option("t", "Träger")])
    places = Choices("Orte", options=[Option("1", "Nord"), Option("2", "Süd")], optional=True)
    agreed = Flag("Abgestimmt")
    secret = Password("Kennwort", optional=True)


STORED: dict[str, Any] = {
    "function": "Feldtest", "fte": 1, "reason": None, "kind": "a", "places": ["1", "2"], "agreed": False,
}  # fmt: skip
SENT = {
    "function": "Feldtest", "fte": "1,0", "reason": "", "kind": "a", "places": ["2", "1"], "secret": "geheim",
}  # fmt: skip


@dataclass
class Thing:
    """Stands for `Versioned`: what is stored when it is held."""

    stored: dict[str, Any]

    def held(self, id_: UUID) -> dict[str, Any]:
        assert id_ == ID
        return self.stored


@pytest.fixture(autouse=True)
def no_savepoint(monkeypatch):
    """Nothing is stored here, so nothing is tried in a savepoint."""
    monkeypatch.setattr("kimhub.core.web.editing.try_with", lambda _form, use_case, **_: use_case())


def shown(values: dict[str, Any]) -> Form:
    return versioned(blank(RequestSchema(), values))


def sent(
    changes: dict[str, Any], *, now: dict[str, Any], seen: dict[str, Any] = STORED
) -> tuple[Form, list[dict]]:
    """The form that was made from `seen` and comes back with `changes` while `now` is stored; what was saved."""
    saved: list[dict] = []
    form = bind(RequestSchema(), MultiDict({**SENT, **changes}))
    assert form.valid, form.summary

    def save() -> bool:
        saved.append(form.data)
        return True

    version = shown(seen).version
    try_edit(form, Thing(now), ID, lambda stored: blank(RequestSchema(), stored), save, version=version)  # type: ignore[arg-type]
    return form, saved


def test_who_is_alone_saves():
    form, saved = sent({"fte": "0,5"}, now=STORED)
    assert len(saved) == 1
    assert (form.overtaken, status_of(form)) == (False, 200)


def test_the_second_is_told_and_nothing_is_saved():
    form, saved = sent({"fte": "0,5"}, now={**STORED, "reason": "Weil."})
    assert saved == []
    assert (form.overtaken, status_of(form)) == (True, 409)


def test_what_was_typed_stays_and_what_was_left_alone_is_taken_over():
    form, _ = sent({"fte": "0,5"}, now={**STORED, "reason": "Weil.", "places": ["1"], "agreed": True})
    assert (form["fte"].typed, form["fte"].stored, form["fte"].taken_over) == ("0,5", None, False)
    assert (form["reason"].typed, form["reason"].taken_over) == ("Weil.", True)
    assert (form["places"].chosen, form["agreed"].chosen) == (["1"], ["1"])
    assert form["agreed"].taken_over
    assert not form["function"].taken_over, "nobody changed it"


def test_where_both_wrote_both_stand_there():
    form, _ = sent(
        {"reason": "Mein Text.", "kind": "t"}, now={**STORED, "reason": "Ihr Text.\nZwei Zeilen.", "fte": 2}
    )
    assert (form["reason"].typed, form["reason"].stored) == ("Mein Text.", "Ihr Text.\nZwei Zeilen.")
    assert (form["kind"].typed, form["kind"].stored) == ("t", None), "only one of them changed it"
    assert (form["fte"].typed, form["fte"].taken_over) == ("2,0", True)


def test_a_choice_is_shown_in_its_words():
    form, _ = sent(
        {"agreed": "1", "places": ["1"]}, now={**STORED, "agreed": False, "places": ["2"], "fte": 2}
    )
    assert form["places"].stored == "Süd"
    assert form["agreed"].stored is None, "nobody else changed it"


def test_saving_again_is_a_decision():
    now = {**STORED, "reason": "Ihr Text."}
    form, _ = sent({"reason": "Mein Text."}, now=now)
    again, saved = sent({"reason": "Mein Text."}, now=now, seen=now)
    assert form.version == shown(now).version
    assert [command["reason"] for command in saved] == ["Mein Text."]
    assert not again.overtaken


def test_somebody_can_be_overtaken_twice():
    form, _ = sent({"reason": "Mein Text."}, now={**STORED, "reason": "Zweiter."})
    again, saved = sent(
        {"reason": "Mein Text."}, now={**STORED, "reason": "Dritter."}, seen={**STORED, "reason": "Zweiter."}
    )
    assert form.overtaken
    assert again.overtaken
    assert saved == []
    assert again["reason"].stored == "Dritter."


@pytest.mark.parametrize("version", ["", "kaputt", "a:b:c", "0:0"])
def test_a_form_without_a_readable_state_is_never_simply_saved(version):
    form = bind(RequestSchema(), MultiDict({**SENT, "fte": "0,5"}))
    try_edit(
        form, Thing(STORED), ID, lambda stored: blank(RequestSchema(), stored), lambda: True, version=version
    )  # type: ignore[arg-type]
    assert form.overtaken
    assert (form["fte"].typed, form["fte"].stored) == ("0,5", "1,0")


def test_secrets_and_files_are_no_part_of_the_state():
    assert shown(STORED).version == shown({**STORED, "secret": "geheim"}).version


def test_line_ends_make_no_difference():
    seen = {**STORED, "reason": "Eins\nZwei"}
    form, saved = sent({"reason": "Eins\r\nZwei"}, now={**seen, "fte": 2}, seen=seen)
    assert saved == []
    assert form["reason"].stored is None
