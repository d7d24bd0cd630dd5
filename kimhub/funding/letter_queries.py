"""What letters are made of, and which there are: addresses as far as they are known, files with their state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import ARRAY, Integer, Uuid, any_, bindparam, func, select
from sqlalchemy.orm import Session

from kimhub.core import clock
from kimhub.core.documents import Document
from kimhub.core.errors import NotFoundError
from kimhub.core.formats import LOCAL_TIME
from kimhub.core.jobs.queries import JobStatus, job_status
from kimhub.core.keyset import alphabetical
from kimhub.core.settings import Settings
from kimhub.core.versions import Versioned
from kimhub.funding.letters import AskedFor, LetterCell, ReminderLetter, ReminderLetters
from kimhub.funding.models import (
    Allocation,
    AllocationVersion,
    Letter,
    LetterFile,
    Organization,
    PaperConfirmation,
)
from kimhub.funding.queries import allocation_items
from kimhub.funding.reminder_queries import Unconfirmed
from kimhub.offices.public import Office, offices_at
from kimhub.reports.public import Letterhead, letterhead_of, usual_office
from tenants import Actor, Permission, Tenant
from tenants.models import RegisterEntry
from tenants.naming import accusative

_BODIES = (
    select(Tenant.id, Tenant.official_name, Tenant.name, Tenant.address, RegisterEntry.postcode)
    .join(RegisterEntry, RegisterEntry.ags == Tenant.ags, isouter=True)
    .where(Tenant.id == any_(bindparam("bodies", type_=ARRAY(Integer))))
)
_ORGANIZATIONS = select(Organization.id, Organization.name, Organization.contact, Organization.address).where(
    Organization.tenant_id == bindparam("me", type_=Integer),
    Organization.id == any_(bindparam("organizations", type_=ARRAY(Uuid))),
)
_VERSIONS = (
    select(AllocationVersion)
    .join(
        Allocation,
        (Allocation.tenant_id == AllocationVersion.tenant_id)
        & (Allocation.id == AllocationVersion.allocation_id)
        & (Allocation.current_version == AllocationVersion.number),
    )
    .where(
        AllocationVersion.tenant_id == bindparam("me", type_=Integer),
        AllocationVersion.allocation_id == any_(bindparam("allocations", type_=ARRAY(Uuid))),
    )
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a letter goes, in the lines of its envelope; `is_complete` says that more is known than the name."""

    lines: tuple[str, ...]
    is_complete: bool


def addressees(session: Session, actor: Actor, found: Collection[Unconfirmed]) -> dict[int | UUID, Addressee]:
    """Return how letters to the recipients of `found` are addressed, with what is known of each.

    A body: the office it has named, or „An die Gemeinde …“, with its own address, else the place that the register
    knows. An entry of the address book: what stands there.
    """
    bodies = {one.recipient_id for one in found if one.recipient_id is not None}
    offices = offices_at(session, bodies, Permission.FUNDING_WRITE) if bodies else {}
    named: dict[int | UUID, Addressee] = {}
    for row in session.execute(_BODIES, {"bodies": [*bodies]}) if bodies else ():
        office = offices.get(row.id)
        head = (row.official_name, office.name) if office else (f"An {accusative(row.official_name)}",)
        place = _lines(row.address) or ((f"{row.postcode} {row.name}",) if row.postcode else ())
        named[row.id] = Addressee((*head, *place), bool(place))
    organizations = [one.organization_id for one in found if one.organization_id is not None]
    values = {"me": actor.tenant_id, "organizations": organizations}
    for entry in session.execute(_ORGANIZATIONS, values) if organizations else ():
        place = _lines(entry.address)
        named[entry.id] = Addressee((entry.name, *_lines(entry.contact), *place), bool(place))
    return named


def sender_of(session: Session, actor: Actor) -> Letterhead:
    """Return the actor's body as sender, with the office and Funktionspostfach it has named for such work."""
    tenant = session.get_one(Tenant, actor.tenant_id)
    office: Office | None = offices_at(session, [actor.tenant_id], Permission.FUNDING_WRITE).get(
        actor.tenant_id
    )
    plain = letterhead_of(tenant, office.name if office else usual_office(tenant) or tenant.official_name)
    return Letterhead(
        plain.tenant_name, plain.tenant_kind, plain.office, plain.address_lines,
        phone=office.phone or None if office else None, email=office.email or None if office else None,
    )  # fmt: skip


def letters_for(session: Session, actor: Actor, found: Sequence[Unconfirmed]) -> ReminderLetters:
    """Return the letters that ask for the confirmation of `found`, one per recipient, in the order of `found`."""
    values = {"me": actor.tenant_id, "allocations": [one.id for one in found]}
    versions = session.scalars(_VERSIONS, values).all()
    items = allocation_items(session, versions)
    cells = {
        version.allocation_id: tuple(LetterCell(item.cell.label, item.amount) for item in items[version.id])
        for version in versions
    }
    to = addressees(session, actor, found)
    by_recipient: dict[int | UUID, list[Unconfirmed]] = {}
    for one in found:
        by_recipient.setdefault(one.recipient_key, []).append(one)
    settings: Settings = current_app.extensions["kimhub.settings"]
    return ReminderLetters(
        sender=sender_of(session, actor),
        as_of=clock.now().astimezone(LOCAL_TIME).replace(microsecond=0),
        portal=settings.base_url,
        letters=tuple(
            ReminderLetter(
                recipient=asked[0].recipient,
                recipient_lines=to[key].lines,
                takes_part=asked[0].recipient_id is not None,
                asked=tuple(AskedFor(one.title, one.issued_on, cells[one.id]) for one in asked),
            )
            for key, asked in by_recipient.items()
        ),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


# --- which there are --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownLetters:
    """The letters of one click: the PDF once it is drawn, before that how far its job is."""

    file: LetterFile
    document: Document | None
    job: JobStatus | None

    @property
    def is_open(self) -> bool:
        """Tell whether it still makes sense to ask again."""
        return self.document is None and self.job is not None and self.job.is_open

    @property
    def was_given_up(self) -> bool:
        """Tell whether there will be no PDF."""
        return self.document is None and not self.is_open


_FILE = (
    select(LetterFile, Document)
    .join(
        Document,
        (Document.tenant_id == LetterFile.tenant_id) & (Document.id == LetterFile.document_id),
        isouter=True,
    )
    .where(LetterFile.id == bindparam("id"))
)
_RECIPIENT = func.coalesce(Tenant.official_name, Allocation.organization_name).label("recipient")
_ASKED = (
    select(Allocation.id, Allocation.title, _RECIPIENT)
    .select_from(Letter)
    .join(Allocation, (Allocation.tenant_id == Letter.tenant_id) & (Allocation.id == Letter.allocation_id))
    .join(Tenant, Tenant.id == Allocation.recipient_id, isouter=True)
    .where(Letter.tenant_id == bindparam("me", type_=Integer), Letter.letter_file_id == bindparam("file", type_=Uuid()))
    .order_by(
        func.coalesce(Tenant.sort_key, alphabetical(Allocation.organization_name)), Allocation.id
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AskedByLetter:
    """An allocation that letters ask about."""

    id: UUID
    title: str
    recipient: str


def shown_letters(session: Session, letters_id: UUID) -> ShownLetters:
    """Return the letters of one click, else `NotFoundError`."""
    row = session.execute(_FILE, {"id": letters_id}).one_or_none()
    if row is None:
        raise NotFoundError
    return ShownLetters(row.LetterFile, row.Document, job_status(session, row.LetterFile.job_id))


def asked_by(session: Session, file: LetterFile) -> list[AskedByLetter]:
    """Return the allocations that the letters ask about, by recipient."""
    rows = session.execute(_ASKED, {"me": file.tenant_id, "file": file.id}).mappings()
    return [AskedByLetter(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What is on record of an allocation besides KIMHub: letters that asked, and the confirmation in force."""

    letters: tuple[tuple[UUID, datetime], ...] = ()
    """The newest first."""
    confirmation: PaperConfirmation | None = None


_LETTERS_OF = (
    select(Letter.letter_file_id, Letter.created_at)
    .where(Letter.tenant_id == bindparam("me", type_=Integer), Letter.allocation_id == bindparam("id", type_=Uuid()))
    .order_by(Letter.created_at.desc(), Letter.id)
)  # fmt: skip
_CONFIRMATION_OF = select(PaperConfirmation).where(
    PaperConfirmation.tenant_id == bindparam("me", type_=Integer),
    PaperConfirmation.allocation_id == bindparam("id", type_=Uuid()),
    PaperConfirmation.number == bindparam("number", type_=Integer),
)


def on_paper(session: Session, allocation: Allocation) -> OnPaper:
    """Return what its giver has on record of an allocation besides KIMHub; two statements."""
    values = {"me": allocation.tenant_id, "id": allocation.id, "number": allocation.current_version}
    letters = session.execute(_LETTERS_OF, values).all()
    confirmation = session.scalars(_CONFIRMATION_OF, values).one_or_none()
    return OnPaper(tuple((row.letter_file_id, row.created_at) for row in letters), confirmation)


def get_paper_confirmation(session: Session, confirmation_id: UUID) -> PaperConfirmation:
    """Return a confirmation on paper, else `NotFoundError`."""
    found = session.scalars(
        select(PaperConfirmation).where(PaperConfirmation.id == confirmation_id)
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


PAPER_CONFIRMATION = Versioned(
    PaperConfirmation, get_paper_confirmation, parts=lambda confirmation: (confirmation,)
)
"""How a confirmation on paper is held while it is taken back."""
