"""Store a distribution: a new one, a changed one; delete one that nothing came of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import Session

from kimhub.core.documents import discard_document, document_of
from kimhub.core.errors import InvalidInputError
from kimhub.core.versions import locked, require_version
from kimhub.distributions.errors import AllocatedError
from kimhub.distributions.models import StoredDistribution
from kimhub.distributions.party_queries import recipients_of, references_of
from kimhub.distributions.queries import allocations_of, key_figure_file_of
from kimhub.funding.public import get_fund
from kimhub.programme.public import Distribution, distribution_to_json
from tenants import Actor, Permission, db


def create_distribution(actor: Actor, fund_id: UUID, distribution: Distribution) -> StoredDistribution:
    """Store a new distribution of money of the fund.

    Raises `NotFoundError` for a fund that is not there, `InvalidInputError` for parties that cannot receive money and
    for a distribution that does not say which money it is about.
    """
    session = db.session()
    actor.require(Permission.FUNDING_WRITE)
    get_fund(session, actor.tenant_id, fund_id)
    stored = StoredDistribution(
        tenant_id=actor.tenant_id,
        title=distribution.title,
        fund_id=fund_id,
        document=distribution_to_json(_with_money(distribution)),
        recipients=_references(session, actor, distribution),
        changed_by=actor.subject,
    )
    session.add(stored)
    session.flush()  # the caller links to the new id
    return stored


def change_distribution(
    actor: Actor,
    distribution_id: UUID,
    distribution: Distribution,
    *,
    expected_version: int,
) -> StoredDistribution:
    """Replace the inputs of a stored distribution.

    Raises also `StaleError` when somebody has changed it since `expected_version`, and `AllocatedError` once
    allocations were made of it.
    """
    session = db.session()
    actor.require(Permission.FUNDING_WRITE)
    stored = load_open(session, distribution_id, expected_version)
    document = distribution_to_json(_with_money(distribution))
    recipients = _references(
        session, actor, distribution
    )  # reads before the first change: one UPDATE, one version
    stored.title, stored.document, stored.recipients = distribution.title, document, recipients
    stored.changed_at = func.now()
    stored.changed_by = actor.subject
    session.flush()  # the caller names the new version
    return stored


def delete_distribution(actor: Actor, distribution_id: UUID) -> None:
    """Delete a distribution that nothing came of; raises `NotFoundError`, `AllocatedError`."""
    session = db.session()
    actor.require(Permission.FUNDING_WRITE)
    stored = load_open(session, distribution_id)
    forget_key_figures(session, distribution_id)
    session.delete(stored)
    session.flush()  # a constraint speaks now


def forget_key_figures(session: Session, distribution_id: UUID) -> None:
    """Remove the table last uploaded, read or not. Needs the distribution locked."""
    file = key_figure_file_of(session, distribution_id)
    if file is not None:
        document_id = file.document_id
        session.delete(file)
        session.flush()  # it refers to the document
        if document_id is not None:
            discard_document(session, document_of(session, document_id))


def load_open(
    session: Session, distribution_id: UUID, expected_version: int | None = None
) -> StoredDistribution:
    """Return a distribution that may still be changed, locked.

    Raises `NotFoundError`, `StaleError` for another version than the expected one, `AllocatedError`.
    """
    stored = locked(session, StoredDistribution, distribution_id)
    if allocations_of(session, stored):
        raise AllocatedError(
            "Die Angaben bleiben, wie sie waren. Verwerfen Sie zuerst die Entwürfe, oder legen Sie eine neue "
            "Verteilung an."
        )
    if expected_version is not None:
        require_version(
            stored.version,
            expected_version,
            "Die Verteilung wurde inzwischen von einer anderen Person geändert. Ihre Änderung wurde nicht gespeichert. "
            "Öffnen Sie die Verteilung neu und tragen Sie die Änderung dort ein.",
        )
    return stored


def _references(session: Session, actor: Actor, distribution: Distribution) -> dict[str, Any]:
    return references_of(distribution.parties, recipients_of(session, actor))


def _with_money(distribution: Distribution) -> Distribution:
    if distribution.money is None:
        message = "Nennen Sie den Zweck und den Zeitraum der Mittel, die verteilt werden."
        raise InvalidInputError(message, fields={"money": [message]})
    return distribution
