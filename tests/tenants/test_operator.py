"""Admitting bodies: the register says what they are, the rules say what follows."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tenants import TenantKind, system_actor, transaction
from tenants.operator import (
    STADT_AACHEN,
    CannotAdmitError,
    UnknownBodyError,
    admit_authority,
    admit_tenant,
    find_tenant,
    list_tenants,
    receives_grants,
)
from tenants.register import import_register
from tenants.register_file import SHIPPED, edition_beside, parse_register


@pytest.fixture
def owner(owner_engine):
    """The owner's connection with the whole register, in a transaction that leaves nothing behind."""
    with owner_engine.connect() as connection, connection.begin() as transaction:
        import_register(connection, parse_register(SHIPPED.read_bytes()), edition_beside(SHIPPED))
        yield connection
        transaction.rollback()


def test_a_kreis_is_admitted_by_name_or_key_with_what_the_law_gives_it(owner):
    kreis = admit_tenant(owner, "Rhein-Sieg-Kreis", address="Kaiser-Wilhelm-Platz 1").tenant
    assert (kreis.kind, kreis.ags, kreis.slug) == (TenantKind.KREIS, "05382", "rhein-sieg-kreis")
    assert (kreis.is_grant_recipient, kreis.has_auslaenderbehoerde, kreis.has_jugendamt) == (True, True, True)
    assert admit_tenant(owner, "05382").tenant == kreis


def test_a_gemeinde_hangs_on_its_kreis_and_has_what_the_register_says(owner):
    admit_tenant(owner, "05382")
    bornheim = admit_tenant(
        owner, "Bornheim", jugendamt=True, integration_committee="integrationsausschuss"
    ).tenant
    assert bornheim.parent_slug == "rhein-sieg-kreis"
    assert (bornheim.is_grant_recipient, bornheim.has_auslaenderbehoerde) == (False, False)
    assert (bornheim.has_jugendamt, bornheim.integration_committee) == (True, "integrationsausschuss")
    assert admit_tenant(owner, "Troisdorf").tenant.has_auslaenderbehoerde is True


def test_a_gemeinde_waits_for_its_kreis(owner):
    with pytest.raises(CannotAdmitError, match="kimhub tenants add 05382"):
        admit_tenant(owner, "Bornheim")


def test_there_are_54_grant_recipients_and_aachen_is_one(owner):
    rows = owner.execute(text("SELECT ags, kind FROM register_entry")).all()
    recipients = [row.ags for row in rows if receives_grants(TenantKind(row.kind), row.ags)]
    assert len(recipients) == 54
    assert STADT_AACHEN in recipients
    admit_tenant(owner, "Städteregion Aachen")
    aachen = admit_tenant(owner, "Aachen").tenant
    assert (aachen.kind, aachen.parent_slug, aachen.is_grant_recipient) == (
        TenantKind.GEMEINDE,
        "staedteregion-aachen",
        True,
    )


def test_all_of_north_rhine_westphalia_can_take_part(owner):
    for ags in owner.scalars(text("SELECT ags FROM register_entry ORDER BY length(ags), ags")).all():
        assert admit_tenant(owner, ags).new
    ours = [row for row in list_tenants(owner) if row.ags]
    assert len(ours) == 427
    assert [row.name for row in ours][:2] == ["Aachen", "Ahaus"]


def test_a_second_admission_changes_nothing(owner):
    admit_tenant(owner, "05382")
    owner.execute(text("UPDATE tenant SET has_jugendamt = false WHERE ags = '05382'"))
    again = admit_tenant(owner, "05382", slug="anders", jugendamt=True)
    assert not again.new
    assert (again.tenant.slug, again.tenant.has_jugendamt) == ("rhein-sieg-kreis", False)


def test_an_authority_is_admitted_once_by_its_name(owner):
    arnsberg = admit_authority(owner, "Bezirksregierung Arnsberg")
    assert (arnsberg.tenant.kind, arnsberg.tenant.ags) == (TenantKind.BEZIRKSREGIERUNG, None)
    assert not arnsberg.tenant.is_grant_recipient
    assert not admit_authority(owner, "Bezirksregierung Arnsberg").new


@pytest.mark.parametrize("body", ["Entenhausen", "09999", "", "  "])
def test_a_body_that_is_not_in_the_register_is_refused(owner, body):
    with pytest.raises(UnknownBodyError, match="kimhub register import"):
        admit_tenant(owner, body)


def test_a_slug_belongs_to_one_tenant(owner):
    admit_tenant(owner, "05382", slug="rsk")
    with pytest.raises(CannotAdmitError, match="--slug"):
        admit_tenant(owner, "05315000", slug="rsk")


def test_an_unknown_slug_is_not_found(owner):
    with pytest.raises(UnknownBodyError):
        find_tenant(owner, "atlantis")


def test_the_audit_names_the_operator(committing):
    engine = committing.engine(committing.urls.owner)
    with engine.begin() as connection:
        authority = admit_authority(connection, "Bezirksregierung Arnsberg").tenant
    engine.dispose()
    actor = system_actor(
        tenant_id=authority.id,
        tenant_slug=authority.slug,
        tenant_name=authority.name,
        tenant_kind=authority.kind,
        tenant_traits=frozenset(),
    )
    with committing.app.app_context(), transaction(actor, read_only=True) as session:
        events = session.execute(text("SELECT operation, table_name, actor_label FROM audit_event")).all()
    assert events == [("INSERT", "tenant", "Betrieb der Plattform")]
