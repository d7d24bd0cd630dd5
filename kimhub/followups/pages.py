"""„Zusagen und Wiedervorlagen“: written from Heute, and read there; what is done stays in the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import RowMapping

from kimhub.core.errors import InvalidInputError, NotFoundError
from kimhub.core.fields.options import Option
from kimhub.core.formats import day, moment
from kimhub.core.routing import current_actor, requires
from kimhub.core.web.asking import say
from kimhub.core.web.form_pages import Edits, form_page
from kimhub.core.web.forms import Form
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import AlsoFilter, ChoiceFilter
from kimhub.core.web.tables import DAY, WORD, Address, ListColumn
from kimhub.core.web.view import Action, Badge, Crumb, Empty, Fact, Tone
from kimhub.desk.public import add_source, offer_at_heute
from kimhub.followups.desk import TO_THINK_OF
from kimhub.followups.models import FOLLOW_UP_ROLES, FollowUp, FollowUpKind
from kimhub.followups.queries import FOLLOW_UP, FOLLOW_UPS, FollowUpFile, follow_up_file, is_for, readers_of
from kimhub.followups.schemas import MINE, FollowUpSchema, NewFollowUpSchema
from kimhub.followups.usecases.follow_ups import (
    FollowUpDetails,
    NewFollowUp,
    change_follow_up,
    end_follow_up,
    take_up_follow_up,
    write_follow_up,
)
from tenants import Permission, Role, db
from tenants.naming import only

pages = Blueprint("followups", __name__, url_prefix="/t/<slug>/wiedervorlagen", template_folder="templates")

_TITLE = "Zusagen und Wiedervorlagen"
_KINDS = tuple(Option(kind.value, kind.label) for kind in FollowUpKind)


def _whose(found: FollowUp) -> str:
    return f"alle mit der Rolle {Role(found.role).label}" if found.role else "nur für mich"


def _whose_briefly(row: RowMapping) -> str:
    return Role(row["role"]).label if row["role"] else "nur für mich"


def _standing(row: RowMapping) -> str:
    return f"erledigt am {day(row['ended_at'])}, {row['ended_by']}" if row["ended_at"] else "offen"


LIST = ListPage(
    FOLLOW_UPS,
    caption=_TITLE,
    columns=(
        ListColumn("Was", "title", url=Address("followups.show", follow_up_id="id")),
        ListColumn("Wer oder worum", "about"),
        ListColumn("Art", lambda row: FollowUpKind(row["kind"]).label, WORD),
        ListColumn("Bis", "due_on", DAY, sort="day"),
        ListColumn("Für wen", _whose_briefly, WORD),
        ListColumn("Stand", _standing),
    ),
    filters=(
        ChoiceFilter("art", "Art", "kind", _KINDS),
        AlsoFilter("erledigte", "Erledigte Einträge", "open"),
    ),
    empty=Empty(
        "Nichts offen",
        "Schreiben Sie auf, was jemand zugesagt hat oder woran Sie an einem Tag denken wollen. Es steht dann auf "
        "„Heute“.",
    ),
    download_endpoint="followups.download",
)


@pages.get("")
@requires(Permission.FOLLOW_UP_WRITE)
def listing() -> str:
    """List what is open by day."""
    return LIST.page(
        _TITLE,
        arguments={"readers": readers_of(current_actor())},
        crumbs=_crumbs(),
        intro="Was nur jemand gesagt hat oder woran Sie an einem Tag denken wollen. Alles andere steht von selbst "
        "auf „Heute“.",
        actions=[Action("Eintragen", url_for("followups.new"), symbol="add")],
    )


@pages.get("/liste.<table_format>")
@requires(Permission.FOLLOW_UP_WRITE)
def download(table_format: str) -> Response:
    """Send every row of the narrowed list as XLSX or CSV."""
    return LIST.download(table_format, arguments={"readers": readers_of(current_actor())})


@pages.route("/neu", methods=["GET", "POST"])
@requires(Permission.FOLLOW_UP_WRITE)
def new() -> ResponseReturnValue:
    """Write down what is to be thought of."""
    actor = current_actor()
    roles = [role for role in FOLLOW_UP_ROLES if role in actor.roles]
    return form_page(
        NewFollowUpSchema(),
        lambda form: write_follow_up(actor, _new(form)),
        heading="Zusage oder Wiedervorlage eintragen",
        intro="Es steht auf „Heute“, bis jemand sagt, dass es erledigt ist. Fristen aus Bescheiden und Anträgen "
        "stehen dort von selbst.",
        crumbs=_crumbs(Crumb("Eintragen")),
        cancel_url=url_for("desk.today"),
        then=lambda _: url_for("desk.today"),
        done=lambda made: f"„{made.title}“ ist eingetragen, {_until(made)}.",
        submit="Eintragen",
        initial={"kind": FollowUpKind.REMINDER, "whose": roles[0].value if roles else MINE},
        options={
            "whose": [
                *(Option(role.value, f"Alle mit der Rolle {role.label}") for role in roles),
                Option(MINE, "Nur für mich"),
            ]
        },
    )


@pages.get("/<uuid:follow_up_id>")
@requires(Permission.FOLLOW_UP_WRITE)
def show(follow_up_id: UUID) -> str:
    """Show one, with the days that it had."""
    file = _readable(follow_up_id)
    found = file.follow_up
    return render_template(
        "followups/file.html",
        crumbs=_crumbs(Crumb(found.title)),
        found=found,
        kind=FollowUpKind(found.kind).label,
        state=Badge("erledigt", Tone.SUCCESS) if found.ended_at else Badge("offen"),
        facts=_facts(found),
        days=[
            Fact(f"bis {day(each.due_on)}", f"verschoben am {moment(each.created_at)}, {each.actor_label}")
            for each in file.days
        ],
        visible_to=only(current_actor().tenant_name) if found.role else "Nur Sie.",
    )


@pages.route("/<uuid:follow_up_id>/aendern", methods=["GET", "POST"])
@requires(Permission.FOLLOW_UP_WRITE)
def edit(follow_up_id: UUID) -> ResponseReturnValue:
    """Change it or put it to another day."""
    file = _readable(follow_up_id)
    here = url_for("followups.show", follow_up_id=follow_up_id)
    return form_page(
        FollowUpSchema(),
        lambda form: change_follow_up(current_actor(), follow_up_id, FollowUpDetails(**form.data)),
        heading="Ändern oder verschieben",
        intro="Verschieben Sie den Tag, bleibt der bisherige lesbar.",
        crumbs=_crumbs(Crumb(file.follow_up.title, here), Crumb("Ändern")),
        cancel_url=here,
        then=lambda _: here,
        done=lambda changed: f"Gespeichert, {_until(changed)}.",
        edits=Edits(FOLLOW_UP, follow_up_id, file, _values),
    )


@pages.post("/<uuid:follow_up_id>/erledigt")
@requires(Permission.FOLLOW_UP_WRITE)
def done(follow_up_id: UUID) -> ResponseReturnValue:
    """Say that it is done."""
    ended = end_follow_up(current_actor(), follow_up_id)
    say(
        f"„{ended.title}“ ist erledigt. Sie finden den Eintrag unter „{_TITLE}“ bei den erledigten.",
        undo_url=url_for("followups.take_up", follow_up_id=follow_up_id),
    )
    return redirect(url_for("desk.today"), 303)


@pages.post("/<uuid:follow_up_id>/wiederaufnehmen")
@requires(Permission.FOLLOW_UP_WRITE)
def take_up(follow_up_id: UUID) -> ResponseReturnValue:
    """Let it stand on Heute again."""
    found = take_up_follow_up(current_actor(), follow_up_id)
    flash(f"„{found.title}“ steht wieder auf „Heute“.", "success")
    return redirect(url_for("followups.show", follow_up_id=follow_up_id), 303)


def init_app(app: Flask) -> None:
    """Add the pages to the application, and their part of Heute."""
    app.register_blueprint(pages)
    add_source(app, TO_THINK_OF)
    offer_at_heute(app, "Zusage oder Wiedervorlage eintragen", "followups.new")
    offer_at_heute(app, "Alle Zusagen und Wiedervorlagen", "followups.listing")


def _new(form: Form) -> NewFollowUp:
    values = dict(form.data)
    whose = values.pop("whose")
    try:
        role = None if whose == MINE else Role(whose)
        return NewFollowUp(**values, role=role)
    except ValueError as error:
        raise InvalidInputError(
            fields={"whose": ["Wählen Sie eine der angebotenen Möglichkeiten."]}
        ) from error


def _until(found: FollowUp) -> str:
    return f"{'am' if found.kind == FollowUpKind.REMINDER else 'bis'} {day(found.due_on)}"


def _facts(found: FollowUp) -> list[Fact]:
    facts = [
        Fact("Wer oder worum", found.about),
        Fact("Wiedervorlage am" if found.kind == FollowUpKind.REMINDER else "Bis", day(found.due_on)),
        Fact("Für wen", _whose(found)),
        Fact("Eingetragen", f"{moment(found.created_at)}, {found.actor_label}"),
    ]
    if found.ended_at:
        facts.append(Fact("Erledigt", f"{moment(found.ended_at)}, {found.ended_by}"))
    return [fact for fact in facts if fact.value]


def _values(file: FollowUpFile) -> dict[str, Any]:
    found = file.follow_up
    return {
        "kind": FollowUpKind(found.kind),
        **{name: getattr(found, name) for name in ("title", "about", "due_on")},
    }


def _readable(follow_up_id: UUID) -> FollowUpFile:
    """Return what the actor reads; raises `NotFoundError`."""
    file = follow_up_file(db.session(), follow_up_id)
    if not is_for(current_actor(), file.follow_up):
        raise NotFoundError
    return file


def _crumbs(*last: Crumb) -> list[Crumb]:
    return [
        Crumb("Heute", url_for("desk.today")),
        Crumb(_TITLE, url_for("followups.listing") if last else None),
        *last,
    ]
