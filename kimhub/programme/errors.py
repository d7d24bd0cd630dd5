"""Refusals of the programme package. Pure: the web layer turns them into a 422 with the same fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class DocumentInvalidError(ValueError):
    """A document of inputs breaks its rules.

    `fields` maps every field path, e.g. ``positions[1].fte.2022``, to German messages that name the cure; it
    holds all problems found, in the order of the document. An empty path concerns the document as a whole.
    """

    detail: ClassVar[str]

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self.fields = dict(fields)
        super().__init__("; ".join(f"{path}: {' '.join(messages)}" for path, messages in self.fields.items()))


class PlanInvalidError(DocumentInvalidError):
    """A financing plan breaks its rules."""

    detail = "Der Plan enthält Angaben, die nicht stimmen. Bitte prüfen Sie die genannten Felder."


class DistributionInvalidError(DocumentInvalidError):
    """A distribution breaks its rules, or cannot be made so that its sum is kept."""

    detail = "So lässt sich nicht verteilen. Bitte prüfen Sie die genannten Felder."


class FoerderrichtlinieMissingError(LookupError):
    """No Förderrichtlinie applies to a day or has the given name; the German message lists what there is."""


class FoerderrichtlinieFileError(ValueError):
    """A guideline file breaks its format; the message names the file and every problem."""


class RuleFileError(ValueError):
    """A file with rates or rules that come with the program breaks its format; the message names the problem."""
