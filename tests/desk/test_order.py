"""The order of Heute: overdue first, then by day, then by how long something waits; others come after."""

from __future__ import annotations

from datetime import date

import pytest

from kimhub.core.matters import Turn
from kimhub.core.web.view import Todo
from kimhub.desk.queries import Group, group_of

TODAY = date(2026, 11, 29)


def todo(**more):
    return Todo("Etwas tun", "/", "Tun", **more)


@pytest.mark.parametrize(
    ("more", "group", "when"),
    [
        ({}, Group.TO_DO, ("", "")),
        ({"since": date(2026, 2, 16)}, Group.TO_DO, ("seit 16.02.2026", "")),
        (
            {"since": date(2022, 12, 5), "owed": True},
            Group.OVERDUE,
            ("seit 05.12.2022", "seit 3 Jahren offen"),
        ),
        ({"owed": True}, Group.OVERDUE, ("", "sofort")),
        ({"due": date(2026, 10, 31)}, Group.OVERDUE, ("bis 31.10.2026", "seit 29 Tagen überfällig")),
        ({"due": date(2026, 11, 28)}, Group.OVERDUE, ("bis 28.11.2026", "seit gestern überfällig")),
        ({"due": TODAY}, Group.TO_DO, ("bis 29.11.2026", "heute")),
        ({"due": date(2026, 11, 30)}, Group.TO_DO, ("bis 30.11.2026", "morgen")),
        ({"due": date(2026, 12, 13)}, Group.TO_DO, ("bis 13.12.2026", "in 14 Tagen")),
        ({"due": date(2026, 12, 14)}, Group.TO_DO, ("bis 14.12.2026", "")),
        ({"due": date(2026, 12, 14), "owed": True}, Group.OVERDUE, ("bis 14.12.2026", "")),
        (
            {"due": date(2026, 10, 31), "since": date(2026, 10, 1), "turn": Turn.OTHER},
            Group.WAITING,
            ("seit 01.10.2026", ""),
        ),
        ({"due": date(2026, 12, 31), "turn": Turn.LATER}, Group.LATER, ("am 31.12.2026", "")),
        ({"later": date(2026, 11, 30), "turn": Turn.LATER}, Group.LATER, ("am 30.11.2026", "morgen")),
        ({"later": date(2026, 12, 1), "owed": True}, Group.OVERDUE, ("", "sofort")),
        ({"due": date(2022, 12, 31), "turn": Turn.OVER}, Group.OVER, ("", "")),
        ({"turn": Turn.OVER, "owed": True}, Group.OVER, ("", "")),
    ],
)
def test_a_thing_to_do_stands_where_its_day_and_turn_put_it(more, group, when):
    assert group_of(todo(**more), TODAY) is group
    assert todo(**more).when(TODAY) == when
