"""Who acts is signed: SQL that names somebody else meets an error, whatever it sets."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import NullPool, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from kimhub.core.database.binding_key import use_binding_key
from kimhub.core.settings import Settings
from tenants import NOBODY, Role
from tenants.binding import UnsignedError, bind_connection, said_of
from tenants.isolation import APP_ROLE
from tenants.lint import tenant_tables
from tenants.signing import LIFETIME, Said
from tests.support.cluster import key_of
from tests.support.committed import committed_district

SET = text("SELECT set_config('app.' || :name, :value, true)")
ME = text("SELECT app.tenant()")
SETTINGS = {
    "tenant": "tenant",
    "actor": "actor",
    "label": "actor_label",
    "request_id": "request_id",
}  # of Said


@pytest.fixture
def unbound(populated):
    with populated.app.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.fixture
def key(cluster):
    return key_of(cluster.environ("kimhub"))


def say(connection, proof, said):
    for name, value in said._asdict().items():
        connection.execute(SET, {"name": SETTINGS[name], "value": value})
    connection.execute(SET, {"name": "proof", "value": proof})


def refusal(connection, statement=ME):
    savepoint = connection.begin_nested()
    with pytest.raises(DBAPIError) as refused:
        connection.execute(statement)
    savepoint.rollback()
    assert isinstance(refused.value.orig, InsufficientPrivilege), refused.value.orig
    return refused.value.orig.diag.message_primary


def test_naming_a_tenant_by_force_is_an_error_on_every_table(populated, unbound):
    unbound.execute(SET, {"name": "tenant", "value": str(populated.world.district.kreis.id)})
    for table in tenant_tables():
        assert refusal(unbound, select(*table.primary_key)) == "binding is not signed", table.name


@pytest.mark.parametrize("changed", SETTINGS)
def test_a_proof_holds_for_nobody_and_nothing_else(populated, unbound, changed):
    """It cannot be replayed: for another tenant, another person, under another role or in another request."""
    actor = populated.world.district.kreis.actor(Role.OFFICER, request_id="r-1")
    others = {"tenant": str(populated.world.district.gemeinde.id), "actor": str(uuid4()), "label": "Aufsicht"}
    bind_connection(unbound, actor)
    assert unbound.scalar(ME) == actor.tenant_id
    unbound.execute(SET, {"name": SETTINGS[changed], "value": others.get(changed, "r-2")})
    assert refusal(unbound) == "binding is not signed"


def test_text_cannot_move_from_one_setting_to_the_next(populated, unbound, key):
    said = Said(str(populated.world.district.kreis.id), "", "A|B", "C")
    say(unbound, key.proof(said), said)
    assert unbound.scalar(ME) == populated.world.district.kreis.id
    say(unbound, key.proof(said), said._replace(label="A", request_id="B|C"))
    assert refusal(unbound) == "binding is not signed"


@pytest.mark.parametrize(
    "tamper", ["", ".", "..", "x", "{id}", "{id}.{end}", "{id}.{end}.", "{id}.{later}.{mac}"]
)
def test_a_proof_that_is_none_is_refused(populated, unbound, key, tamper):
    said = said_of(populated.world.district.kreis.actor(Role.OFFICER))
    known, end, mac = key.proof(said).split(".")
    say(unbound, tamper.format(id=known, end=end, mac=mac, later=int(end) + LIFETIME), said)
    assert refusal(unbound) == "binding is not signed"


def test_a_proof_is_over_after_a_day(populated, unbound, key):
    said = said_of(populated.world.district.kreis.actor(Role.OFFICER))
    say(unbound, key.proof(said, now=time.time() - LIFETIME + 60), said)
    assert unbound.scalar(ME)
    say(unbound, key.proof(said, now=time.time() - LIFETIME - 60), said)
    assert refusal(unbound) == "binding has expired"


def test_a_key_of_another_installation_proves_nothing(populated, unbound):
    stranger = key_of({"KIMHUB_SECRET_KEY": "s" * 40})
    said = said_of(populated.world.district.kreis.actor(Role.OFFICER))
    say(unbound, stranger.proof(said), said)
    assert refusal(unbound) == "binding is not signed"


def test_nobody_needs_no_proof_and_is_no_tenant(unbound):
    bind_connection(unbound, NOBODY)
    assert unbound.scalar(ME) is None


def test_a_savepoint_that_is_undone_leaves_the_binding_before_it(populated, unbound):
    kreis, stadt = populated.world.district.kreis, populated.world.district.stadt
    bind_connection(unbound, kreis.actor(Role.OFFICER))
    savepoint = unbound.begin_nested()
    bind_connection(unbound, stadt.actor(Role.OFFICER))
    assert unbound.scalar(ME) == stadt.id
    savepoint.rollback()
    assert unbound.scalar(ME) == kreis.id


def test_the_actor_of_the_audit_cannot_be_forged(populated, unbound):
    """The audit is written at the commit; what was said at the beginning must still be proven then."""
    actor = populated.world.district.kreis.actor(Role.OFFICER)
    bind_connection(unbound, actor)
    unbound.execute(text("UPDATE tenant SET address = 'Neu' WHERE id = app.tenant()"))
    unbound.execute(SET, {"name": "actor", "value": str(uuid4())})
    assert refusal(unbound, text("SET CONSTRAINTS ALL IMMEDIATE")) == "binding is not signed"


def test_the_pads_are_nobodys(populated, unbound, cluster):
    with pytest.raises(DBAPIError, match="permission denied"):
        unbound.execute(text("SELECT * FROM binding_key"))
    urls = cluster.urls(populated.app.url.database)
    owner = create_engine(urls.owner, poolclass=NullPool)
    with owner.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM binding_key")) == 0
    relay = create_engine(urls.relay, poolclass=NullPool)
    with relay.connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(text("SELECT * FROM binding_key"))


def test_nobody_can_act_on_a_connection_without_a_key(populated):
    engine = create_engine(populated.app.url, poolclass=NullPool)
    with engine.connect() as connection, pytest.raises(UnsignedError):
        bind_connection(connection, populated.world.district.kreis.actor(Role.OFFICER))


def test_two_keys_hold_while_the_secret_is_changed_and_one_afterwards(committing):
    """web and worker are started anew one after the other; who has the old secret still works meanwhile."""
    kreis = committed_district(committing).kreis
    said = said_of(kreis.actor(Role.OFFICER))
    before = key_of(committing.environ)
    changed = committing.environ | {"KIMHUB_SECRET_KEY": "another secret of 40 characters at least"}
    after = key_of(changed)

    def acts(key):
        with committing.engine(committing.urls.app, poolclass=NullPool).connect() as connection:
            say(connection, key.proof(said), said)
            try:
                return connection.scalar(ME) == kreis.id
            except DBAPIError:
                return False

    assert (acts(before), acts(after)) == (True, False)
    used = use_binding_key(Settings.from_environ(changed))
    assert (used.added, used.ending) == (True, 1)
    assert (acts(before), acts(after)) == (True, True)
    used = use_binding_key(Settings.from_environ(changed))
    assert (used.added, used.ending) == (False, 1)
    used = use_binding_key(Settings.from_environ(changed), at_once=True)
    assert (used.added, used.ending) == (False, 0)
    assert (acts(before), acts(after)) == (False, True)


MUTANTS = {
    "the signature is not compared": ("IF NOT FOUND OR sha256", "IF NOT FOUND OR false AND sha256", "tenant"),
    "the actor is not covered": ("tenant, actor,\n", "tenant, '',\n", "actor"),
    "the role is not covered": ("length(label), label,", "0, '',", "label"),
    "the request is not covered": ("label, request)", "label, '')", "request_id"),
    "the expiry is not read": ("IF proof[2]::bigint <", "IF false AND proof[2]::bigint <", "expiry"),
    "a key that has ended holds": ("> transaction_timestamp())", "IS NOT NULL)", "key"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_check_that_is_left_out_is_noticed(populated, key, mutant):
    """Each part of `app.tenant` is needed: without it what the tests above refuse would pass."""
    part, broken, what = MUTANTS[mutant]
    actor = populated.world.district.kreis.actor(Role.OFFICER)
    said = said_of(actor)
    with populated.superuser.connect() as connection, connection.begin() as transaction:
        definition = connection.scalar(text("SELECT pg_get_functiondef('app.tenant()'::regprocedure)"))
        assert definition.count(part) == 1, "the mutant no longer fits the function"

        def passes():
            connection.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
            savepoint = connection.begin_nested()
            proof = key.proof(said, now=time.time() - 2 * LIFETIME if what == "expiry" else None)
            said_now = said
            if what in said._fields:
                other = str(populated.world.district.stadt.id) if what == "tenant" else str(uuid4())
                said_now = said._replace(**{what: other})
                proof = proof if what == "tenant" else key.proof(said._replace(**{what: ""}))
            say(connection, proof, said_now)
            try:
                connection.execute(ME)
            except DBAPIError:
                return False
            finally:
                savepoint.rollback()
                connection.execute(text("RESET ROLE"))
            return True

        if what == "key":
            connection.execute(text("UPDATE binding_key SET ends_at = now() - interval '1 second'"))
        assert not passes()
        connection.exec_driver_sql(definition.replace(part, broken).replace("%", "%%"))
        assert passes()
        transaction.rollback()
