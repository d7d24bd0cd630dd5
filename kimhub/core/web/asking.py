"""Nothing that a person wrote disappears with one click: a question comes first, or „Rückgängig“ stands in the message.

What can be fetched back is put away at once, and `say` offers the way back in the message that follows. What is gone
for good is asked about on a page of its own (`ask_page`), which shows what would be lost. It carries the state that it
showed: if somebody has changed the thing meanwhile, nothing happens, and the question is asked anew.
`tests/architecture/test_undoing.py` knows every such address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kimhub.core.fields import CommandSchema
from kimhub.core.versions import Versioned
from kimhub.core.web.editing import VERSION
from kimhub.core.web.forms import bind, blank
from kimhub.core.web.trying import status_of, try_with
from kimhub.core.web.view import Crumb, Fact

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Seen(Generic[T]):
    """What a question is about: how the thing is held, which one, and as it was read for this page."""

    thing: Versioned[T]
    id: UUID
    found: T


def ask_page(
    use_case: Callable[[], R],
    *,
    about: Seen[Any] | None,
    heading: str,
    consequences: Sequence[str],
    submit: str,
    crumbs: list[Crumb],
    back_url: str,
    then: Callable[[R], str],
    done: str | Callable[[R], str],
    back: str = "Zurück",
    facts: Sequence[Fact] = (),
    text: str | None = None,
    text_title: str = "Was dann fehlt",
    template: str = "web/ask_page.html",
    **context: Any,
) -> ResponseReturnValue:
    """Answer GET with the question, POST with what came of it; a refusal is said on the page.

    `facts` and `text` are what would be lost, or go out. `about` is None for what can only end once, whatever else has
    changed. A `template` of its own may show with `context` what no list of facts can.
    Raises `NotFoundError` and what the use case says of permissions.
    """
    form = blank(CommandSchema())
    shown = about.thing.mark(about.found) if about else ""
    if request.method == "POST":
        form = bind(CommandSchema(), request.form)

        def answered() -> R:
            if about:
                about.thing.seen(about.id, request.form.get(VERSION))
            return use_case()

        result = try_with(form, answered, conflicts=True)
        if form.valid:
            flash(done(result) if callable(done) else done, "success")  # type: ignore[arg-type]  # valid: it returned
            return redirect(then(result), 303)  # type: ignore[arg-type]  # as above
    page = render_template(
        template,
        heading=heading,
        crumbs=crumbs,
        form=form,
        action=request.full_path.removesuffix("?"),
        fields={VERSION: shown} if shown else {},
        facts=facts,
        text=text,
        text_title=text_title,
        consequences=consequences,
        submit=submit,
        back_url=back_url,
        back=back,
        **context,
    )
    return page, status_of(form)


def say(text: str, *, undo_url: str, undo_fields: Mapping[str, object] | None = None) -> None:
    """Show `text` on the page that follows, with a button „Rückgängig“ that sends `undo_fields` to `undo_url`.

    The message waits in the signed cookie of the session: only few and short fields belong there.
    """
    flash({"text": text, "url": undo_url, "fields": dict(undo_fields or {})}, "success")  # type: ignore[arg-type]  # any JSON
