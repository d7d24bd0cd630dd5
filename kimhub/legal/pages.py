"""The pages behind the footer's links; what depends on the installation comes from the settings."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, render_template
from flask.typing import ResponseReturnValue

from kimhub.core.routing import public
from kimhub.core.settings import Settings

blueprint = Blueprint("legal", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class OperatorOfSite:
    """Who runs this installation, as KIMHUB_OPERATOR and KIMHUB_CONTACT say; empty where they say nothing."""

    lines: tuple[str, ...]
    contact: str


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(blueprint)


def _page(template: str) -> ResponseReturnValue:
    settings: Settings = current_app.extensions["kimhub.settings"]
    return render_template(template, site=OperatorOfSite(settings.operator, settings.contact))


@blueprint.get("/impressum")
@public("imprint")
def imprint() -> ResponseReturnValue:
    """Say who runs the portal."""
    return _page("legal/imprint.html")


@blueprint.get("/datenschutz")
@public("privacy notice")
def privacy() -> ResponseReturnValue:
    """Say which personal data are kept, why and for how long."""
    return _page("legal/privacy.html")


@blueprint.get("/barrierefreiheit")
@public("accessibility statement")
def accessibility() -> ResponseReturnValue:
    """Say how accessible the portal is, what is missing, and where to turn."""
    return _page("legal/accessibility.html")


@blueprint.get("/feedback")
@public("how to report a barrier or a fault")
def feedback() -> ResponseReturnValue:
    """Say how to report a barrier, a fault or a wish."""
    return _page("legal/feedback.html")
