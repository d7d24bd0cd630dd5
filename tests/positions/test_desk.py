"""The place of requests in the navigation; what waits stands in tests/desk."""

from __future__ import annotations

from tenants import Role
from tests.support.reader import reading


def desk(ctx, actor):
    with reading(ctx, actor) as reader:
        return reader.open(f"/t/{actor.tenant_slug}/").page


def test_the_area_stellen_is_offered_to_whoever_may_read_requests(ctx, officer, district):
    def areas(actor):
        return [link.text for link in desk(ctx, actor).all("nav", class_="kh-nav")[0].all("a")]

    assert "Stellen" in areas(officer)
    assert "Stellen" not in areas(district.gemeinde.actor(Role.COMMITTEE_MEMBER))
