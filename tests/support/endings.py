"""At which addresses of the portal something ends, and what is known of each: for the tests about undoing.

They are found in the URL map by the words that such addresses bear.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tests.support.site import Site

WORDS = re.compile(
    "entfernen|loeschen|verwerfen|ablegen|beenden|zurueckziehen|zuruecknehmen|stornieren|verzichten|ueberschreiben"
)
"""What addresses are called at which something ends."""
UNDONE = {
    "applications.put_away": "applications.take_up",
    "funding.archive_entry": "funding.take_up_entry",
    "planning.archive": "planning.take_up",
    "mittelabruf.remove_payment": "mittelabruf.add_payment",
}
"""What happens at once, and the address at which „Rückgängig“ in the message fetches it back."""
NOTHING_WRITTEN = {
    "identity.end_session": "ends a sign-in",
    "identity.end_others": "ends sign-ins",
}
"""What ends at once because nobody wrote it, and what that is."""
REWRITES = {
    "funding.edit_allocation": "replaces amounts by those typed; it carries the state it was made from"
}
"""Forms for which a row is deleted because another one takes its place."""


def ends(site: Site) -> dict[str, frozenset[str]]:
    """The pages at which something ends, with their methods."""
    found: dict[str, frozenset[str]] = {}
    for rule in site.app.url_map.iter_rules():
        if WORDS.search(rule.rule) and not rule.rule.startswith("/api/") and "POST" in (rule.methods or ()):
            found[rule.endpoint] = found.get(rule.endpoint, frozenset()) | frozenset(rule.methods or ())
    return found


def endpoint(site: Site, address: str, method: str = "POST") -> str:
    return str(site.app.url_map.bind("localhost").match(urlsplit(address).path, method)[0])
