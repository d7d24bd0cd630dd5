"""What waits stands on the desk of whoever has to act, and of nobody else."""

from __future__ import annotations

import pytest

from tenants import Role
from tests.factories.requests import step, submitted
from tests.support.acting import acting


def desk(ctx, actor):
    with acting(ctx) as stand_in:
        page = stand_in.as_(actor).get(f"/t/{actor.tenant_slug}/")
    assert page.status_code == 200
    return page.text


def test_a_submitted_request_waits_on_the_desk_of_the_kreis(ctx, officer, coordinator):
    request_id = submitted(officer)
    assert str(request_id) in desk(ctx, coordinator)
    assert str(request_id) not in desk(ctx, officer)


def test_a_question_waits_on_the_desk_of_the_gemeinde(ctx, officer, coordinator):
    request_id = submitted(officer)
    step(coordinator, request_id, "ask", note="Seit wann?")
    assert str(request_id) in desk(ctx, officer)
    assert str(request_id) not in desk(ctx, coordinator)


def test_nothing_waits_any_more_once_it_is_decided(ctx, officer, coordinator):
    request_id = submitted(officer)
    step(coordinator, request_id, "endorse")
    assert str(request_id) not in desk(ctx, officer) + desk(ctx, coordinator)


@pytest.mark.parametrize("role", [Role.COMMITTEE_MEMBER, Role.ADMINISTRATOR])
def test_who_decides_nothing_is_not_bothered(ctx, officer, district, role):
    submitted(officer)
    assert "Anträge, die auf Sie warten" not in desk(ctx, district.kreis.actor(role))


def test_the_area_stellen_is_offered_to_whoever_may_read_requests(ctx, officer, district):
    assert ">Stellen</a>" in desk(ctx, officer)
    assert ">Stellen</a>" not in desk(ctx, district.gemeinde.actor(Role.COMMITTEE_MEMBER))
