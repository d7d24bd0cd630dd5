"""What stands in the way of a stored distribution."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kimhub.core.errors import ConflictError, InvalidInputError
from kimhub.programme.public import DistributionInvalidError


class AllocatedError(ConflictError):
    """Allocations were made of the distribution; its inputs stay as they were then."""

    code = "distribution-allocated"
    title = "Aus der Verteilung sind schon Weiterleitungen entstanden"


class NothingAllocatedError(ConflictError):
    """There is no draft that could be issued or discarded."""

    code = "distribution-without-drafts"
    title = "Es gibt keine Entwürfe"


class NotCoveredError(ConflictError):
    """The fund does not hold what the distribution needs."""

    code = "distribution-not-covered"
    title = "Die Mittel reichen nicht"


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the pure distribution refuses into the platform's 422 with the same fields."""
    try:
        yield
    except DistributionInvalidError as error:
        raise InvalidInputError(error.detail, fields=error.fields) from error
