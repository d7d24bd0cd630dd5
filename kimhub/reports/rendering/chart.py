"""Charts as SVG by Vega-Lite: one picture for the portal (``<img src>``) and for the PDF alike.

What differs, differs by pattern and label, not by colour alone (WCAG 1.4.1). The picture carries its title and its
text alternative (``role="img"``), no style attributes, no script, and nothing that is loaded from elsewhere.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

import vl_convert

from kimhub.reports.rendering.fonts import FAMILY, font_directory

SOLID = "#14395c"
HATCHED = "url(#schraffur)"
INK = "#1b2530"
MUTED = "#4a5560"
RULE = "#c5ccd3"

_PATTERNS = (
    '<defs><pattern id="schraffur" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="5" height="5" fill="#ffffff"/>'
    f'<rect width="1.6" height="5" fill="{SOLID}"/></pattern></defs>'
)
_VEGA_LITE = "6.4"


def draw(specification: dict[str, Any], *, title: str, alternative: str) -> str:
    """Return the SVG of a Vega-Lite specification (without ``$schema`` and ``config``, which are the house's).

    `alternative` says in words what the picture shows. A mark may be filled with :data:`HATCHED`.
    """
    _register_fonts()
    svg = vl_convert.vegalite_to_svg(
        {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "background": None, **specification},
        vl_version=_VEGA_LITE,
        config=_HOUSE_STYLE,
        format_locale="de-DE",
        allowed_base_urls=[],
    )
    opening, rest = svg.split(">", 1)
    described = (
        f'{opening} role="img" aria-labelledby="titel beschreibung"><title id="titel">{escape(title)}</title>'
        f'<desc id="beschreibung">{escape(alternative)}</desc>{_PATTERNS}'
    )
    # Searching and copying from the PDF should find plain spaces; lines do not break inside a picture anyway.
    return f"{described}{rest}".replace("\N{NO-BREAK SPACE}", " ")


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    vl_convert.register_font_directory(str(font_directory()))


_HOUSE_STYLE: dict[str, Any] = {
    "aria": False,
    "font": f"{FAMILY}, sans-serif",
    "padding": 2,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED, "labelFontSize": 9, "titleColor": MUTED, "titleFontSize": 9, "titleFontWeight": "normal",
        "gridColor": RULE, "gridWidth": 0.5, "domainColor": RULE, "tickColor": RULE,
    },
    "legend": {"labelColor": INK, "labelFontSize": 10, "symbolSize": 140, "symbolType": "square", "title": None},
    "text": {"color": INK, "fontSize": 9.5},
}  # fmt: skip
