"""The usual district in a database that is really written to."""

from __future__ import annotations

from sqlalchemy import create_engine

from tests.factories.tenants import District, create_district
from tests.support.cluster import Committing


def committed_district(committing: Committing) -> District:
    """Create the district of the tests in the database of `committing`."""
    owner = create_engine(committing.urls.owner)
    with owner.begin() as connection:
        district = create_district(connection)
    owner.dispose()
    return district
