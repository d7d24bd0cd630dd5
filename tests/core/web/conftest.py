"""The sample portal for the tests of the web frame."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kimhub.core.web import assets
from tests.core.web.sample.app import create_sample
from tests.support.chromium import browser, chromium, page

__all__ = ["browser", "chromium", "page"]


@pytest.fixture(scope="session")
def sample() -> Flask:
    """The sample application with the assets of this checkout (needs `npm ci`)."""
    assets.build()
    return create_sample()


@pytest.fixture
def client(sample: Flask) -> FlaskClient:
    return sample.test_client()
