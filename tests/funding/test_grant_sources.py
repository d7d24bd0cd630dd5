"""A Bescheid answers an application: its amounts are proposed, and the grant names it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kimhub.applications.models import EventKind
from kimhub.applications.public import ApplicationState, application_file
from kimhub.core.errors import InvalidInputError
from kimhub.core.web.editing import VERSION
from kimhub.funding.public import EnterGrant, GrantKind, enter_grant, grant_file, record_bescheid
from kimhub.funding.usecases.change_grant import GrantDetails, change_grant
from tenants import transaction
from tests.applications.conftest import make_draft, make_submitted
from tests.core.web.html import parse
from tests.factories.ledger import bescheid, euro
from tests.funding.test_grant_pages import BEGUN, TYPED, plain
from tests.support.acting import acting


@pytest.fixture
def browser(ctx, stadt):
    with acting(ctx) as stand_in:
        stand_in.as_(stadt)
        yield stand_in


@pytest.fixture
def base(district):
    return f"/t/{district.stadt.slug}/mittel/zuwendungen"


def test_the_application_proposes_what_it_asks_for_and_the_grant_names_it(browser, base, stadt):
    application_id = make_submitted(stadt)
    url = browser.client.post(f"{base}/neu", data={**BEGUN, "application_id": str(application_id)}).location
    page = browser.client.get(url).text
    assert 'value="605.000,00"' in page
    assert "Vergleichen Sie jeden Betrag mit dem Bescheid" in page
    assert re.search(rf'value="{application_id}"\s+selected', page)
    answer = browser.client.post(url, data={**TYPED, "application_id": str(application_id)})
    file = browser.client.get(answer.location.removesuffix("/entwurf/pruefen")).text
    assert f"/antraege/{application_id}" in file


def test_a_period_for_which_the_source_has_nothing_is_told(browser, base, stadt):
    application_id = make_submitted(stadt)
    begun = {"kind": "bescheid", "period_from": "1.1.2031", "period_to": "31.12.2031"}
    url = browser.client.post(f"{base}/neu", data={**begun, "application_id": str(application_id)}).location
    assert "nennt für diesen Zeitraum keine Beträge" in plain(browser.client.get(url).text)


def test_a_draft_is_no_application_that_a_bescheid_could_answer(browser, base, stadt):
    application_id = make_draft(stadt)
    command = EnterGrant(
        title="KIM", kind=GrantKind.BESCHEID, granted_by="Bezirksregierung", bescheid=bescheid(euro(1)),
        application_id=application_id,
    )  # fmt: skip
    with pytest.raises(InvalidInputError) as refused, transaction(stadt):
        enter_grant(stadt, command)
    assert "application_id" in refused.value.fields
    assert str(application_id) not in browser.client.get(f"{base}/neu").text


def test_the_link_to_an_application_can_be_added_and_taken_away(browser, base, stadt):
    application_id = make_submitted(stadt)
    with transaction(stadt):
        grant_id = enter_grant(
            stadt,
            EnterGrant(title="KIM", kind=GrantKind.BESCHEID, granted_by="B", bescheid=bescheid(euro(1))),
        ).id
    for chosen, kept in ((str(application_id), application_id), ("", None)):
        url = f"{base}/{grant_id}/angaben"
        seen = parse(browser.client.get(url).text).one("input", name=VERSION)["value"]
        answer = browser.client.post(
            url, data={"title": "KIM", "granted_by": "B", "application_id": chosen, VERSION: seen}
        )
        assert answer.status_code == 303, plain(answer.text)
        with transaction(stadt, read_only=True) as session:
            assert grant_file(session, grant_id).grant.application_id == kept


def grant_of(actor, application_id, *, recorded=True, **more):
    """A grant with its Bescheid of 01.02.2026 unless `more` says another day."""
    command = EnterGrant(
        title="KIM", kind=GrantKind.BESCHEID, granted_by="Bezirksregierung", bescheid=bescheid(euro(1), **more),
        application_id=application_id,
    )  # fmt: skip
    with transaction(actor) as session:
        grant = enter_grant(actor, command)
        if recorded:
            record_bescheid(actor, grant_file(session, grant.id).versions[0].id)
        return grant.id


def state_of(actor, application_id):
    with transaction(actor, read_only=True) as session:
        return application_file(session, application_id).state


def test_a_bescheid_in_force_decides_the_application_it_answers(ctx, stadt):
    application_id = make_submitted(stadt)
    grant = grant_of(stadt, application_id, recorded=False)
    assert state_of(stadt, application_id) is ApplicationState.SUBMITTED
    with transaction(stadt) as session:
        record_bescheid(stadt, grant_file(session, grant).versions[0].id)
    assert state_of(stadt, application_id) is ApplicationState.DECIDED
    with transaction(stadt, read_only=True) as session:
        decided = application_file(session, application_id).event(EventKind.DECIDED)
    assert (decided.happened_on, decided.reference) == (date(2026, 2, 1), "36.01.01-1/26")


def test_an_application_named_later_is_decided_then_and_only_once(ctx, stadt):
    application_id = make_submitted(stadt)
    grant = grant_of(stadt, None)
    details = GrantDetails(title="KIM", granted_by="Bezirksregierung", application_id=application_id)
    for _ in range(2):
        with transaction(stadt):
            change_grant(stadt, grant, details)
    assert state_of(stadt, application_id) is ApplicationState.DECIDED


def test_a_bescheid_from_before_the_submission_decides_nothing(ctx, stadt):
    application_id = make_submitted(stadt)
    early = {"issued_on": date(2020, 1, 7), "received_on": date(2020, 1, 9)}
    grant_of(stadt, application_id, **early)
    assert state_of(stadt, application_id) is ApplicationState.SUBMITTED
