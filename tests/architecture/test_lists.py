"""What a list may be ordered by: what an index leads to, or what a tenant has so little of that sorting costs nothing.

Asked of the catalog, not of the models: an order without its index is right and slow, and nobody would notice.
"""

from __future__ import annotations

import pytest
from sqlalchemy import Column, inspect
from sqlalchemy.sql.visitors import iterate

from kimhub.core.keyset import KeysetList, Order
from kimhub.core.web.tables import StepColumn
from kimhub.planning.models import FinancingPlan
from kimhub.planning.queries import PLANS
from tests.support.lists import all_lists, list_pages

LISTS = all_lists()
PAGES = list_pages()


@pytest.fixture
def indexes(connection):
    """The columns of every index and unique key in the catalog, by table."""
    found = inspect(connection)

    def of(table: str) -> list[list[str]]:
        keys = [index["column_names"] for index in found.get_indexes(table)]
        keys += [key["column_names"] for key in found.get_unique_constraints(table)]
        return [*keys, found.get_pk_constraint(table)["constrained_columns"]]

    return of


def own_columns(listed: KeysetList, order: Order) -> list[str] | None:
    """The columns of the list's own table that an order reads, None if it computes one or looks elsewhere."""
    own, names = listed.scope.class_.__table__, []
    for name in order.names:
        column = listed.rows.selected_columns[name]
        inner = [element for element in iterate(column) if isinstance(element, Column)]
        if (
            len(inner) != 1
            or inner[0].table.name != own.name
            or any(element is not column and element is not inner[0] for element in iterate(column))
        ):
            return None
        names.append(inner[0].name)
    return names


def is_led_to(listed: KeysetList, order: Order, keys: list[list[str]]) -> bool:
    """Whether an index leads with the scope (and the thing whose parts are listed) and goes on with the order."""
    names = own_columns(listed, order)
    if names is None or len(set(order.falls)) > 1:
        return False
    within = [listed.conditions[listed.within].left.name] if listed.within else []
    wanted = [listed.scope.key, *within, *names]
    return any(key[: len(wanted)] == wanted for key in keys)


def findings(lists, indexes):
    found = []
    for name, listed in lists.items():
        keys = indexes(listed.scope.class_.__tablename__)
        for order_name, order in listed.orders.items():
            led = is_led_to(listed, order, keys)
            if not led and not order.few_rows:
                found.append(f"{name} by {order_name}: no index, and no reason why it needs none")
            if led and order.few_rows:
                found.append(f"{name} by {order_name}: has its index; the reason is out of date")
    return found


def test_every_order_has_its_index_or_a_reason(indexes):
    assert LISTS
    assert findings(LISTS, indexes) == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order("-title", "-id"), "no index"),
        (Order("-changed_at", "id"), "no index"),
        (Order("title_key", "-id"), "no index"),
        (Order("-changed_at", "-id", few_rows="there are few"), "out of date"),
        (Order("-title", "-id", few_rows="there are few"), None),
    ],
)
def test_an_order_without_index_is_noticed(indexes, order, expected):
    listed = KeysetList(PLANS.rows, scope=FinancingPlan.tenant_id, orders={"x": order})
    found = findings({"list": listed}, indexes)
    assert [expected in finding for finding in found] == ([True] if expected else [])


def test_an_order_is_total():
    """The last column of each order tells any two rows apart: without it a page would repeat or lose rows."""
    orders = [(name, order) for name, listed in LISTS.items() for order in listed.orders.values()]
    assert [(name, order.names) for name, order in orders if order.names[-1] not in {"id", "number"}] == []


def test_a_list_page_offers_only_what_its_list_can():
    """Orders, sums and conditions that a page names exist; the tests of plans read the list by each of them."""
    wrong = []
    assert len(PAGES) > 10
    for name, page in PAGES.items():
        orders = {one.sort for one in page.columns} | {page.usual}
        sums = {one.value for one in page.columns if one.total}
        conditions = {one.condition for one in page.filters}
        labels = [one.label for one in page.columns]
        wrong += [f"{name} by {order}" for order in orders - {""} - set(page.listed.orders)]
        wrong += [f"{name}, sum of {column}" for column in sums - set(page.listed.sums)]
        wrong += [f"{name} narrowed by {one}" for one in conditions - set(page.listed.conditions)]
        wrong += [f"{name} has two columns {label}" for label in set(labels) if labels.count(label) > 1]
    assert wrong == []


PERSONS, MACHINES = "kimhub.identity.member_pages.LIST", "kimhub.identity.client_pages.LIST"
INBOX = "kimhub.inbox.pages.LIST"
DEPUTIES = "kimhub.deputies.pages.LIST"
OFFICES = "kimhub.offices.pages.LIST"
RECIPIENTS, READERS = "kimhub.notices.pages.file.LIST", "kimhub.releases.pages.file.LIST"
SEATS_OF_OTHERS = "kimhub.committees.pages.file.OTHERS"
FINDINGS, FILES = (f"kimhub.spending.pages.importing.{name}" for name in ("FINDINGS_LIST", "FILES"))


def test_the_first_column_leads_to_what_the_row_is_about():
    """People, their deputies, machines, findings, others' seats and who received notices or releases have no page."""
    assert {name for name, page in PAGES.items() if page.columns[0].url is None} == {
        PERSONS,
        DEPUTIES,
        MACHINES,
        FINDINGS,
        RECIPIENTS,
        SEATS_OF_OTHERS,
        READERS,
    }
    assert not [name for name, page in PAGES.items() if isinstance(page.columns[0], StepColumn)]


def test_what_people_want_to_send_can_be_downloaded():
    """Findings are sent in the checked copy of their file; machines, files, one's own messages, three offices and
    others' seats are looked at."""
    assert {name for name, page in PAGES.items() if not page.download_endpoint} == {
        MACHINES, FINDINGS, FILES, INBOX, OFFICES, SEATS_OF_OTHERS,
    }  # fmt: skip
