"""The application factory: a list of init calls, nothing else."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Flask

from kimhub.core.address_rule import AddressRule
from kimhub.core.api import init_api
from kimhub.core.database.liveness import POOL_EVENTS
from kimhub.core.database.prepare import connection_options
from kimhub.core.errors import init_errors
from kimhub.core.health import init_health
from kimhub.core.jobs.registry import handlers_in
from kimhub.core.loading import loading
from kimhub.core.logs import configure_logs, init_logs
from kimhub.core.proxies import init_proxies
from kimhub.core.request import LARGEST_TEXT, MOST_FIELDS, BoundedRequest
from kimhub.core.routing import address_own_tenant, guard_views
from kimhub.core.settings import Settings
from kimhub.core.web import init_web
from kimhub.core.web.api_reference import init_api_reference
from kimhub.features import FEATURES
from tenants import db
from tenants.binding import SIGN_IN, sign_bindings
from tenants.signing import BindingKey

CORE_MODELS = (
    "kimhub.core.documents.models",
    "kimhub.core.events.models",
    "kimhub.core.api.idempotency",
    "kimhub.core.jobs.models",
    "kimhub.core.mail.models",
    "kimhub.core.read_access",
)
"""Where the core itself keeps tables."""
ENGINE_OPTIONS: dict[str, Any] = {
    "pool_events": POOL_EVENTS,
    "connect_args": {"prepare_threshold": 3, "options": connection_options()},
}


@loading()
def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """Return the application for `settings` (default: the environment's); `overrides` are Flask config keys."""
    settings = settings or Settings.from_environ()
    configure_logs(settings)
    app = Flask("kimhub", static_folder=None)
    app.request_class = BoundedRequest
    app.url_rule_class = AddressRule
    app.extensions["kimhub.settings"] = settings
    app.config.from_mapping(flask_config(settings))
    app.config.from_mapping(overrides)
    load_models()
    load_events()
    name_jobs()
    db.init_app(app)
    _sign_bindings(app, settings)
    init_logs(app)
    init_proxies(app, settings.proxy_hops)
    init_web(app)
    init_errors(app)
    init_health(app)
    init_api(app)
    init_api_reference(app)
    for feature in FEATURES:
        for layer in ("pages", "api"):
            module = _optional_module(f"kimhub.{feature}.{layer}")
            if module is not None:
                module.init_app(app)
    address_own_tenant(app)
    guard_views(app)
    return app


def load_models() -> None:
    """Import every model, so that the metadata is whole before mappers are configured or workers fork."""
    for name in CORE_MODELS:
        import_module(name)
    for feature in FEATURES:
        _optional_module(f"kimhub.{feature}.models")


def load_events() -> None:
    """Import what the features tell, so that whoever receives it knows what it means."""
    for feature in FEATURES:
        _optional_module(f"kimhub.{feature}.events")


def name_jobs() -> None:
    """Tell the core where the features' jobs are. Whoever has no application, as the relay, calls this alone."""
    handlers_in(*(f"kimhub.{feature}.jobs" for feature in FEATURES))


def flask_config(settings: Settings) -> dict[str, Any]:
    """Return Flask's own configuration for `settings`."""
    return {
        "SECRET_KEY": settings.secret_key,
        "TRUSTED_HOSTS": list(settings.trusted_hosts),
        "MAX_CONTENT_LENGTH": settings.max_upload_bytes,
        "MAX_FORM_MEMORY_SIZE": LARGEST_TEXT,
        "MAX_FORM_PARTS": MOST_FIELDS,
        # Flask's own cookie carries the one message that the next page shows (flash), nothing else.
        "SESSION_COOKIE_NAME": "__Host-notice" if settings.secure_cookies else "notice",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 4, "max_overflow": 2, **ENGINE_OPTIONS},
        "SQLALCHEMY_BINDS": _sign_in_engine(settings),
        "SQLALCHEMY_RECORD_QUERIES": False,
    }


def _sign_in_engine(settings: Settings) -> dict[str, Any]:
    """Return the second engine, where this process is one at which people sign in.

    A request that holds one connection may ask for another (brake.py): there is one more than threads.
    """
    if settings.database_sign_in_url is None:
        return {}
    return {
        SIGN_IN: {
            "url": settings.database_sign_in_url, "pool_size": 1, "max_overflow": 4, **ENGINE_OPTIONS,
        }
    }  # fmt: skip


def _sign_bindings(app: Flask, settings: Settings) -> None:
    key = BindingKey(settings.binding_secret)
    with app.app_context():
        for engine in db.engines.values():
            sign_bindings(engine, key)


def _optional_module(name: str) -> Any:
    return import_module(name) if find_spec(name) else None
