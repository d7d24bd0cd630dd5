"""One address, two spellings: both reach the same place."""

from __future__ import annotations

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import make_url

from kimhub.core.database.urls import conninfo, sqlalchemy_url, with_database

ODD = "p+w %/:@ü&?"


def test_both_spellings_carry_the_same_parts_whatever_the_characters():
    url = (
        make_url("postgresql://kimhub_app@/kimhub")
        .set(password=ODD)
        .update_query_dict({"host": f"/var/{ODD}"})
        .render_as_string(hide_password=False)
    )
    for spelled in (url, sqlalchemy_url(url), with_database(url, "kimhub")):
        parts = conninfo_to_dict(conninfo(spelled))
        assert (parts["user"], parts["password"], parts["host"], parts["dbname"]) == (
            "kimhub_app",
            ODD,
            f"/var/{ODD}",
            "kimhub",
        )


def test_another_database_keeps_server_and_role():
    url = with_database("postgresql://kimhub_app:pw@db:6432/kimhub?sslmode=verify-full", "other")
    assert url == "postgresql+psycopg://kimhub_app:pw@db:6432/other?sslmode=verify-full"


@pytest.mark.parametrize("url", ["mysql://db/kimhub", "postgresql+asyncpg://db/kimhub", "kimhub", ""])
def test_other_servers_and_drivers_are_refused(url):
    with pytest.raises(ValueError, match="postgresql://"):
        sqlalchemy_url(url)
