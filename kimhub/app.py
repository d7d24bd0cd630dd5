"""The application factory: a list of init calls, nothing else."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask

from kimhub.core.api import init_api
from kimhub.core.errors import init_errors
from kimhub.core.routing import guard_views
from kimhub.core.settings import Settings
from kimhub.features import FEATURES
from tenants import db

CORE_MODELS = ("kimhub.core.documents.models", "kimhub.core.idempotency", "kimhub.core.read_access")
"""Where the core itself keeps tables."""


def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """Return the application for `settings` (default: the environment's); `overrides` are Flask config keys."""
    settings = settings or Settings.from_environ()
    app = Flask("kimhub", static_folder=None)
    app.extensions["kimhub.settings"] = settings
    app.config.from_mapping(flask_config(settings))
    app.config.from_mapping(overrides)
    load_models()
    db.init_app(app)
    init_errors(app)
    init_api(app)
    for feature in FEATURES:
        for layer in ("pages", "api"):
            module = _optional_module(f"kimhub.{feature}.{layer}")
            if module is not None:
                module.init_app(app)
    guard_views(app)
    return app


def load_models() -> None:
    """Import every model, so that the metadata is whole before mappers are configured or workers fork."""
    for name in CORE_MODELS:
        import_module(name)
    for feature in FEATURES:
        _optional_module(f"kimhub.{feature}.models")


def flask_config(settings: Settings) -> dict[str, Any]:
    """Return Flask's own configuration for `settings`."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_size": 4,
            "max_overflow": 2,
            "pool_pre_ping": True,
            "connect_args": {"prepare_threshold": 3, "options": "-c timezone=UTC"},
        },
        "SQLALCHEMY_RECORD_QUERIES": False,
    }


def _optional_module(name: str) -> Any:
    return import_module(name) if find_spec(name) else None
