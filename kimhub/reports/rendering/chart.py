"""Charts as SVG by Vega-Lite: one picture for the portal (``<img src>``) and for the PDF alike.

What differs, differs by pattern and label, not by colour alone (WCAG 1.4.1). The picture carries its title and its
text alternative (``role="img"``), no style attributes, no script, and nothing that is loaded from elsewhere.

The ground is white, also where a page is dark: a picture cannot know the scheme of its page.
Nothing in a picture may depend on the measured width of a text, for that differs with the fonts of the machine: so
automatic sizes are off, and legends are marks at fixed places.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

import vl_convert

from kimhub.reports.rendering.fonts import FAMILY

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
_LEGEND_TOP = -14
_VEGA_LITE = "6.4"


def draw(specification: dict[str, Any], *, title: str, alternative: str) -> str:
    """Return the SVG of a Vega-Lite specification (without ``$schema`` and ``config``, which are the house's).

    `alternative` says in words what the picture shows. A mark may be filled with :data:`HATCHED`.
    """
    svg = vl_convert.vegalite_to_svg(
        {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "background": "#ffffff",
            **specification,
        },
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


def legend_entry(label: str, fill: str, left: int) -> list[dict[str, Any]]:
    """Return the layers of a legend entry above the plot, `left` pixels from its left edge."""
    anchor: dict[str, Any] = {"data": {"values": [{}]}}
    top = {"value": _LEGEND_TOP}
    symbol = {"type": "square", "size": 140, "fill": fill, "fillOpacity": 1, "stroke": SOLID, "opacity": 1}
    text = {"type": "text", "text": label, "align": "left", "baseline": "middle", "fontSize": 10}
    return [
        {**anchor, "mark": symbol, "encoding": {"x": {"value": left + 6}, "y": top}},
        {**anchor, "mark": text, "encoding": {"x": {"value": left + 17}, "y": top}},
    ]


_HOUSE_STYLE: dict[str, Any] = {
    "aria": False,
    "font": f"{FAMILY}, sans-serif",
    "autosize": "none",
    "padding": {"left": 40, "right": 12, "top": 26, "bottom": 24},
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED, "labelFontSize": 9, "labelOverlap": False, "domainColor": RULE,
        "tickColor": RULE,
    },
    "text": {"color": INK, "fontSize": 9.5},
}  # fmt: skip
