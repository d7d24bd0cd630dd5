"""What other features use of positions: beginning a request and seeing one's own."""

from __future__ import annotations

from kimhub.positions.queries import Scope, list_requests
from kimhub.positions.usecases.create_request import CreateRequest, RequestDetails, create_request

__all__ = ["CreateRequest", "RequestDetails", "Scope", "create_request", "list_requests"]
