"""Releases over the API: a machine of the Kreis gives, one of a Gemeinde reads its own part."""

from __future__ import annotations

import pytest

from kimhub.releases.models import PartKind
from tenants import Permission
from tests.applications.conftest import make_plan
from tests.releases.acts import released, version_of
from tests.support.acting import acting

RELEASES = "/api/v1/releases"


@pytest.fixture
def machine(site):
    """A machine of a body with these scopes."""
    with acting(site.works.app) as stand_in:
        yield lambda body, *scopes: stand_in.as_(body.machine(*scopes))


@pytest.fixture
def giver(machine, site):
    return lambda: machine(
        site.district.kreis, Permission.RELEASE_READ, Permission.RELEASE_WRITE, Permission.FUNDING_READ,
        Permission.PLAN_READ,
    )  # fmt: skip


@pytest.fixture
def reader(machine, site):
    return lambda: machine(site.district.gemeinde, Permission.RELEASE_READ)


def test_a_part_is_released_read_and_taken_back(ki, giver, reader, site, application):
    said = {
        "part": "involvement", "source_id": str(application), "version": version_of(ki, application),
        "to_gemeinden": True,
    }  # fmt: skip
    made = giver().post(RELEASES, json=said)
    assert made.status_code == 201, made.json
    assert {one["slug"] for one in made.json["recipients"]} >= {site.district.gemeinde.slug}
    assert len(made.json["portions"]) == 3
    assert (made.json["involvement"], made.json["quotation"]) == (None, "")
    here = made.headers["Location"]
    (line,) = reader().get(f"{RELEASES}/received").json["items"]
    assert (line["id"], line["state"]) == (made.json["id"], "current")
    seen = reader().get(here).json
    assert seen["involvement"] == {"involved": True, "how": "Mitglied der Projektgruppe."}
    assert (seen["recipients"], seen["portions"], seen["to_gemeinden"]) == ([], [], None)
    assert "Auskunft des Musterkreises vom" in seen["quotation"]
    gone = giver().post(
        f"{here}/withdraw", json={"reason": "Irrtum"}, headers={"If-Match": made.headers["ETag"]}
    )
    assert (gone.status_code, gone.json["state"]) == (200, "withdrawn")
    assert reader().get(here).status_code == 404
    assert reader().get(f"{RELEASES}/received").json["items"] == []
    assert [one["state"] for one in giver().get(RELEASES).json["items"]] == ["withdrawn"]


def test_the_figures_of_a_plan_come_as_figures(ki, giver, reader):
    plan_id = make_plan(ki)
    said = {"part": "plan", "source_id": str(plan_id), "version": 1, "to_gemeinden": True}
    made = giver().post(RELEASES, json=said)
    assert made.status_code == 201, made.json
    plan = reader().get(made.headers["Location"]).json["plan"]
    assert plan["years"] == [2021, 2022, 2023]
    assert giver().post(RELEASES, json={**said, "version": 2}).status_code == 412


def test_a_part_that_is_not_there_a_stranger_and_a_lack_of_scopes_are_refused(
    ki, giver, machine, site, application
):
    said = {"part": "participants", "source_id": str(application), "version": version_of(ki, application)}
    assert giver().post(RELEASES, json={**said, "named": ["fernstadt"]}).status_code == 422
    assert giver().post(RELEASES, json=said).status_code == 422
    to_all = {**said, "to_gemeinden": True}
    assert giver().post(RELEASES, json={**to_all, "part": "money"}).status_code == 422
    assert giver().post(RELEASES, json={**to_all, "part": "plan"}).status_code == 404
    for body, scopes in (
        (site.district.kreis, {Permission.RELEASE_WRITE}),
        (site.district.stadt, {Permission.RELEASE_WRITE, Permission.FUNDING_READ}),
    ):
        assert machine(body, *scopes).post(RELEASES, json=to_all).status_code == 403


def test_lists_are_narrowed_by_kind_and_title(ki, reader, application):
    released(ki, application, PartKind.PARTICIPANTS, PartKind.INVOLVEMENT)
    for query, found in (("kind=involvement", 1), ("words=KIM", 2), ("words=x%25", 0)):
        assert len(reader().get(f"{RELEASES}/received?{query}").json["items"]) == found
