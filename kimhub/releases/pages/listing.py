"""The lists: what one's Kreis has released, and what the own Kreis gave."""

from __future__ import annotations

from flask import Response, url_for
from sqlalchemy import RowMapping

from kimhub.core.fields.options import Option
from kimhub.core.routing import admitted, current_actor, requires
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter, WordFilter
from kimhub.core.web.tables import DAY, NUMBER, WORD, Address, ListColumn, badges
from kimhub.core.web.view import Action, Crumb, Empty
from kimhub.releases.bodies import GIVERS, READERS
from kimhub.releases.models import PartKind
from kimhub.releases.pages.blueprint import STATES, page_url, pages
from kimhub.releases.queries import GIVEN, RECEIVED, State, kreis_of, withdrawn_lately
from tenants import Permission, db
from tenants.naming import nominative, to_begin


def _kind(row: RowMapping) -> str:
    return PartKind(row["kind"]).label


_KIND = ChoiceFilter("teil", "Was", "kind", tuple(Option(kind.value, kind.label) for kind in PartKind))
_STATE = ListColumn(
    "Geltung", "state", badges(lambda state: STATES[State(state)], usual=STATES[State.CURRENT])
)

LIST = ListPage(
    RECEIVED,
    caption="Vom Kreis freigegeben",
    columns=(
        ListColumn("Was", _kind, WORD, url=Address("releases.show", release_id="id")),
        ListColumn("Aus", "source_title"),
        ListColumn("Stand", "as_of", DAY),
        ListColumn("Freigegeben", "released_at", DAY, sort="day"),
        _STATE,
    ),
    filters=(WordFilter("suche", "Titel oder Gremium"), _KIND),
    one="Freigabe",
    many="Freigaben",
    empty=Empty("Der Kreis hat hier noch nichts freigegeben", ""),
    download_endpoint="releases.download_received",
)  # fmt: skip

OWN = ListPage(
    GIVEN,
    caption="Freigaben an Gemeinden",
    columns=(
        ListColumn("Was", _kind, WORD, url=Address("releases.show_own", release_id="id")),
        ListColumn("Aus", "source_title"),
        ListColumn("Stand", "as_of", DAY),
        ListColumn("Freigegeben", "released_at", DAY, sort="day"),
        ListColumn("Gemeinden", "reading", NUMBER),
        _STATE,
    ),
    filters=(WordFilter("suche", "Titel oder Gremium"), _KIND),
    one="Freigabe",
    many="Freigaben",
    empty=Empty(
        "Noch keine Freigabe",
        "Gemeinden müssen ihren Gremien sagen können, wer an der Förderskizze mitgewirkt hat, wie sie selbst "
        "eingebunden sind, was der Kreis plant und was die Lenkungsgruppe beschließt. Geben Sie frei, was sie zitieren "
        "dürfen.",
    ),
    download_endpoint="releases.download_given",
)  # fmt: skip


@pages.get("/vom-kreis")
@requires(Permission.RELEASE_READ, bodies=READERS)
def received() -> str:
    """List what the Kreis has released, and what it has taken back."""
    actor, session = current_actor(), db.session()
    kreis = nominative(kreis_of(session, actor.tenant_id))
    return LIST.page(
        "Vom Kreis freigegeben",
        template="releases/received_list.html",
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Vom Kreis freigegeben")],
        intro="Was Ihr Kreis Ihrer Gemeinde zu lesen gibt. Sie können es mit Datum und Quelle zitieren, zum Beispiel "
        "in der Antwort auf eine Anfrage.",
        arguments={"reader": True},
        empty=Empty(
            f"{to_begin(kreis)} hat hier noch nichts freigegeben",
            f"Das heißt nicht, dass es nichts gibt: Was {kreis} beantragt, plant und vereinbart hat, ist hier nicht "
            "bekannt. Fragen Sie dort nach.",
        ),
        taken=withdrawn_lately(session, actor.tenant_id),
        url=page_url,
    )


@pages.get("/vom-kreis/liste.<table_format>")
@requires(Permission.RELEASE_READ, bodies=READERS)
def download_received(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format, arguments={"reader": True})


@pages.get("/freigaben")
@requires(Permission.RELEASE_READ, bodies=GIVERS)
def given() -> str:
    """List what the own Kreis has released."""
    return OWN.page(
        "Freigaben an Gemeinden",
        crumbs=[Crumb("Heute", url_for("desk.today")), Crumb("Freigaben an Gemeinden")],
        intro="Was die Gemeinden des Kreises aus Ihren Förderanträgen, Plänen und Gruppen lesen und zitieren dürfen. "
        "Es steht dort so, wie es am Tag der Freigabe war.",
        actions=[Action("Angaben freigeben", page_url("new"), symbol="add")]
        if admitted("releases.new", current_actor())
        else [],
    )


@pages.get("/freigaben/liste.<table_format>")
@requires(Permission.RELEASE_READ, bodies=GIVERS)
def download_given(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return OWN.download(table_format)
