"""The page of a distribution as a form: its inputs as typed, a row for everyone who can take part."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from werkzeug.datastructures import MultiDict

from kimhub.core import formats
from kimhub.core.errors import InvalidInputError
from kimhub.core.fields import typed_by_people
from kimhub.core.web.forms import Form, bind, blank
from kimhub.distributions.errors import refusals
from kimhub.distributions.models import StoredDistribution
from kimhub.distributions.party_queries import Recipient
from kimhub.distributions.schemas import STAYS_OUT, TAKES_PART, SheetSchema
from kimhub.programme.public import (
    Distribution,
    DistributionResult,
    Measure,
    PartyShare,
    ValueKey,
    distribution_from_json,
)

_PLACES = {
    "key_figure.name": "key_name",
    "key_figure.day": "key_day",
    "key_figure": "key_name",
    "money.start": "start",
    "money.end": "end",
    "money.guideline": "start",
}
"""Paths of the document → fields of the form, where they differ."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The form with its rows: who stands in which row."""

    form: Form
    recipients: Sequence[Recipient]

    @property
    def key_figure(self) -> str:
        """What the key figures count, with their day, as typed."""
        day = self.form["key_day"].typed
        return f"{self.form['key_name'].typed}{f' ({day})' if day else ''}"

    def rows(self) -> list[tuple[Recipient, dict[str, Any]]]:
        """Return each recipient with the fields of its row."""
        return [
            (
                recipient,
                {
                    "number": row,
                    **{
                        name: self.form[f"parties.{row}.{name}"] for name in ("party", "part", "key", "share")
                    },
                },
            )
            for row, recipient in enumerate(self.recipients)
        ]

    def outcomes(self, result: DistributionResult | None) -> dict[int, PartyShare]:
        """Return the share of each row that takes part."""
        shares = result.shares if result else ()
        by_ags = {share.party.ags: share for share in shares if share.party.ags}
        by_name = {share.party.name: share for share in shares}
        found = {
            row: by_ags.get(recipient.ags or "") or by_name.get(recipient.name)
            for row, recipient in enumerate(self.recipients)
        }
        return {row: share for row, share in found.items() if share is not None}

    def refuse(self, error: InvalidInputError) -> None:
        """Put what the distribution's rules refuse at its fields; parties are counted without those that stay out."""
        taking_part = [
            row for row in range(len(self.recipients)) if self.form[f"parties.{row}.part"].typed != STAYS_OUT
        ]
        fields: dict[str, list[str]] = {}
        for path, messages in error.fields.items():
            fields.setdefault(_place(path, taking_part), []).extend(messages)
        self.form.refuse(InvalidInputError(error.detail, fields=fields))


def open_sheet(
    stored: StoredDistribution, distribution: Distribution, recipients: Sequence[Recipient]
) -> Sheet:
    """Return the form filled with the stored inputs."""
    by_name = {party.name: party for party in distribution.parties}
    names = {_key_of(reference): name for name, reference in stored.recipients.items()}
    rows = []
    for recipient in recipients:
        party = by_name.get(names.get(_key_of(recipient.reference), ""))
        part = STAYS_OUT if party is None else TAKES_PART if party.waiver is None else party.waiver.value
        key = recipient.population if party is None else party.key
        rows.append({
            "party": _key_of(recipient.reference), "part": part, "key": _figure(key),
            "share": _figure(party.share if party else None),
        })  # fmt: skip
    behind, key_figure = distribution.money, distribution.key_figure
    rate = distribution.rates.get(ValueKey(behind.purpose.value)) if behind else None
    values = {
        "title": distribution.title,
        "total": _figure(distribution.total),
        "method": distribution.method,
        "key_name": key_figure and key_figure.name,
        "key_day": key_figure and key_figure.day,
        "start": behind and behind.period.start,
        "end": behind and behind.period.end,
        "step": _figure(distribution.step),
        "minimum": _figure(distribution.minimum),
        "minimum_for_all": distribution.minimum_for_all,
        "rate": _figure(rate),
        "parties": rows,
    }
    return Sheet(blank(SheetSchema(), values), recipients)


def read_sheet(typed: MultiDict[str, str], recipients: Sequence[Recipient]) -> Sheet:
    """Return the form as typed, with a row for everyone who can take part; who is new stays out."""
    complete = MultiDict(typed)
    for row, recipient in enumerate(recipients):
        key = _key_of(recipient.reference)
        if complete.get(f"parties.{row}.party") != key:  # somebody was added or left meanwhile
            for name, value in (("party", key), ("part", STAYS_OUT), ("key", ""), ("share", "")):
                complete[f"parties.{row}.{name}"] = value
    for name in list(complete):
        match = re.match(r"parties\.([0-9]+)\.", name)
        if match and int(match[1]) >= len(recipients):
            del complete[name]
    return Sheet(bind(SheetSchema(), complete), recipients)


def distribution_of(sheet: Sheet, stored: Distribution) -> Distribution:
    """Return the distribution that a valid form describes; raises `InvalidInputError`.

    What the form does not show (measure, purpose, source) stays as it is stored.
    """
    data = sheet.form.data
    behind = stored.money
    document: dict[str, Any] = {
        "title": data["title"],
        "source": stored.source,
        "measure": stored.measure.value,
        "total": data["total"],
        "method": data["method"],
        "step": data["step"],
        "minimum": data["minimum"],
        "minimum_for_all": data["minimum_for_all"],
        "key_figure": _without_empty(
            name=data["key_name"], day=data["key_day"] and data["key_day"].isoformat()
        )
        or None,
        "parties": [
            _party(recipient, row)
            for recipient, row in zip(sheet.recipients, data["parties"], strict=True)
            if row["part"] != STAYS_OUT
        ],
    }
    if behind is not None:
        document["money"] = _without_empty(
            purpose=behind.purpose.value,
            start=data["start"].isoformat(),
            end=data["end"].isoformat(),
            guideline=behind.guideline,
        )
        others = {
            key.value: str(amount)
            for key, amount in stored.rates.items()
            if key.value != behind.purpose.value
        }
        document["rates"] = others | _without_empty(**{behind.purpose.value: data["rate"]})
    with refusals(), typed_by_people():
        return distribution_from_json(_without_empty(**document))


def unit_of(distribution: Distribution) -> str:
    """Return the unit of total, step, minimum and shares."""
    return "VZÄ" if distribution.measure is Measure.FTE else "€"


def _party(recipient: Recipient, row: Mapping[str, Any]) -> dict[str, Any]:
    waiver = None if row["part"] == TAKES_PART else row["part"]
    share = (
        None if waiver == "redistributed" else row["share"]
    )  # who waives for the others has no share to fix
    return _without_empty(name=recipient.name, ags=recipient.ags, key=row["key"], share=share, waiver=waiver)


def _place(path: str, rows: Sequence[int]) -> str:
    match = re.fullmatch(r"parties\[([0-9]+)\]\.(key|share|name|ags)", path)
    if match and int(match[1]) < len(rows):
        field = match[2] if match[2] in ("key", "share") else "part"
        return f"parties.{rows[int(match[1])]}.{field}"
    return "rate" if path.startswith("rates.") else _PLACES.get(path, path)


def _key_of(reference: Mapping[str, Any]) -> str:
    return "".join(f"{kind}-{number}" for kind, number in reference.items())


def _figure(figure: Decimal | int | None) -> str | None:
    if figure is None:
        return None
    return formats.number(figure, places=0 if figure == int(figure) else 2)


def _without_empty(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "")}
