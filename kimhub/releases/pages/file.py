"""One release: as its Kreis sees it, and as a Gemeinde reads and quotes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from kimhub.core.errors import NotFoundError
from kimhub.core.fields.options import Option
from kimhub.core.formats import day, moment
from kimhub.core.readers import Withdrawal
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.lists import ListPage
from kimhub.core.web.tables import DAY, WORD, ListColumn
from kimhub.core.web.view import Crumb, Empty, Fact
from kimhub.releases.bodies import GIVERS, READERS
from kimhub.releases.models import PartKind
from kimhub.releases.pages.blueprint import STATES, crumbs, page_url, pages
from kimhub.releases.queries import (
    RECIPIENTS,
    RELEASE,
    ReleaseFile,
    State,
    newer_than,
    own_part,
    portions_of,
    recipients_of_release,
    release_file,
    withdrawn_from,
)
from kimhub.releases.schemas import ReleaseWithdrawalSchema
from kimhub.releases.usecases.withdraw_release import withdraw_release
from kimhub.releases.wording import involvement_of, quotation, source_of, worded
from tenants import Permission, db
from tenants.naming import genitive, nominative, only, to_begin

_READERS = "Ihre Verwaltung und die Gemeinden, die unten stehen. Keine erfährt, wer es noch liest."
_READERS_APART = (
    "Ihre Verwaltung und die Gemeinden, die unten stehen. Jede liest nur, was sie selbst betrifft."
)


def _standing(row: RowMapping) -> str:
    if row["withdrawn_at"]:
        return "zurückgenommen"
    return "liest einen neueren Stand" if row["superseded"] else "liest diesen Stand"


LIST = ListPage(
    RECIPIENTS,
    caption="Gemeinden",
    columns=(
        ListColumn(
            "Gemeinde", "body",
            note=lambda row: f"zurückgenommen am {day(row['withdrawn_at'])}: {row['withdrawal']}"
            if row["withdrawn_at"] else None,
            sort="body",
        ),
        ListColumn("Zugegangen", "created_at", DAY),
        ListColumn("Liest", _standing, WORD),
    ),
    one="Gemeinde",
    many="Gemeinden",
    empty=Empty("Noch keine Gemeinde", "Es nimmt noch keine Gemeinde des Kreises teil."),
    download_endpoint="releases.download_recipients",
)  # fmt: skip


@pages.get("/vom-kreis/<uuid:release_id>")
@requires(Permission.RELEASE_READ, bodies=READERS)
def show(release_id: UUID) -> ResponseReturnValue:
    """Show a Gemeinde what it may read, and how to quote it; of what was taken back, that it was."""
    actor, session = current_actor(), db.session()
    try:
        file = release_file(session, release_id)
    except NotFoundError:
        taken = withdrawn_from(session, actor.tenant_id, release_id)
        if taken is None:
            raise
        return _withdrawn(taken)
    release = file.release
    content: Mapping[str, Any] = {**release.content, **own_part(session, actor.tenant_id, release_id)}
    newer = newer_than(session, actor.tenant_id, release)
    return render_template(
        "releases/received.html",
        crumbs=crumbs(Crumb(file.kind.label), own=False),
        file=file,
        kind=file.kind.value,
        content=worded(file.kind, content),
        state=STATES[State.SUPERSEDED] if newer else None,
        facts=_facts(file),
        newer_url=page_url("show", release_id=newer) if newer else None,
        quotation=quotation(release, content, file.giver.official_name, release.released_at),
    )


@pages.get("/freigaben/<uuid:release_id>")
@requires(Permission.RELEASE_READ, bodies=GIVERS)
def show_own(release_id: UUID) -> str:
    """Show the Kreis what it released, to whom, and what each Gemeinde reads."""
    file = _own(release_id)
    release, session = file.release, db.session()
    apart = file.kind is PartKind.INVOLVEMENT
    return render_template(
        "releases/given.html",
        crumbs=crumbs(Crumb(file.kind.label), own=True),
        file=file,
        kind=file.kind.value,
        content=worded(file.kind, release.content),
        state=STATES[file.state],
        facts=_facts(file),
        portions=[
            (row["name"], involvement_of(row["content"]), row["content"])
            for row in (portions_of(session, release.tenant_id, release.id) if apart else ())
        ],
        may_withdraw=bool(file.reading) and admitted("releases.withdraw", current_actor()),
        withdraw_url=page_url("withdraw", release_id=release.id),
        visible_to=(_READERS_APART if apart else _READERS)
        if file.reading
        else only(current_actor().tenant_name),
        shown=LIST.shown(arguments={"release": release.id}, variables={"release_id": release.id}),
    )


@pages.get("/freigaben/<uuid:release_id>/gemeinden.<table_format>")
@requires(Permission.RELEASE_READ, bodies=GIVERS)
def download_recipients(release_id: UUID, table_format: str) -> Response:
    """Send the Gemeinden that read an own release as XLSX or CSV."""
    return LIST.download(table_format, arguments={"release": _own(release_id).release.id})


@pages.route("/freigaben/<uuid:release_id>/zuruecknehmen", methods=["GET", "POST"])
@requires(Permission.RELEASE_WRITE, bodies=GIVERS)
def withdraw(release_id: UUID) -> ResponseReturnValue:
    """Ask why, then take it back from all or from one Gemeinde."""
    file = _own(release_id)
    here = page_url("show_own", release_id=release_id)
    return form_page(
        ReleaseWithdrawalSchema(),
        lambda form: withdraw_release(current_actor(), release_id, Withdrawal(**form.data)),
        heading="Freigabe zurücknehmen",
        facts=[Fact("Was", file.kind.label), Fact("Quelle", source_of(file.release))],
        consequences=[
            "Die Gemeinden können es nicht mehr lesen und nicht mehr neu zitieren.",
            "Was sie bis dahin zitiert haben, bleibt mit Datum und Quelle richtig.",
            "Sie erfahren, dass und wann Sie die Freigabe zurückgenommen haben, nicht den Grund.",
            "Was freigegeben war, bei wem und bis wann, bleibt bei Ihnen festgehalten.",
        ],
        crumbs=crumbs(Crumb(file.kind.label, here), Crumb("Zurücknehmen"), own=True),
        cancel_url=here,
        then=lambda _: here,
        done="Die Freigabe ist zurückgenommen.",
        submit="Zurücknehmen",
        options={
            "recipient": [
                Option(row["slug"], row["body"])
                for row in recipients_of_release(db.session(), file.release)
                if row["withdrawn_at"] is None
            ]
        },
        edits=Edits(RELEASE, release_id, file, lambda _: {}),
    )


def _own(release_id: UUID) -> ReleaseFile:
    file = release_file(db.session(), release_id)
    if file.release.tenant_id != current_actor().tenant_id:
        raise NotFoundError
    return file


def _facts(file: ReleaseFile) -> list[Fact]:
    release = file.release
    return [
        Fact("Von", f"{file.giver.official_name}, {release.actor_label}"),
        Fact("Freigegeben", moment(release.released_at)),
        Fact("Quelle", source_of(release)),
        Fact("Stand", day(release.as_of)),
    ]


def _withdrawn(taken: RowMapping) -> ResponseReturnValue:
    """Say of what was taken back by whom and when, and what of it can still be quoted."""
    page = render_template(
        "releases/withdrawn.html",
        crumbs=crumbs(Crumb("Zurückgenommen"), own=False),
        taken=taken,
        giver=to_begin(nominative(taken["giver"])),
        giver_genitive=genitive(taken["giver"]),
        state=STATES[State.WITHDRAWN],
    )
    return page, 410
