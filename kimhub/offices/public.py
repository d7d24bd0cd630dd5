"""What other features use of offices."""

from __future__ import annotations

from kimhub.offices.contacts import contact_at
from kimhub.offices.models import OFFICE_ROLES, Office
from kimhub.offices.queries import offices_at, offices_of
from kimhub.offices.usecases.offices import NewOffice, add_office

__all__ = ["OFFICE_ROLES", "NewOffice", "Office", "add_office", "contact_at", "offices_at", "offices_of"]
