"""Our own import contracts find what they are made for."""

from __future__ import annotations

import grimp
import pytest

from tests.architecture.import_contracts import FeaturesContract, NoCircleContract


def check(*imports: tuple[str, str]) -> list[tuple[str, str]]:
    graph = grimp.ImportGraph()
    for module in (
        "kimhub", "kimhub.app", "kimhub.core", "kimhub.core.jobs", "kimhub.operator", "tenants",
        "kimhub.planning", "kimhub.planning.models", "kimhub.planning.public", "kimhub.reports", "kimhub.reports.pages",
    ):  # fmt: skip
        graph.add_module(module)
    for importer, imported in imports:
        graph.add_import(importer=importer, imported=imported)
    contract = FeaturesContract(
        name="features",
        session_options={"root_packages": ["kimhub"]},
        contract_options={
            "package": "kimhub",
            "ground": "core",
            "foundation": ["operator"],
            "composition": ["app"],
        },
    )
    return contract.check(graph, verbose=False).metadata["illegal"]


@pytest.mark.parametrize(
    "link",
    [
        ("kimhub.reports.pages", "kimhub.planning.models"),
        ("kimhub.reports", "kimhub.planning"),
        ("kimhub.core.jobs", "kimhub.planning.models"),
        ("kimhub.core", "kimhub.planning.public"),
        ("kimhub.core.jobs", "kimhub.operator"),
        ("kimhub.core.jobs", "kimhub.app"),
        ("kimhub.operator", "kimhub.planning.public"),
    ],
)
def test_what_is_not_allowed_is_found(link):
    assert check(link) == [link]


@pytest.mark.parametrize(
    "link",
    [
        ("kimhub.reports.pages", "kimhub.planning.public"),
        ("kimhub.planning.public", "kimhub.planning.models"),
        ("kimhub.planning.models", "kimhub.core.jobs"),
        ("kimhub.app", "kimhub.planning.models"),
        ("kimhub.core", "tenants"),
        ("kimhub.core", "kimhub.core.jobs"),
        ("kimhub.operator", "kimhub.core.jobs"),
        ("kimhub.operator", "kimhub.app"),
        ("kimhub.reports.pages", "kimhub.operator"),
    ],
)
def test_what_is_allowed_passes(link):
    assert check(link) == []


@pytest.mark.parametrize(("back", "kept"), [("kimhub.a", False), ("kimhub.d", True)])
def test_a_circle_is_found_and_named(back, kept):
    graph = grimp.ImportGraph()
    for module in ("kimhub.a", "kimhub.b", "kimhub.c", "kimhub.d"):
        graph.add_module(module)
    for importer, imported in [("kimhub.a", "kimhub.b"), ("kimhub.b", "kimhub.c"), ("kimhub.c", back)]:
        graph.add_import(importer=importer, imported=imported)
    contract = NoCircleContract(
        name="circle", session_options={"root_packages": ["kimhub"]}, contract_options={}
    )
    found = contract.check(graph, verbose=False)
    assert found.kept is kept
    assert set(found.metadata.get("circle", [])) == (set() if kept else {"kimhub.a", "kimhub.b", "kimhub.c"})
