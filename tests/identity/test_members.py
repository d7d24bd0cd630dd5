"""Who gives roles, which roles there are, and that a tenant never loses its administration."""

from __future__ import annotations

import re
import threading
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from kimhub.core.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from kimhub.core.web.paging import PageRequest
from kimhub.identity.queries import MEMBERS
from kimhub.identity.usecases.add_membership import AddMembership, Handover, add_membership, available_roles
from kimhub.identity.usecases.end_membership import LastAdministratorError, end_membership
from kimhub.identity.usecases.set_password import LinkOverError, SetPassword, set_password
from tenants import Role, SigningIn, transaction
from tests.factories.identity import PASSWORD, create_membership, create_person
from tests.support.browser import Browser

_numbers = count()
NEW = "Distel im Querschiff"


def address():
    return f"member{next(_numbers)}@kommune.example"


@pytest.fixture
def as_(site):
    """Run a use case as an actor, in a transaction that commits."""

    def as_(actor, use_case, *arguments):
        with site.app.app_context(), transaction(actor):
            return use_case(actor, *arguments)

    return as_


@pytest.fixture
def administrator(site):
    return site.district.gemeinde.actor(Role.ADMINISTRATOR)


@pytest.fixture
def mail_to(site):
    """The text of the last mail to an address."""
    return lambda email: site.value(
        "SELECT text FROM mail WHERE recipient = :r ORDER BY created_at DESC LIMIT 1", r=email
    )


LINK = re.compile(r"/konto/einrichten\?link=[\w-]{43}")


def test_a_new_person_gets_a_link_and_sets_the_password_with_it(site, as_, administrator, mail_to):
    email = address()
    added = as_(administrator, add_membership, AddMembership(email, "Öznur Ä.", Role.OFFICER))
    assert added.invited
    assert added.first_password is None
    text = mail_to(email)
    assert "Musterstadt lädt Sie ein, die Rolle „Sachbearbeitung“ zu übernehmen." in text
    link = LINK.search(text)[0]
    browser = Browser(site.app)
    assert browser.get(link).status_code == 200
    assert email in browser.page.one("main").text
    path = link.partition("?")[0]
    assert (
        browser.submit(path, new_password="Sommer2026!!!", repeated_password="Sommer2026!!!").status_code
        == 422
    )
    assert browser.submit(path, new_password=NEW, repeated_password=NEW + "x").status_code == 422
    assert browser.submit(path, new_password=NEW, repeated_password=NEW).location == "/anmelden"
    assert "Ihr Passwort ist festgelegt." in browser.follow().text
    assert browser.submit("/anmelden", email=email, password=NEW).location == "/t/musterstadt/"
    assert browser.get(link).status_code == 410


def test_the_link_proves_the_address_and_takes_the_account_from_whoever_had_it(
    site, as_, administrator, mail_to
):
    """A tenant took the address first; its future owner's next tenant sends a link, and only then lets anybody in."""
    email = address()
    gemeinde, kreis = site.district.gemeinde, site.district.kreis
    first = as_(administrator, add_membership, AddMembership(email, "A", Role.OFFICER, Handover.PASSWORD))
    squatter = Browser(site.app)
    squatter.sign_in(email, first.first_password)
    squatter.get("/konto/passwort")
    squatter.submit(
        "/konto/passwort", current_password=first.first_password, new_password=NEW, repeated_password=NEW
    )
    assert squatter.get(f"/t/{gemeinde.slug}/").status_code == 200
    invited = as_(kreis.actor(Role.ADMINISTRATOR), add_membership, AddMembership(email, "B", Role.AUDITOR))
    assert invited.invited
    squatter.get("/zugang")
    assert squatter.submit("/abmelden").status_code == 303
    assert squatter.sign_in(email, NEW).location == f"/t/{gemeinde.slug}/"  # the Kreis is no choice
    owner = Browser(site.app)
    owner.get(LINK.search(mail_to(email))[0])
    own = "Quitte unterm Fensterbrett"
    owner.submit("/konto/einrichten", new_password=own, repeated_password=own)
    assert squatter.get(f"/t/{gemeinde.slug}/").status_code == 303
    assert squatter.sign_in(email, NEW).status_code == 422
    assert owner.sign_in(email, own).location == "/zugang"


def test_the_mail_of_one_tenant_is_not_read_by_another(site, as_, administrator, mail_to):
    email = address()
    as_(administrator, add_membership, AddMembership(email, "A", Role.OFFICER))
    assert mail_to(email)
    with site.app.app_context(), transaction(site.district.kreis.actor(Role.ADMINISTRATOR)) as session:
        assert (
            session.execute(sql("SELECT count(*) FROM mail WHERE recipient = :r"), {"r": email}).scalar() == 0
        )


NO_PASSWORD = "/konto/einrichten/ohne-passwort"


def test_an_invited_committee_member_takes_the_role_up_without_a_password(
    site, as_, administrator, mail_to, mails
):
    email = address()
    as_(administrator, add_membership, AddMembership(email, "Öznur Ä.", Role.COMMITTEE_MEMBER))
    assert "Nehmen Sie die Einladung hier an." in mail_to(email)
    browser = Browser(site.app)
    link = LINK.search(mail_to(email))[0]
    browser.get(link)
    browser.get(link)
    assert browser.page.one("h1").text == "Einladung annehmen"
    assert browser.submit(NO_PASSWORD).location == "/t/musterstadt/"
    assert browser.follow().status_code == 200
    assert browser.get(link).status_code == 410
    later = Browser(site.app)
    later.get("/anmelden/per-mail")
    later.submit("/anmelden/per-mail", email=email)
    later.get(re.search(r"/anmelden/link\?link=[\w-]+", mails(email)[0])[0])
    assert later.submit("/anmelden/link").location == "/t/musterstadt/"
    later.get("/konto/passwort-vergessen")
    later.submit("/konto/passwort-vergessen", email=email)
    later.get(LINK.search(mails(email)[0])[0])
    assert "ohne-passwort" not in later.page.text, "that link is no invitation"
    later.submit("/konto/einrichten", new_password=NEW, repeated_password=NEW)
    assert Browser(site.app).sign_in(email, NEW).location == "/t/musterstadt/", (
        "a password can still be chosen"
    )


@pytest.mark.parametrize("more", [Role.OFFICER, Role.ADMINISTRATOR])
def test_nobody_takes_any_other_role_up_without_a_password(site, as_, administrator, mail_to, more):
    email = address()
    for role in (Role.COMMITTEE_MEMBER, more):
        as_(administrator, add_membership, AddMembership(email, "A", role))
    browser = Browser(site.app)
    link = LINK.search(mail_to(email))[0]
    browser.get(link)
    assert browser.page.one("h1").text == "Passwort festlegen"
    assert "ohne-passwort" not in browser.page.text
    fields = {each["name"]: each["value"] for each in browser.page.one("main").all("input", type="hidden")}
    assert browser.post(NO_PASSWORD, fields).status_code == 410
    assert browser.get(link).status_code == 200, "nothing was used up"


def test_a_role_offered_by_another_body_does_not_count_and_is_not_taken_up(site, as_, administrator, mail_to):
    email = address()
    kreis = site.district.kreis.actor(Role.ADMINISTRATOR)
    other = as_(kreis, add_membership, AddMembership(email, "A", Role.AUDITOR))
    as_(administrator, add_membership, AddMembership(email, "A", Role.COMMITTEE_MEMBER))
    browser = Browser(site.app)
    browser.get(LINK.search(mail_to(email))[0])
    assert browser.submit(NO_PASSWORD).location == "/t/musterstadt/"
    assert site.value("SELECT accepted_at IS NULL FROM membership WHERE id = :id", id=other.membership.id)


@pytest.mark.parametrize("why", ["expired", "disabled", "invented", "missing"])
def test_a_link_that_is_over_says_so_and_sets_nothing(site, as_, administrator, mail_to, why):
    email = address()
    added = as_(administrator, add_membership, AddMembership(email, "A", Role.OFFICER))
    link = LINK.search(mail_to(email))[0]
    browser = Browser(site.app)
    browser.get(link)
    if why == "expired":
        site.run(
            "UPDATE password_link SET expires_at = now() WHERE account_id = :id",
            id=added.membership.account_id,
        )
    elif why == "disabled":
        site.run("UPDATE account SET disabled_at = now() WHERE id = :id", id=added.membership.account_id)
    elif why == "invented":
        link = link[:-1] + ("A" if link[-1] != "A" else "B")
    else:
        link = "/konto/einrichten"
    if why in {"expired", "disabled"}:
        assert browser.submit("/konto/einrichten", new_password=NEW, repeated_password=NEW).status_code == 410
    assert browser.get(link).status_code == 410
    assert "Dieser Link gilt nicht mehr" in browser.page.text
    assert site.value(
        "SELECT initial_until IS NOT NULL FROM credential WHERE account_id = :id",
        id=added.membership.account_id,
    )


def test_a_link_is_used_once_also_at_the_same_moment(site, as_, administrator, mail_to):
    email = address()
    as_(administrator, add_membership, AddMembership(email, "A", Role.OFFICER))
    token = LINK.search(mail_to(email))[0].partition("=")[2]
    together, over = threading.Barrier(2), []

    def use(password):
        together.wait()
        try:
            with site.app.app_context(), transaction(SigningIn()):
                set_password(token, SetPassword(password, password))
        except LinkOverError:
            over.append(password)

    threads = [threading.Thread(target=use, args=(f"{NEW} {number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(over) == 1
    assert Browser(site.app).sign_in(email, over[0]).status_code == 422


def test_a_confirmed_account_gets_no_link(site, as_, administrator, person):
    known = person()
    as_(administrator, add_membership, AddMembership(known.email, "A", Role.OFFICER))
    assert site.value("SELECT count(*) FROM password_link WHERE account_id = :id", id=known.account_id) == 0


def test_a_new_person_takes_the_role_up_by_replacing_the_first_password(site, as_, administrator):
    email = address()
    command = AddMembership(f" {email.upper()} ", "Öznur Ä.", Role.OFFICER, Handover.PASSWORD)
    added = as_(administrator, add_membership, command)
    assert added.invited
    assert added.membership.tenant_id == site.district.gemeinde.id
    assert added.membership.email == email
    browser = Browser(site.app)
    browser.sign_in(email, added.first_password)
    browser.get("/konto/passwort")
    browser.submit(
        "/konto/passwort", current_password=added.first_password, new_password=NEW, repeated_password=NEW
    )
    assert browser.follow().location == "/t/musterstadt/"
    assert browser.follow().status_code == 200


def test_who_has_an_account_keeps_the_password_and_takes_the_role_up(
    site, as_, administrator, person, mail_to
):
    known = person((site.district.kreis, Role.AUDITOR))
    added = as_(administrator, add_membership, AddMembership(known.email, "Prüferin", Role.AUDITOR))
    assert added.membership.account_id == known.account_id
    assert "Melden Sie sich wie gewohnt an und nehmen Sie die Einladung an" in mail_to(known.email)
    browser = Browser(site.app)
    assert browser.sign_in(known.email, PASSWORD).location == "/t/musterkreis/"
    assert "Sie sind eingeladen: Musterstadt." in browser.follow().text
    assert browser.get("/t/musterstadt/").status_code == 404
    browser.get("/zugang")
    assert "Musterstadt" in browser.page.one("main").text
    assert browser.post("/zugang/einladung", {"kommune": "nachbarkreis"}).status_code == 403  # no token
    answered = browser.get("/zugang") and accept(browser, "Annehmen")
    assert answered.location == "/t/musterstadt/"
    assert browser.follow().status_code == 200
    assert site.value(
        "SELECT actor_id = :id AND actor_label = 'Eigenes Konto' FROM audit_event"
        " WHERE table_name = 'membership' AND row_id = :row ORDER BY seq DESC LIMIT 1",
        id=known.account_id,
        row=str(added.membership.id),
    )


def accept(browser, label):
    """Press the button of the only invitation."""
    form = next(
        each
        for each in browser.page.all("form", method="post")
        if each["action"] == "/zugang/einladung" and label in each.text
    )
    return browser.post(form["action"], [(e["name"], e["value"]) for e in form.all("input", type="hidden")])


def test_an_invitation_can_be_declined_and_then_is_over(site, as_, administrator, person):
    known = person((site.district.kreis, Role.AUDITOR))
    added = as_(administrator, add_membership, AddMembership(known.email, "A", Role.AUDITOR)).membership
    browser = Browser(site.app)
    browser.sign_in(known.email, PASSWORD)
    browser.get("/zugang")
    assert accept(browser, "Ablehnen").location == "/zugang"
    assert "Sie haben die Einladung abgelehnt." in browser.follow().text
    assert "Einladungen" not in browser.page.one("main").text
    assert browser.get("/t/musterstadt/").status_code == 404
    assert site.value("SELECT ended_at IS NOT NULL FROM membership WHERE id = :id", id=added.id)


HANDOVERS = [Handover.MAIL, Handover.PASSWORD]


@pytest.mark.parametrize("handover", HANDOVERS)
@pytest.mark.parametrize(
    "account", ["elsewhere", "disabled", "made elsewhere and unconfirmed", "of no tenant"]
)
def test_an_administration_learns_of_no_account_elsewhere(site, person, handover, account):
    """F15: page, status, what is told and what stands in the list are the same as for an address nobody has."""
    if account == "elsewhere":
        known = person((site.district.kreis, Role.AUDITOR)).email
    elif account == "disabled":
        known = person((site.district.kreis, Role.AUDITOR)).email
        site.run("UPDATE account SET disabled_at = now() WHERE email = :e", e=known)
    elif account == "of no tenant":
        known = person().email
    else:
        known = person(
            (site.district.kreis, Role.AUDITOR), vouched_by=site.district.kreis, initial=True
        ).email
    boss = person((site.district.authority, Role.ADMINISTRATOR))
    browser = Browser(site.app)
    browser.sign_in(boss.email, PASSWORD)
    seen = []
    for email in (known, address()):
        browser.get("/t/bezirksregierung-musterberg/verwaltung/personen/neu")
        answer = browser.submit(
            "/t/bezirksregierung-musterberg/verwaltung/personen/neu",
            display_name="Name",
            email=email,
            role="auditor",
            handover=handover,
        )
        told = [answer.status_code, answer.location]
        if answer.location:
            browser.follow()
        told += [browser.page.one("main").text]
        browser.get("/t/bezirksregierung-musterberg/verwaltung/personen?suche=" + email.partition("@")[0])
        told += [browser.page.one("main").text]
        told = [
            re.sub(r"[a-z2-9]{5}(-[a-z2-9]{5}){3}", "SECRET", str(each)).replace(email, "ADDRESS")
            for each in told
        ]
        seen.append([each.replace(email.partition("@")[0], "NAME") for each in told])
        site.run(
            "UPDATE membership SET ended_at = now() WHERE email = :e AND tenant_id = :t",
            e=email, t=site.district.authority.id,
        )  # fmt: skip
    assert seen[0] == seen[1]
    assert "eingeladen" in " ".join(seen[0])
    assert ("SECRET" in " ".join(seen[0])) is (handover is Handover.PASSWORD)


def test_a_first_password_opens_no_account_that_was_there(site, as_, administrator, person):
    known = person((site.district.kreis, Role.AUDITOR))
    command = AddMembership(known.email, "A", Role.AUDITOR, Handover.PASSWORD)
    added = as_(administrator, add_membership, command)
    assert Browser(site.app).sign_in(known.email, added.first_password).status_code == 422
    assert Browser(site.app).sign_in(known.email, PASSWORD).status_code == 303


def test_an_account_that_nobody_has_used_yet_gets_a_first_password_anew(site, as_, administrator):
    command = AddMembership(address(), "A", Role.OFFICER, Handover.PASSWORD)
    first, second = (as_(administrator, add_membership, command).first_password for _ in range(2))
    assert Browser(site.app).sign_in(command.email, first).status_code == 422
    assert Browser(site.app).sign_in(command.email, second).status_code == 303


def test_another_tenant_gives_no_first_password_to_an_account_that_is_not_its_own(site, as_, administrator):
    command = AddMembership(address(), "A", Role.OFFICER, Handover.PASSWORD)
    own = as_(administrator, add_membership, command).first_password
    foreign = as_(site.district.kreis.actor(Role.ADMINISTRATOR), add_membership, command).first_password
    assert Browser(site.app).sign_in(command.email, foreign).status_code == 422
    assert Browser(site.app).sign_in(command.email, own).status_code == 303


def test_who_belongs_to_a_tenant_has_a_further_role_of_it_at_once(site, as_, person):
    known = person((site.district.kreis, Role.AUDITOR))
    boss = site.district.kreis.actor(Role.ADMINISTRATOR)
    for handover, role in zip(HANDOVERS, (Role.OFFICER, Role.KI_COORDINATOR), strict=True):
        added = as_(boss, add_membership, AddMembership(known.email, "A", role, handover))
        assert not added.invited
        assert added.first_password is None


def test_a_role_that_ended_must_be_taken_up_anew(site, as_, administrator, person):
    known = person((site.district.gemeinde, Role.AUDITOR))
    (membership_id,) = [site.value("SELECT id FROM membership WHERE account_id = :a", a=known.account_id)]
    as_(administrator, end_membership, membership_id)
    assert as_(administrator, add_membership, AddMembership(known.email, "A", Role.AUDITOR)).invited


TAKE_UP = "UPDATE membership SET accepted_at = now() WHERE id = :id"
JOIN = (
    "INSERT INTO membership (tenant_id, id, account_id, role, display_name, email, accepted_at)"
    " SELECT tenant_id, gen_random_uuid(), account_id, 'auditor', '', '', now() FROM membership WHERE id = :id"
)


@pytest.mark.parametrize("statement", [TAKE_UP, JOIN])
def test_the_application_takes_up_nobodys_role(site, as_, administrator, statement):
    added = as_(administrator, add_membership, AddMembership(address(), "A", Role.OFFICER)).membership
    with (
        site.app.app_context(),
        pytest.raises(DBAPIError, match="permission denied"),
        transaction(administrator) as session,
    ):
        session.execute(sql(statement), {"id": added.id})


def test_the_same_role_twice_is_refused_and_an_invitation_sent_again(
    site, as_, administrator, person, mail_to
):
    known = person((site.district.gemeinde, Role.OFFICER))
    with pytest.raises(ConflictError, match="hat diese Rolle bereits"):
        as_(administrator, add_membership, AddMembership(known.email, "A", Role.OFFICER))
    command = AddMembership(address(), "A", Role.OFFICER)
    as_(administrator, add_membership, command)
    first = mail_to(command.email)
    as_(administrator, add_membership, command)
    assert LINK.search(mail_to(command.email))[0] != LINK.search(first)[0]


def test_an_administrator_who_is_only_invited_does_not_count_as_one(site, as_, person):
    body = site.district.other_kreis
    actor = body.actor(Role.ADMINISTRATOR)
    only = person((body, Role.ADMINISTRATOR))
    as_(actor, add_membership, AddMembership(address(), "B", Role.ADMINISTRATOR))
    membership_id = site.value("SELECT id FROM membership WHERE account_id = :a", a=only.account_id)
    with pytest.raises(LastAdministratorError):
        as_(actor, end_membership, membership_id)


def test_the_administration_sees_whose_sign_in_is_slowed_down(site, person):
    body = site.district.authority
    boss, attacked = person((body, Role.ADMINISTRATOR)), person((body, Role.AUDITOR))
    with site.admin.begin() as connection:
        invited = create_person(connection, address())
        create_membership(connection, invited.account_id, invited.email, body, Role.AUDITOR, accepted=False)
    browser = Browser(site.app)
    browser.sign_in(boss.email, PASSWORD)
    path = f"/t/{body.slug}/verwaltung/personen"
    assert "Anmeldungen werden gebremst" not in browser.get(path).text
    for email in (attacked.email, invited.email):
        for _ in range(5):
            Browser(site.app).sign_in(email, "wrong wrong wrong")
    assert "Anmeldungen werden gebremst" in browser.get(path).text
    notice = browser.page.one(class_="kern-alert--warning").text
    assert f"({attacked.email}): 5 Versuche" in notice
    assert invited.email not in notice


def test_a_role_that_ended_can_be_given_again(site, as_, administrator):
    email = address()
    first = as_(administrator, add_membership, AddMembership(email, "A", Role.OFFICER)).membership
    as_(administrator, end_membership, first.id)
    again = as_(administrator, add_membership, AddMembership(email, "B", Role.OFFICER)).membership
    assert (again.id, again.ended_at, again.display_name) == (first.id, None, "B")


def test_roles_are_those_of_the_kind_of_tenant(site, as_):
    district = site.district
    roles = {
        body.slug: set(as_(body.actor(Role.ADMINISTRATOR), available_roles))
        for body in (district.kreis, district.gemeinde, district.authority)
    }
    assert Role.KI_COORDINATOR in roles["musterkreis"]
    assert Role.KI_COORDINATOR not in roles["musterstadt"]
    assert roles["bezirksregierung-musterberg"] == {Role.AUTHORITY, Role.ADMINISTRATOR, Role.AUDITOR}
    with pytest.raises(InvalidInputError) as refusal:
        as_(
            district.gemeinde.actor(Role.ADMINISTRATOR),
            add_membership,
            AddMembership(address(), "A", Role.KI_COORDINATOR),
        )
    assert refusal.value.fields == {
        "role": ["Die Rolle „KI-Koordination“ gibt es in Ihrer Verwaltung nicht."]
    }


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_the_administration_gives_and_ends_roles(site, as_, role):
    actor = site.district.kreis.actor(role)
    with pytest.raises(ForbiddenError):
        as_(actor, add_membership, AddMembership(address(), "A", Role.OFFICER))
    with pytest.raises(ForbiddenError):
        as_(actor, end_membership, uuid4())


def test_nobody_ends_a_role_in_another_tenant(site, as_, administrator, person):
    someone = person((site.district.kreis, Role.OFFICER))
    membership_id = site.value("SELECT id FROM membership WHERE account_id = :id", id=someone.account_id)
    with pytest.raises(NotFoundError):
        as_(administrator, end_membership, membership_id)
    assert site.value("SELECT ended_at FROM membership WHERE id = :id", id=membership_id) is None


def test_the_last_administrator_stays(site, as_, person):
    body = site.district.sibling
    actor = body.actor(Role.ADMINISTRATOR)
    first, second = (person((body, Role.ADMINISTRATOR)) for _ in range(2))
    ids = [
        site.value("SELECT id FROM membership WHERE account_id = :id", id=each.account_id)
        for each in (first, second)
    ]
    as_(actor, end_membership, ids[0])
    with pytest.raises(LastAdministratorError):
        as_(actor, end_membership, ids[1])
    assert as_(actor, end_membership, ids[0]).ended_at  # ended already: nothing happens


def test_an_administrator_whose_account_is_shut_out_is_none_who_could_stay(site, as_, person):
    body = site.district.other_kreis
    actor = body.actor(Role.ADMINISTRATOR)
    site.run("UPDATE membership SET ended_at = now() WHERE tenant_id = :id AND ended_at IS NULL", id=body.id)
    able, shut_out = (person((body, Role.ADMINISTRATOR)) for _ in range(2))
    site.run("UPDATE account SET disabled_at = now() WHERE id = :id", id=shut_out.account_id)
    membership_id = site.value("SELECT id FROM membership WHERE account_id = :id", id=able.account_id)
    with pytest.raises(LastAdministratorError):
        as_(actor, end_membership, membership_id)
    site.run("UPDATE account SET disabled_at = NULL WHERE id = :id", id=shut_out.account_id)
    assert as_(actor, end_membership, membership_id).ended_at


def test_two_administrators_who_end_each_other_do_not_both_succeed(site, as_, person):
    body = site.district.unrelated
    actor = body.actor(Role.ADMINISTRATOR)
    ids = [
        site.value("SELECT id FROM membership WHERE account_id = :id", id=someone.account_id)
        for someone in (person((body, Role.ADMINISTRATOR)), person((body, Role.ADMINISTRATOR)))
    ]
    together, refused = threading.Barrier(2), []

    def end(membership_id):
        together.wait()
        try:
            as_(actor, end_membership, membership_id)
        except LastAdministratorError:
            refused.append(membership_id)

    threads = [threading.Thread(target=end, args=(membership_id,)) for membership_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    left = site.value(
        "SELECT count(*) FROM membership WHERE tenant_id = :t AND role = 'administrator' AND ended_at IS NULL",
        t=body.id,
    )
    assert left == 1


def test_roles_given_and_ended_stand_in_the_audit(site, as_, administrator):
    added = as_(administrator, add_membership, AddMembership(address(), "A", Role.OFFICER)).membership
    as_(administrator, end_membership, added.id)
    operations = site.value(
        "SELECT array_agg(operation || ' ' || actor_label ORDER BY seq) FROM audit_event"
        " WHERE table_name = 'membership' AND row_id = :id",
        id=str(added.id),
    )
    assert operations == ["INSERT Administration", "UPDATE Administration"]


def test_people_are_listed_in_german_order_the_former_only_when_asked_for(site, as_):
    body = site.district.stadt
    with site.admin.begin() as connection:
        for name in ("Zoe", "Ömer", "Otto", "Anna"):
            someone = create_person(connection, address())
            membership_id = create_membership(
                connection, someone.account_id, someone.email, body, Role.OFFICER
            )
            connection.exec_driver_sql(
                "UPDATE membership SET display_name = %s, ended_at = CASE WHEN %s = 'Anna' THEN now() END"
                " WHERE id = %s",
                (name, name, membership_id),
            )
    with site.app.app_context(), transaction(body.actor(Role.AUDITOR)) as session:
        listed = {
            name: [row["display_name"] for row in MEMBERS.fetch(session, body.id, PageRequest(), narrowed)]
            for name, narrowed in (("present", {"present": True}), ("all", {}))
        }
    assert listed == {"present": ["Ömer", "Otto", "Zoe"], "all": ["Anna", "Ömer", "Otto", "Zoe"]}


def test_the_pages_give_and_end_a_role(site, person):
    body = site.district.gemeinde
    browser = Browser(site.app)
    browser.sign_in(person((body, Role.ADMINISTRATOR)).email, PASSWORD)
    path = "/t/musterstadt/verwaltung/personen"
    browser.get(f"{path}/neu")
    options = [option["value"] for option in browser.page.one("select", name="role").all("option")]
    assert options == [
        "", "officer", "committee_member", "committee_office", "administrator", "auditor",
    ]  # fmt: skip
    assert (
        browser.submit(
            f"{path}/neu", email="kein", display_name="", role="officer", handover="mail"
        ).status_code
        == 422
    )
    assert len(browser.page.all(class_="kern-error")) == 2
    email = address()
    shown = browser.submit(
        f"{path}/neu", email=email, display_name="Gül Ö.", role="committee_member", handover="password"
    )
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    facts = [item.one("dd").text for item in browser.page.all(class_="kern-description-list-item")]
    assert facts[0] == email
    browser.get(path)
    row = next(each for each in browser.page.all("tr") if email in each.text)
    assert row.one("th").text == "Gül Ö."
    assert "Gremienmitglied" in row.text
    end = row.one("a", class_="kern-btn")["href"]
    assert "Gül Ö." in browser.get(end).text
    assert browser.submit(end).location == path
    browser.follow()
    assert "Die Rolle von Gül Ö. ist beendet." in browser.page.text


def test_who_only_reads_sees_people_but_no_buttons(site, person):
    browser = Browser(site.app)
    browser.sign_in(person((site.district.gemeinde, Role.AUDITOR)).email, PASSWORD)
    browser.get("/t/musterstadt/verwaltung/personen")
    assert browser.page.one("h1").text == "Personen und Rollen"
    assert browser.page.one("main").all("form", method="post") == []
    assert not [link for link in browser.page.one("main").all("a") if "neu" in link["href"]]
