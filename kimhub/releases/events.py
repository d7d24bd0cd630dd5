"""What a release tells those of a Gemeinde who answer its committees."""

from __future__ import annotations

from kimhub.core.events.kinds import EventKind, declare
from tenants import Permission


def _of_a_release(verb: str, says: str, *, revokes: bool = False) -> EventKind:
    return declare(
        EventKind(
            code=f"release.{verb}", says=says, thing="Freigabe", page="releases.show", names="release_id",
            told=Permission.NOTICE_WRITE, revokes=revokes,
        )
    )  # fmt: skip


GIVEN = _of_a_release("give", "{author} hat Angaben für Ihre Gemeinde freigegeben")
WITHDRAWN = _of_a_release("withdraw", "{author} hat eine Freigabe zurückgenommen", revokes=True)
