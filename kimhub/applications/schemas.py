"""What is typed or sent: one schema per command, for the form and for the API alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from marshmallow import fields as plain
from marshmallow import validate

from kimhub.applications.usecases.create_application import ApplicationDetails
from kimhub.applications.usecases.decide_baustein import DecideBaustein
from kimhub.applications.usecases.involve_gemeinden import Involvement
from kimhub.applications.usecases.write_foerderskizze import MAX_SECTIONS
from kimhub.core.documents.kinds import ENDINGS, LABELS
from kimhub.core.documents.limits import MAX_FILE_SIZE, MEGABYTE
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import Choice, CommandSchema, Day, Flag, Number, Text, Upload
from kimhub.core.fields.options import Option
from kimhub.programme.public import FIRST_YEAR, LAST_YEAR, Baustein

FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
MAX_PARTICIPANTS = 200
MAX_GEMEINDEN = 100


class Answer(StrEnum):
    """Whether a Gemeinde is involved."""

    YES = "yes"
    NO = "no"


class Use(StrEnum):
    """Whether a Baustein is used."""

    USED = "used"
    NOT_USED = "not_used"


class DetailsSchema(CommandSchema):
    """What is applied for."""

    title = Text("Titel", max_length=200, hint="So heißt der Antrag in Listen.")
    starts_on = Day(
        "Beginn des Bewilligungszeitraums", earliest=FIRST_DAY, latest=LAST_DAY, hint="Zum Beispiel 1.1.2027."
    )
    ends_on = Day(
        "Ende des Bewilligungszeitraums", earliest=FIRST_DAY, latest=LAST_DAY, hint="Zum Beispiel 31.12.2027."
    )
    plan_id = Choice(
        "Finanzierungsplan",
        optional=True,
        hint="Aus dem Plan kommen Kosten, Zuwendung und Eigenanteil. Sie können ihn später zuordnen.",
    )


class SectionSchema(CommandSchema):
    """A section of the Förderskizze."""

    heading = Text("Überschrift", max_length=200)
    text = Text("Text", max_length=20_000, lines=18, optional=True)


class ChangedSectionSchema(SectionSchema):
    """A section as somebody changes it, with the version that was seen."""

    version = plain.Integer(required=True, validate=validate.Range(min=1, max=1_000_000))


class ParticipantSchema(CommandSchema):
    """Who took part."""

    name = Text(
        "Stelle oder Organisation",
        max_length=200,
        hint="Zum Beispiel Jobcenter, Ausländeramt, Integrationsrat. Nennen Sie keine Personen beim Namen.",
    )
    inside = Flag("Gehört zur eigenen Verwaltung")
    contribution = Text(
        "Art der Beteiligung",
        max_length=2000,
        lines=3,
        optional=True,
        hint="Zum Beispiel: hat den Entwurf in der Lenkungsgruppe beraten.",
    )


class GemeindeSchema(CommandSchema):
    """What is said about one Gemeinde."""

    ags = plain.String(required=True, validate=validate.Regexp("^[0-9]{8}$"))
    involved = Choice(
        "In KIM eingebunden?",
        radios=True,
        optional=True,
        enum=Answer,
        options=[Option(Answer.YES, "Ja"), Option(Answer.NO, "Nein")],
    )
    how = Text("Wie, oder warum nicht?", max_length=2000, lines=2, optional=True)


class GemeindenSchema(CommandSchema):
    """What is said about the Gemeinden of a Kreis."""

    gemeinden = plain.List(
        plain.Nested(GemeindeSchema), required=True, validate=validate.Length(max=MAX_GEMEINDEN)
    )


class FileSchema(CommandSchema):
    """A file for the application."""

    file = Upload(
        "Datei",
        accept=ENDINGS,
        hint=f"Eine Datei mit höchstens {MAX_FILE_SIZE // MEGABYTE} MB. Möglich sind {LABELS}.",
    )


class SubmissionSchema(CommandSchema):
    """The day of the submission."""

    submitted_on = Day(
        "Abgesandt am",
        earliest=FIRST_DAY,
        latest=LAST_DAY,
        hint="Der Tag, an dem der Antrag an die Bezirksregierung geht.",
    )
    reference = Text("Ihr Aktenzeichen", max_length=120, optional=True)


class CheckedSubmissionSchema(SubmissionSchema):
    """The submission from the check page, with the version that was checked."""

    version = plain.Integer(required=True, validate=validate.Range(min=1, max=1_000_000))


class HappeningSchema(CommandSchema):
    """What happened after the submission."""

    happened_on = Day("Tag", earliest=FIRST_DAY, latest=LAST_DAY)
    reference = Text("Aktenzeichen der Bezirksregierung", max_length=120, optional=True)
    note = Text("Bemerkung", max_length=2000, lines=4, optional=True)


class DecisionSchema(CommandSchema):
    """A decision about a Baustein."""

    baustein = Choice("Baustein", options=[Option(str(int(item)), item.label) for item in Baustein])
    use = Choice(
        "Entscheidung",
        radios=True,
        enum=Use,
        options=[
            Option(Use.NOT_USED, "Der Baustein wird nicht genutzt."),
            Option(Use.USED, "Der Baustein wird genutzt."),
        ],
    )
    from_year = Number("Ab dem Haushaltsjahr", minimum=FIRST_YEAR, maximum=LAST_YEAR)
    decided_on = Day("Entschieden am", earliest=FIRST_DAY, latest=LAST_DAY)
    reason = Text(
        "Gründe",
        max_length=4000,
        lines=6,
        hint="Räte und Ausschüsse fragen später danach. Schreiben Sie so, dass man es ohne Vorwissen versteht.",
    )
    reference = Text(
        "Fundstelle",
        max_length=200,
        optional=True,
        hint="Zum Beispiel die Nummer der Vorlage oder Niederschrift.",
    )


class SectionInSchema(SectionSchema):
    """A section over the API; without `id` it is a new one."""

    id = plain.UUID(load_default=None, allow_none=True)


class ContentsSchema(DetailsSchema):
    """A whole draft over the API; a part that is left out stays as it is."""

    sections = plain.List(
        plain.Nested(SectionInSchema), load_default=None, validate=validate.Length(max=MAX_SECTIONS)
    )
    participants = plain.List(
        plain.Nested(ParticipantSchema), load_default=None, validate=validate.Length(max=MAX_PARTICIPANTS)
    )
    gemeinden = plain.List(
        plain.Nested(GemeindeSchema), load_default=list, validate=validate.Length(max=MAX_GEMEINDEN)
    )


def details_of(data: Mapping[str, Any]) -> ApplicationDetails:
    """Return the details in loaded input; raises `InvalidInputError` for a plan that cannot exist."""
    chosen = data["plan_id"]
    try:
        plan_id = UUID(chosen) if chosen else None
    except ValueError as error:
        message = "Diesen Finanzierungsplan gibt es nicht. Wählen Sie einen vorhandenen."
        raise InvalidInputError(fields={"plan_id": [message]}) from error
    return ApplicationDetails(
        title=data["title"], starts_on=data["starts_on"], ends_on=data["ends_on"], plan_id=plan_id
    )


def involvements_of(rows: list[dict[str, Any]]) -> dict[str, Involvement]:
    """Return what is said per Gemeinde, by Ags; raises `InvalidInputError` if one is named twice."""
    said: dict[str, Involvement] = {}
    for index, row in enumerate(rows):
        if row["ags"] in said:
            message = "Diese Gemeinde kommt mehrmals vor. Entfernen Sie eine Zeile."
            raise InvalidInputError(fields={f"gemeinden[{index}].ags": [message]})
        involved = None if row["involved"] is None else row["involved"] is Answer.YES
        said[row["ags"]] = Involvement(involved, row["how"])
    return said


def decision_of(data: Mapping[str, Any]) -> DecideBaustein:
    """Return the decision in loaded input."""
    return DecideBaustein(
        baustein=Baustein(int(data["baustein"])),
        uses=data["use"] is Use.USED,
        from_year=data["from_year"],
        decided_on=data["decided_on"],
        reason=data["reason"],
        reference=data["reference"],
    )
