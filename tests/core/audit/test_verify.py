"""Real chains, tampered with as only a superuser can who switches the triggers off; each is found and named."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import NullPool, create_engine, insert, text

from kimhub.core.audit import Break, BrokenLink, Root, verify_chain, verify_roots
from kimhub.core.audit.chain import Event
from kimhub.core.audit.verify import _events
from kimhub.core.database.urls import with_database
from tenants import NOBODY, Role, transaction
from tenants.binding import bind_connection
from tenants.proceedings import Proceeding
from tests.support.committed import committed_district
from tests.support.examples import examples

PERSON = UUID(int=7)
SUBJECTS = [
    "Erste Sache", "Zweite „Sache“ mit \\ und \t", "Dritte – Größe", "Vierte \N{SNOWMAN} 😀",
    "Fünfte \x7f \x1f \b\f\n\r", "Sechste", "Siebte",
]  # fmt: skip


@pytest.fixture
def district(committing):
    return committed_district(committing)


@pytest.fixture
def superuser(committing):
    admin, database = (
        committing.urls.admin,
        committing.app.config["SQLALCHEMY_DATABASE_URI"].rpartition("/")[2],
    )
    engine = create_engine(with_database(admin, database.partition("?")[0]), poolclass=NullPool)
    yield engine
    engine.dispose()


@pytest.fixture
def gemeinde(committing, district):
    """A Gemeinde whose chain has eight events: its admission, and seven drafts."""
    work(committing, district.gemeinde, district.kreis)
    return district.gemeinde


def work(committing, body, other):
    actor = body.actor(Role.OFFICER)
    with committing.app.app_context():
        for subject in SUBJECTS:
            with transaction(actor) as session:
                session.execute(
                    insert(Proceeding).values(
                        tenant_id=body.id, kind="x", counterpart_id=other.id, subject=subject
                    )
                )


@pytest.fixture
def as_application(committing):
    """Run something on a connection of the application's role, bound as a body or as nobody."""
    engine = committing.engine(committing.urls.app, poolclass=NullPool)

    def run(body, ask, *arguments, **options):
        with engine.connect() as connection:
            bind_connection(connection, body.actor(Role.AUDITOR) if body else NOBODY, read_only=True)
            return ask(connection, *arguments, **options)

    yield run
    engine.dispose()


def tamper(superuser, *statements, **values):
    """What whoever owns the server can do: no trigger, no policy, no key in the way."""
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            assert connection.execute(text(statement), values).rowcount, statement


def seal(superuser):
    with superuser.begin() as connection:
        return connection.scalar(text("SELECT app.audit_seal()"))


REWRITE = """
DO $$
DECLARE event record; previous bytea := '';
BEGIN
  FOR event IN SELECT * FROM audit_event WHERE tenant_id = {tenant} ORDER BY seq LOOP
    UPDATE audit_event SET previous_hash = previous, hash = sha256(previous || convert_to(app.audit_body(
      event.seq, event.at, event.table_name, event.row_id, event.operation, event.actor_id, event.actor_label,
      event.request_id, event.old, event.new), 'UTF8'))
    WHERE tenant_id = {tenant} AND seq = event.seq RETURNING hash INTO previous;
  END LOOP;
  UPDATE audit_head SET hash = previous WHERE tenant_id = {tenant};
END $$
"""


def rewrite(superuser, body):
    with superuser.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.exec_driver_sql(REWRITE.format(tenant=body.id))


def test_an_honest_chain_holds(gemeinde, as_application):
    report = as_application(gemeinde, verify_chain, gemeinde.id)
    assert (report.events, report.broken, report.unsealed) == (8, None, 8)


def test_python_and_the_database_write_the_same_text(gemeinde, as_application, superuser):
    events = as_application(gemeinde, lambda connection: list(_events(connection, gemeinde.id)))
    with superuser.connect() as connection:
        bodies = connection.scalars(
            text(
                "SELECT app.audit_body(seq, at, table_name, row_id, operation, actor_id, actor_label, request_id,"
                " old, new) FROM audit_event WHERE tenant_id = :id ORDER BY seq"
            ),
            {"id": gemeinde.id},
        ).all()
    assert [event.body() for event in events] == bodies
    assert any("😀" in body for body in bodies)


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_python_and_the_database_write_any_text_alike(connection, label):
    event = Event(1, 2, "t", "", "INSERT", str(PERSON), label, "", '{"a": 1}', None, b"", b"")
    body = connection.scalar(
        text(
            "SELECT jsonb_build_array(1, 2, 't', '', 'INSERT', CAST(:person AS uuid), CAST(:label AS text), '',"
            " CAST('{\"a\": 1}' AS jsonb), CAST(NULL AS jsonb))::text"
        ),
        {"person": PERSON, "label": label},
    )
    assert event.body() == body


TAMPERINGS = {
    "a value": (["UPDATE audit_event SET new = jsonb_set(new, '{subject}', '\"x\"') WHERE tenant_id = :id AND seq = 4"],
                BrokenLink(4, Break.CHANGED)),
    "the author": (["UPDATE audit_event SET actor_label = 'x' WHERE tenant_id = :id AND seq = 4"],
                   BrokenLink(4, Break.CHANGED)),
    "the time": (["UPDATE audit_event SET at = at + interval '1 microsecond' WHERE tenant_id = :id AND seq = 4"],
                 BrokenLink(4, Break.CHANGED)),
    "the hash": (["UPDATE audit_event SET hash = sha256('x') WHERE tenant_id = :id AND seq = 4"],
                 BrokenLink(4, Break.CHANGED)),
    "one removed": (["DELETE FROM audit_event WHERE tenant_id = :id AND seq = 4"], BrokenLink(4, Break.MISSING)),
    "the first removed": (["DELETE FROM audit_event WHERE tenant_id = :id AND seq = 1"], BrokenLink(1, Break.MISSING)),
    "the end removed": (["DELETE FROM audit_event WHERE tenant_id = :id AND seq > 6"], BrokenLink(7, Break.MISSING)),
    "all removed": (["DELETE FROM audit_event WHERE tenant_id = :id"], BrokenLink(1, Break.MISSING)),
    "one removed, the gap closed": (
        ["DELETE FROM audit_event WHERE tenant_id = :id AND seq = 4",
         "UPDATE audit_event SET seq = seq + 1000 WHERE tenant_id = :id AND seq > 4",
         "UPDATE audit_event SET seq = seq - 1001 WHERE tenant_id = :id AND seq > 1000"],
        BrokenLink(4, Break.REORDERED),
    ),
    "two exchanged": (
        ["UPDATE audit_event SET seq = 100 WHERE tenant_id = :id AND seq = 4",
         "UPDATE audit_event SET seq = 4 WHERE tenant_id = :id AND seq = 5",
         "UPDATE audit_event SET seq = 5 WHERE tenant_id = :id AND seq = 100"],
        BrokenLink(4, Break.REORDERED),
    ),
    "one invented at the end": (
        [("INSERT INTO audit_event SELECT tenant_id, 9, at, table_name, row_id, operation, actor_id, actor_label,"
         " request_id, old, new, hash, sha256(hash || convert_to(app.audit_body(9, at, table_name, row_id, operation,"
         " actor_id, actor_label, request_id, old, new), 'UTF8')) FROM audit_event WHERE tenant_id = :id AND seq = 8")],
        BrokenLink(9, Break.UNKNOWN),
    ),
    "the end set back": (["UPDATE audit_head SET seq = 5 WHERE tenant_id = :id"], BrokenLink(5, Break.REWRITTEN)),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "broken"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_tampering_is_found_at_its_first_link(gemeinde, as_application, superuser, statements, broken):
    tamper(superuser, *statements, id=gemeinde.id)
    report = as_application(gemeinde, verify_chain, gemeinde.id)
    assert report.broken == broken
    assert report.events == min(broken.seq - (broken.kind is not Break.UNKNOWN), 9)


def test_another_tenants_chain_is_not_touched_by_it(
    committing, district, gemeinde, as_application, superuser
):
    work(committing, district.kreis, district.gemeinde)
    tamper(superuser, *TAMPERINGS["a value"][0], id=gemeinde.id)
    assert as_application(district.kreis, verify_chain, district.kreis.id).broken is None


def test_a_chain_computed_anew_is_found_by_its_seal(gemeinde, as_application, superuser):
    seal(superuser)
    tamper(superuser, *TAMPERINGS["the author"][0], id=gemeinde.id)
    rewrite(superuser, gemeinde)
    assert as_application(gemeinde, verify_chain, gemeinde.id).broken == BrokenLink(8, Break.REWRITTEN)


def test_an_end_cut_off_with_its_head_is_found_by_its_seal(gemeinde, as_application, superuser):
    seal(superuser)
    tamper(
        superuser,
        "DELETE FROM audit_event WHERE tenant_id = :id AND seq > 6",
        "UPDATE audit_head AS h SET seq = 6, hash = e.hash FROM audit_event AS e"
        " WHERE h.tenant_id = :id AND e.tenant_id = :id AND e.seq = 6",
        id=gemeinde.id,
    )
    assert as_application(gemeinde, verify_chain, gemeinde.id).broken == BrokenLink(7, Break.MISSING)


def reports(district, as_application):
    return [as_application(body, verify_chain, body.id) for body in district.all()]


def test_a_root_contains_what_has_grown(committing, district, gemeinde, as_application, superuser):
    assert seal(superuser) == 1
    assert seal(superuser) == 1, "nothing has grown: no new root"
    work(committing, district.kreis, district.gemeinde)
    assert seal(superuser) == 2
    chains = reports(district, as_application)
    report = as_application(None, verify_roots, chains)
    assert (report.roots, report.broken) == (2, None)
    assert {chain.tenant_id: len(chain.seals) for chain in chains} == {
        body.id: 2 if body == district.kreis else 1 for body in district.all()
    }
    assert all(chain.unsealed == 0 for chain in chains)


def test_a_seal_or_root_that_was_changed_is_found(district, gemeinde, as_application, superuser):
    seal(superuser)
    chains = reports(district, as_application)
    tamper(superuser, "UPDATE audit_root SET hash = sha256('x')")
    assert "passt nicht zu den Siegeln" in as_application(None, verify_roots, chains).broken


def test_whoever_forges_everything_still_fails_at_the_root_kept_outside(
    district, gemeinde, as_application, superuser
):
    """Chain, head, seal and root computed anew: only somebody who wrote the root down can tell."""
    seal(superuser)
    kept = as_application(None, verify_roots, reports(district, as_application)).latest
    tamper(superuser, *TAMPERINGS["the author"][0], id=gemeinde.id)
    rewrite(superuser, gemeinde)
    tamper(superuser, "DELETE FROM audit_seal", "DELETE FROM audit_root")
    seal(superuser)
    chains = reports(district, as_application)
    assert all(chain.broken is None for chain in chains)
    assert as_application(None, verify_roots, chains).broken is None
    assert "eine andere als die" in as_application(None, verify_roots, chains, kept=[kept]).broken
    assert (
        "gibt es nicht mehr" in as_application(None, verify_roots, chains, kept=[Root(9, kept.hash)]).broken
    )


def test_a_root_is_written_down_and_read_again():
    root = Root(12, bytes(range(32)))
    assert Root.parse(str(root)) == root
    for wrong in ("", "12", "12:abc", "x:" + "0" * 64, "0:" + "0" * 64, "12:" + "0" * 62):
        with pytest.raises(ValueError):
            Root.parse(wrong)
