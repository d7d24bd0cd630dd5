"""Distributions as documents: inputs from TOML and JSON and back, results to JSON. Amounts are strings."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from kimhub.core import money
from kimhub.core.fields import typed_by_people
from kimhub.programme.distribution.inputs import Distribution, KeyFigure, MoneyBehind, Party
from kimhub.programme.distribution.result import CellMoney, DistributionResult, PartyShare
from kimhub.programme.distribution.schemas import DistributionSchema
from kimhub.programme.document_parts import finding_to_json, read_toml, unverified_to_json, without_empty
from kimhub.programme.errors import DistributionInvalidError
from kimhub.programme.paths import field_paths


def distribution_from_toml(content: bytes) -> Distribution:
    """Return the distribution in a TOML file, else `DistributionInvalidError` with every problem found."""
    with typed_by_people():
        return distribution_from_json(read_toml(content, DistributionInvalidError, "keine Verteilung"))


def distribution_from_json(document: Mapping[str, Any]) -> Distribution:
    """Return the distribution in a JSON document, else `DistributionInvalidError` with every problem found."""
    try:
        distribution: Distribution = DistributionSchema().load(document)
    except ValidationError as error:
        raise DistributionInvalidError(field_paths(error)) from error
    return distribution


def distribution_to_json(distribution: Distribution) -> dict[str, Any]:
    """Return the inputs as a JSON document; `distribution_from_json` reads it back to an equal distribution."""
    return without_empty(
        title=distribution.title,
        source=distribution.source,
        measure=distribution.measure.value,
        total=_text(distribution.total),
        method=distribution.method.value,
        step=_text(distribution.step),
        minimum=_text(distribution.minimum),
        minimum_for_all=distribution.minimum_for_all,
        key_figure=distribution.key_figure and _key_figure(distribution.key_figure),
        money=distribution.money and _money(distribution.money),
        rates={key.value: money.to_json(amount) for key, amount in distribution.rates.items()},
        parties=[_party(party) for party in distribution.parties],
    )


def distributed_to_json(result: DistributionResult) -> dict[str, Any]:
    """Return a calculated distribution as JSON: every share with its way from the key, totals, money, findings.

    `computed` has two decimals and adds up; `computed_exact` is the fraction it was rounded from.
    """
    return {
        "title": result.distribution.title,
        "measure": result.distribution.measure.value,
        "method": result.distribution.method.value,
        "step": _text(result.distribution.step),
        "minimum": _text(result.minimum),
        "smallest_share": _text(result.smallest_share),
        "total": _text(result.total),
        "distributed": _text(result.distributed),
        "kept": _text(result.kept),
        "parties": [_share(share) for share in result.shares],
        "cells": [_cell(cell) for cell in result.cells],
        "unverified": [unverified_to_json(value) for value in result.unverified],
        "findings": [finding_to_json(finding) for finding in result.findings],
    }


def _key_figure(key_figure: KeyFigure) -> dict[str, Any]:
    day = key_figure.day and key_figure.day.isoformat()
    return without_empty(name=key_figure.name, day=day, source=key_figure.source)


def _money(behind: MoneyBehind) -> dict[str, Any]:
    return without_empty(
        purpose=behind.purpose.value,
        start=behind.period.start.isoformat(),
        end=behind.period.end.isoformat(),
        guideline=behind.guideline,
    )


def _party(party: Party) -> dict[str, Any]:
    return without_empty(
        name=party.name,
        ags=party.ags,
        key=_text(party.key),
        share=_text(party.share),
        waiver=party.waiver and party.waiver.value,
        note=party.note,
    )


def _share(share: PartyShare) -> dict[str, Any]:
    return {
        "name": share.party.name,
        "ags": share.party.ags,
        "key": _text(share.party.key),
        "computed": _text(share.computed),
        "computed_exact": None if share.exact is None else str(share.exact),
        "share": _text(share.share),
        "kept": _text(share.kept),
        "difference": _text(share.difference),
        "notes": [note.value for note in share.notes],
        "amounts": {str(cell.year): money.to_json(amount) for cell, amount in share.amounts.items()},
        "amount": money.to_json(share.amount),
    }


def _cell(cell: CellMoney) -> dict[str, Any]:
    return {
        "year": cell.cell.year,
        "baustein": cell.cell.baustein.value,
        "purpose": cell.cell.purpose.value,
        "months": cell.months,
        "rate": None if cell.rate is None else money.to_json(cell.rate),
        "guideline": cell.guideline,
        "verified": cell.verified,
        "source": cell.source,
        "total": money.to_json(cell.total),
        "kept": money.to_json(cell.kept),
        "distributed": money.to_json(cell.total - cell.kept),
    }


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else f"{figure:.2f}"
