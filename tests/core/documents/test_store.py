"""Keeping documents: what is kept is true, who sees it is decided by its owner, room is limited."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from kimhub.core.documents import (
    MAX_FILE_SIZE,
    Document,
    DocumentRefusedError,
    UploadedFile,
    discard_document,
    document_of,
    release_document,
    store_document,
)
from kimhub.core.documents import store as store_module
from kimhub.core.documents.models import DocumentContent
from kimhub.core.errors import NotFoundError
from tenants import Role, transaction
from tests.factories.files import PDF, PNG
from tests.support.committed import committed_district
from tests.support.patience import PATIENCE


@pytest.fixture
def officer(ctx, district):
    return district.gemeinde.actor(Role.OFFICER)


def store(actor, name="Beschluss.pdf", content=PDF, **arguments):
    with transaction(actor) as session:
        return store_document(session, actor, UploadedFile(name, content), **arguments).id


def sees(actor, document_id):
    with transaction(actor, read_only=True) as session:
        document = session.scalar(select(func.count()).where(Document.id == document_id))
        content = session.scalar(select(func.count()).where(DocumentContent.document_id == document_id))
        assert document == content
        return bool(document)


def test_a_document_keeps_its_bytes_and_their_hash(officer):
    document_id = store(officer)
    with transaction(officer, read_only=True) as session:
        document = document_of(session, document_id)
        assert (document.name, document.media_type, document.size) == (
            "Beschluss.pdf",
            "application/pdf",
            len(PDF),
        )
        assert document.sha256 == hashlib.sha256(PDF).digest()
        assert session.scalar(select(DocumentContent.content)) == PDF


def test_a_document_is_seen_by_its_tenant_alone_until_it_is_released(officer, district):
    document_id = store(officer)
    for body in district.all():
        assert sees(body.actor(Role.AUDITOR), document_id) is (body == district.gemeinde), body.name
    with transaction(officer) as session:
        release_document(session, document_of(session, document_id), counterpart_id=district.kreis.id)
    for body in district.all():
        expected = body in {district.gemeinde, district.kreis}
        assert sees(body.actor(Role.AUDITOR), document_id) is expected, body.name


def test_what_others_do_not_see_they_do_not_find(officer, district):
    document_id = store(officer)
    other = district.sibling.actor(Role.OFFICER)
    with pytest.raises(NotFoundError), transaction(other) as session:
        document_of(session, document_id)


def test_an_unseen_document_can_be_discarded_a_shared_one_stays(officer, district):
    unseen, shared = store(officer), store(officer, counterpart_id=district.kreis.id)
    with transaction(officer) as session:
        for document_id in (unseen, shared):
            discard_document(session, document_of(session, document_id))
    assert not sees(officer, unseen)
    assert sees(officer, shared)
    with transaction(officer) as session:
        removed = session.execute(text("DELETE FROM document WHERE id = :id"), {"id": shared})
        assert removed.rowcount == 0


@pytest.mark.parametrize(
    "statement",
    ["UPDATE document SET name = 'x.pdf'", "UPDATE document SET sha256 = '\\x00'", "DELETE FROM document_content",
     "UPDATE document_content SET content = '\\x00'"],
)  # fmt: skip
def test_neither_a_document_nor_its_bytes_can_be_changed(officer, statement):
    store(officer)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(officer) as session:
        session.execute(text(statement))


def test_the_database_keeps_no_document_whose_hash_is_not_that_of_its_bytes(officer):
    document_id = store(officer)
    forged = text(
        "WITH forged AS (INSERT INTO document (tenant_id, id, name, media_type, size, sha256, actor_label)"
        " SELECT tenant_id, gen_random_uuid(), name, media_type, size, sha256, '' FROM document WHERE id = :old"
        " RETURNING tenant_id, id)"
        " INSERT INTO document_content (tenant_id, document_id, content) SELECT tenant_id, id, 'fake' FROM forged"
    )
    with pytest.raises(IntegrityError, match="fk_document_content_document"), transaction(officer) as session:
        session.execute(forged, {"old": document_id})


def test_the_bytes_stay_out_of_the_audit_but_the_hash_is_in_it(committing):
    officer = committed_district(committing).gemeinde.actor(Role.OFFICER)
    with committing.app.app_context():
        store(officer)
        with transaction(officer, read_only=True) as session:
            events = dict(
                session.execute(
                    text("SELECT table_name, new FROM audit_event WHERE tenant_id = app.tenant()")
                ).all()
            )
    assert events["document"]["sha256"] == "\\x" + hashlib.sha256(PDF).hexdigest()
    assert "content" not in events["document_content"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "leer"), (PDF + bytes(MAX_FILE_SIZE), "größer als 10 MB"), (PNG, "kein vollständiges PDF")],
)
def test_an_empty_a_too_large_and_a_wrong_file_are_refused_and_change_nothing(officer, content, reason):
    with pytest.raises(DocumentRefusedError, match=reason):
        store(officer, content=content)
    with transaction(officer, read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(Document)) == 0


def test_a_file_of_the_largest_size_is_taken(officer):
    padded = PDF[:9] + bytes(MAX_FILE_SIZE - len(PDF)) + PDF[9:]
    assert sees(officer, store(officer, content=padded))


def test_no_more_of_an_upload_is_read_than_is_needed_to_refuse_it():
    endless = BytesIO(bytes(MAX_FILE_SIZE + 5_000))
    assert len(UploadedFile.read("a.pdf", endless).content) == MAX_FILE_SIZE + 1


def test_the_room_of_a_tenant_is_limited_and_each_has_its_own(officer, district, monkeypatch):
    monkeypatch.setattr(store_module, "TENANT_QUOTA", 2 * len(PDF))
    store(officer)
    store(officer)
    with pytest.raises(DocumentRefusedError, match="aufgebraucht"):
        store(officer)
    store(district.sibling.actor(Role.OFFICER))


def test_simultaneous_uploads_do_not_exceed_the_room(committing, monkeypatch):
    officer = committed_district(committing).gemeinde.actor(Role.OFFICER)
    monkeypatch.setattr(store_module, "TENANT_QUOTA", 2 * len(PDF))
    barrier = Barrier(4)

    def upload(_):
        with committing.app.app_context():
            try:
                with transaction(officer) as session:
                    session.execute(select(1))
                    barrier.wait(timeout=PATIENCE)
                    store_document(session, officer, UploadedFile("a.pdf", PDF))
            except DocumentRefusedError:
                return "refused"
        return "kept"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(upload, range(4)))
    assert outcomes == ["kept", "kept", "refused", "refused"]
