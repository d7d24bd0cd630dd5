"""The web frame of the portal: layout, page patterns, forms, lists, assets and the headers around them.

`init_web(app)` is one call of the application factory. Pages extend ``web/base.html`` and draw themselves with the
macros in ``templates/web/``; docs/pages.md lists each of them.
"""

from __future__ import annotations

from kimhub.core.web.frame import init_web, set_frame

__all__ = ["init_web", "set_frame"]
