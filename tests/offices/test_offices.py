"""How a body's offices are reached: who says so, who reads it, what is refused."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from kimhub.core.errors import ForbiddenError, InvalidInputError, NotFoundError
from kimhub.offices.queries import get_office, office_for, offices_of
from kimhub.offices.usecases.offices import (
    NewOffice,
    OfficeDetails,
    add_office,
    change_office,
    office_roles,
    remove_office,
)
from tenants import Permission, Role, db, transaction

KI = NewOffice(role=Role.KI_COORDINATOR, name="KI", email="ki@kreis.example", phone="02241 13-0")
AMT = NewOffice(role=Role.OFFICER, name="Sozialamt", email="amt@kreis.example")


@pytest.fixture
def admin(ctx, district):
    return district.kreis.actor(Role.ADMINISTRATOR)


def made(actor, *commands):
    with transaction(actor):
        return [add_office(actor, command).id for command in commands]


def refused(actor, command):
    with pytest.raises(InvalidInputError) as refusal, transaction(actor):
        add_office(actor, command)
    return {*refusal.value.fields}


def test_every_body_reads_whom_to_turn_to_and_the_first_fitting_role_comes_first(ctx, district, admin):
    made(admin, AMT, KI)
    for reader in (district.gemeinde, district.unrelated, district.authority):
        with transaction(reader.actor(Role.AUDITOR), read_only=True) as session:
            assert [*offices_of(session, district.kreis.id)] == [Role.KI_COORDINATOR, Role.OFFICER]
            assert office_for(session, district.kreis.id, Permission.FUNDING_WRITE).name == "KI"
            assert office_for(session, district.kreis.id, Permission.REQUEST_WRITE).name == "Sozialamt"
            assert office_for(session, district.kreis.id, Permission.AUDIT_READ).name == "KI"
            assert office_for(session, district.kreis.id, Permission.MEMBER_MANAGE) is None
            assert offices_of(session, reader.id) == {}


def test_a_body_changes_and_removes_its_own_offices_only(ctx, district, admin):
    (office_id,) = made(admin, KI)
    stranger = district.gemeinde.actor(Role.ADMINISTRATOR)
    with transaction(stranger) as session:
        assert offices_of(session, admin.tenant_id)[Role.KI_COORDINATOR].name == "KI"
        for attempt in (
            lambda: get_office(session, office_id),
            lambda: change_office(stranger, office_id, OfficeDetails(name="x", phone="1234")),
            lambda: remove_office(stranger, office_id),
        ):
            with pytest.raises(NotFoundError):
                attempt()
    with transaction(admin):
        change_office(admin, office_id, OfficeDetails(name="Integrationszentrum", phone="1234"))
    with transaction(admin):
        assert get_office(db.session(), office_id).email == ""
        remove_office(admin, office_id)
    with transaction(admin, read_only=True) as session:
        assert offices_of(session, admin.tenant_id) == {}


def test_only_the_administration_says_how_offices_are_reached(ctx, district):
    actor = district.kreis.actor(Role.KI_COORDINATOR)
    with pytest.raises(ForbiddenError), transaction(actor):
        add_office(actor, KI)


def test_a_role_has_one_office(ctx, admin):
    made(admin, KI)
    with pytest.raises(IntegrityError, match="uq_office_tenant_id_role"), transaction(admin):
        add_office(admin, KI)


def test_roles_that_do_what_others_wait_for_have_offices(ctx, district, admin):
    for body, roles in (
        (district.kreis, [Role.KI_COORDINATOR, Role.OFFICER]),
        (district.gemeinde, [Role.OFFICER]),
        (district.authority, [Role.AUTHORITY]),
    ):
        actor = body.actor(Role.ADMINISTRATOR)
        with transaction(actor, read_only=True):
            assert office_roles(actor) == roles
    assert refused(admin, NewOffice(role=Role.AUTHORITY, name="x", phone="123")) == {"role"}


@pytest.mark.parametrize(
    ("email", "phone", "field"),
    [("", "", "email"), ("amt@kreis..example", "", "email"), ("ämt@kreis.example", "", "email"),
     ("", "Durchwahl", "phone"), ("", "12", "phone")],
)  # fmt: skip
def test_what_no_mail_reaches_and_nobody_can_call_is_refused_at_its_field(ctx, admin, email, phone, field):
    assert refused(admin, NewOffice(role=Role.OFFICER, name="Amt", email=email, phone=phone)) == {field}
