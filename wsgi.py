"""The WSGI entry point: ``gunicorn wsgi:application``."""

from kimhub.app import create_app
from kimhub.core.settings import Settings

_settings = Settings.from_environ()
_settings.sign_in_url()  # people sign in here: what is missing is said now, not to the first of them
application = create_app(_settings)
