"""What a coordinator does with files."""

from __future__ import annotations

from sqlalchemy import select

from kimhub.core.documents import UploadedFile, document_of
from kimhub.core.documents.models import DocumentContent
from kimhub.spending.imports.queries import get_import
from kimhub.spending.models import Expenditure, ImportFinding
from kimhub.spending.usecases.confirm_import import confirm_import
from kimhub.spending.usecases.upload_import import upload_import
from tenants import transaction
from tests.support.jobs import Recorder, do_jobs


class Desk:
    """What a coordinator does with files."""

    def __init__(self, actor):
        self.actor = actor
        self.recorder = Recorder()

    def check(self, content, name="buchungen.csv"):
        """Upload and let the job run; returns the id."""
        with transaction(self.actor):
            import_id = upload_import(self.actor, UploadedFile(name, content)).id
        self.work()
        return import_id

    def work(self):
        for status in do_jobs(self.actor, self.recorder):
            assert status.last_error is None, status.last_error

    def book(self, import_id):
        with transaction(self.actor):
            confirm_import(self.actor, import_id)
        self.work()

    def look(self, import_id):
        with transaction(self.actor, read_only=True) as session:
            return get_import(session, import_id)

    def findings(self, import_id):
        """Row, heading and code of each."""
        with transaction(self.actor, read_only=True) as session:
            rows = session.scalars(
                select(ImportFinding)
                .where(ImportFinding.import_id == import_id)
                .order_by(ImportFinding.number)
            )
            return [(row.row_number, row.heading, row.code) for row in rows]

    def codes(self, import_id):
        return [code for _, _, code in self.findings(import_id)]

    def bookings(self):
        with transaction(self.actor, read_only=True) as session:
            rows = session.scalars(select(Expenditure).order_by(Expenditure.receipt_number))
            return [(row.receipt_number, row.amount) for row in rows]

    def annotated(self, import_id):
        with transaction(self.actor, read_only=True) as session:
            document = document_of(session, get_import(session, import_id).annotated_id)
            content = session.scalars(
                select(DocumentContent.content).where(DocumentContent.document_id == document.id)
            ).one()
            return document.name, content
