"""A page that needs nothing: no template, no asset, no address, nobody signed in. What is left when all else fails.

deploy/nginx/fehler.html is the same page for what the web server in front answers by itself.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from markupsafe import escape

STYLE = (
    'body{max-width:40rem;margin:3rem auto;padding:0 1rem;font:1.125rem/1.5 "Fira Sans",sans-serif}'
    ":root{color-scheme:light dark}h1{font-size:1.75rem;line-height:1.25}"
)
PLAIN_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
)
"""The Content-Security-Policy under which the page may use its one style and nothing else."""


def plain_page(title: str, detail: str) -> str:
    """Return the page; both texts are German sentences and are escaped."""
    return (
        '<!DOCTYPE html>\n<html lang="de">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} – KIMHub</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{escape(title)}</h1>\n<p>{escape(detail)}</p>\n</main>\n</body>\n</html>\n"
    )
