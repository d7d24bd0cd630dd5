"""What is typed or sent: one schema per command, for the form and for the API alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from marshmallow import fields as plain

from kimhub.core.documents.kinds import ENDINGS, LABELS
from kimhub.core.documents.limits import MAX_FILE_SIZE, MEGABYTE
from kimhub.core.fields import CommandSchema, Day, Flag, Share, Text, Upload
from kimhub.positions.criteria import Criterion
from kimhub.positions.models import MAX_FTE


class RequestSchema(CommandSchema):
    """What a Gemeinde asks for."""

    function = Text(
        "Bezeichnung der Stelle",
        max_length=200,
        hint="So, wie die Stelle im Stellenplan heißen soll, zum Beispiel: Koordinierungsstelle KIM.",
    )
    fte = Share(
        "Stellenanteil",
        minimum=Decimal("0.01"),
        maximum=MAX_FTE,
        hint="Es ist eine Stelle vorgesehen; Sie können auch einen Teil davon beantragen.",
    )
    starts_on = Day(
        "Beginn",
        earliest=date(2020, 1, 1),
        latest=date(2099, 12, 31),
        hint="Der Tag, ab dem die Stelle besetzt sein soll.",
    )
    justification = Text(
        "Begründung",
        lines=8,
        max_length=6000,
        optional=True,
        hint="Wofür braucht Ihre Kommune die Stelle? Bis zum Einreichen können Sie die Begründung nachtragen.",
    )


class CriterionSchema(CommandSchema):
    """Whether a criterion is met, and by what one can see it."""

    met = Flag("Ja, die Voraussetzung ist erfüllt")
    evidence = Text(
        "Nachweis",
        lines=4,
        max_length=2000,
        optional=True,
        missing="Nennen Sie einen Nachweis.",
    )
    file = Upload(
        "Datei",
        accept=ENDINGS,
        optional=True,
        hint=f"Eine Datei mit höchstens {MAX_FILE_SIZE // MEGABYTE} MB. Möglich sind {LABELS}.",
    )
    remove_document = Flag("Die bisherige Datei entfernen")


class InternalNoteSchema(CommandSchema):
    """A note for one's own side."""

    text = Text("Interne Notiz", lines=3, max_length=6000, hint="Die Notiz sieht nur Ihre eigene Verwaltung.")


_FACT = CriterionSchema(only=("met", "evidence"))

CriteriaSchema = CommandSchema.from_dict(
    {criterion.value: plain.Nested(_FACT, metadata={"title": criterion.label}) for criterion in Criterion},
    name="CriteriaSchema",
)
"""The criteria of a new request, as far as they are to differ from the master data."""


class CreateRequestSchema(RequestSchema):
    """A new request over the API: the details and, where they differ from the master data, the criteria."""

    criteria = plain.Nested(CriteriaSchema, load_default=dict)


class TenantReferenceSchema(CommandSchema):
    """A body that takes part."""

    slug = plain.String(required=True)
    name = plain.String(required=True)


class DocumentSchema(CommandSchema):
    """A file that belongs to a criterion."""

    id = plain.UUID(required=True)
    name = plain.String(required=True)
    media_type = plain.String(required=True)
    size = plain.Integer(required=True, metadata={"description": "Bytes"})
    sha256 = plain.String(required=True)
    url = plain.String(required=True, metadata={"format": "uri-reference"})


class CriterionOutSchema(CommandSchema):
    """A criterion as it stands."""

    criterion = plain.String(required=True, metadata={"enum": [criterion.value for criterion in Criterion]})
    label = plain.String(required=True)
    met = plain.Boolean(required=True)
    evidence = plain.String(required=True)
    document = plain.Nested(DocumentSchema, required=True, allow_none=True)


class EntrySchema(CommandSchema):
    """A step of either side."""

    seq = plain.Integer(required=True)
    action = plain.String(required=True)
    to_state = plain.String(required=True)
    note = plain.String(required=True)
    at = plain.AwareDateTime(required=True)
    tenant = plain.String(required=True)
    role = plain.String(required=True)


class RequestSummarySchema(CommandSchema):
    """A request as lists name it."""

    id = plain.UUID(required=True)
    gemeinde = plain.String(required=True)
    kreis = plain.String(required=True)
    function = plain.String(required=True)
    fte = plain.String(required=True, metadata={"description": "Vollzeitäquivalente", "examples": ["1.00"]})
    starts_on = plain.Date(required=True)
    state = plain.String(required=True)
    seq = plain.Integer(required=True, metadata={"description": "Zahl der Schritte"})
    since = plain.AwareDateTime(required=True, allow_none=True)
    at = plain.AwareDateTime(
        required=True, metadata={"description": "Angelegt (eigene) oder eingegangen (geteilte)"}
    )


class RequestOutSchema(CommandSchema):
    """A request with its criteria, its steps, and what the caller may do next."""

    id = plain.UUID(required=True)
    gemeinde = plain.Nested(TenantReferenceSchema, required=True)
    kreis = plain.Nested(TenantReferenceSchema, required=True)
    function = plain.String(required=True)
    fte = plain.String(required=True)
    starts_on = plain.Date(required=True)
    justification = plain.String(required=True)
    state = plain.String(required=True)
    state_label = plain.String(required=True)
    seq = plain.Integer(required=True)
    created_at = plain.AwareDateTime(required=True)
    submitted_at = plain.AwareDateTime(required=True, allow_none=True)
    criteria = plain.List(plain.Nested(CriterionOutSchema), required=True)
    timeline = plain.List(plain.Nested(EntrySchema), required=True)
    actions = plain.List(plain.String(), required=True)
