"""The WSGI entry point: ``gunicorn wsgi:application``."""

from kimhub.app import create_app

application = create_app()
