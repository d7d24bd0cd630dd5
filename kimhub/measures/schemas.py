"""What is written of measures: one schema per command, for the form and for the API alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import Choice, CommandSchema, Day, Text
from kimhub.core.fields.options import Option
from kimhub.measures.models import MAX_NOTE, MAX_TEXT, MAX_TITLE
from kimhub.measures.terms import MeasureOrigin, MeasureState
from kimhub.measures.usecases.measures import MeasureDetails, NewMeasure
from kimhub.programme.public import Baustein

BAUSTEINE = [Option(str(baustein.value), baustein.label) for baustein in Baustein]
STATES = [Option(state.value, state.label) for state in MeasureState]
NO_NAME = "Nennen Sie Stellen und Funktionen, keine Personen."


class MeasureSchema(CommandSchema):
    """What is to be done, by whom, until when, and why."""

    title = Text(
        "Was", max_length=MAX_TITLE,
        hint="In einem Satz, zum Beispiel „Sprachmittlung für alle Beratungsstellen im Kreis“.",
    )  # fmt: skip
    text = Text("Beschreibung", optional=True, lines=4, max_length=MAX_TEXT)
    responsible = Text(
        "Wer", max_length=MAX_TITLE, hint=f"Amt, Stelle oder Organisation, die es umsetzt. {NO_NAME}"
    )
    due = Day("Bis wann", optional=True, hint="Leer, wenn kein Tag bestimmt ist.")
    baustein = Choice(
        "Baustein", optional=True, options=BAUSTEINE, hint="Wenn die Maßnahme zu einem Baustein gehört."
    )
    origin = Choice(
        "Woher die Lücke bekannt ist",
        enum=MeasureOrigin,
        options=[Option(origin.value, origin.label) for origin in MeasureOrigin],
    )
    origin_text = Text(
        "Worin die Lücke besteht", optional=True, lines=3, max_length=MAX_NOTE,
        hint="Was strukturell fehlt. Keine Angaben aus einzelnen Fällen.",
    )  # fmt: skip
    paper = Text(
        "Vorlage, Niederschrift oder Link", optional=True, max_length=MAX_TITLE,
        hint="Wo es steht, zum Beispiel „Niederschrift vom 12.03.2026, TOP 4“.",
    )  # fmt: skip


class _GroupSchema(CommandSchema):
    """Which committee decides."""

    committee_id = Choice("Gremium", hint="Die Lenkungsgruppe oder Projektgruppe, die darüber beschließt.")


class NewMeasureSchema(MeasureSchema, _GroupSchema):
    """A measure with its committee, which is asked for first."""


class MeasureStepSchema(CommandSchema):
    """On which day a step was taken, and what there is to say of it."""

    happened_on = Day("Tag")
    note = Text("Anmerkung", optional=True, lines=3, max_length=MAX_NOTE)


class MeasureDropSchema(MeasureStepSchema):
    """When a measure was given up, and why."""

    note = Text(
        "Grund", lines=3, max_length=MAX_NOTE, hint="Er bleibt lesbar, auch für spätere Fragen danach."
    )


def details_of(data: Mapping[str, Any]) -> MeasureDetails:
    """Return what is to be done as the use case takes it."""
    return MeasureDetails(**_words(data))


def new_measure_of(data: Mapping[str, Any]) -> NewMeasure:
    """Return a new measure as the use case takes it; raises `InvalidInputError` for what names no committee."""
    words = _words(data)
    try:
        committee_id = UUID(words.pop("committee_id"))
    except ValueError:
        message = "Nennen Sie ein Gremium."
        raise InvalidInputError(message, fields={"committee_id": [message]}) from None
    return NewMeasure(committee_id=committee_id, **words)


def _words(data: Mapping[str, Any]) -> dict[str, Any]:
    baustein = data.get("baustein")
    return {**data, "baustein": Baustein(int(baustein)) if baustein else None}
