"""The headers that tell a browser what a page of KIMHub may do: nothing that is not needed.

Source: OWASP ASVS 5.0 §3.4 (L1 and L2), BSI IT-Grundschutz APP.3.1.A21. There is no inline script and no inline style
anywhere, so the policy needs neither nonces nor hashes, and an injected ``<script>`` or ``style=""`` does nothing.
"""

from __future__ import annotations

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "  # KERN draws its icons as data: masks
    "font-src 'self'; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'; "
    "object-src 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), "
        "publickey-credentials-get=(self), usb=()"
    ),
}
STRICT_TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains"

HTMX_CONFIG = {
    "allowEval": False,
    "allowScriptTags": False,
    "historyCacheSize": 0,  # pages would otherwise lie in localStorage after signing out
    "refreshOnHistoryMiss": True,
    "includeIndicatorStyles": False,  # would be an inline style; ours are in kimhub.css
    "selfRequestsOnly": True,
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "422", "swap": True},
        {"code": "[45]..", "swap": True, "error": True},
    ],
}


def init_security_headers(app: Flask) -> None:
    """Send the headers with every answer; a view may set a stricter policy of its own (e.g. for a download)."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        own = {name.lower() for name, _ in response.headers}
        response.headers.extend((name, value) for name, value in HEADERS.items() if name.lower() not in own)
        if request.is_secure:  # RFC 6797 §7.2: never over plain HTTP
            response.headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT_SECURITY)
        if not response.cache_control:
            response.cache_control.no_store = True
        response.vary.add("HX-Request")
        return response
