"""The form pattern: GET opens it, POST tries the use case; refused, it comes back with every word that was typed.

return form_page(
    OrganizationSchema(),
    lambda form: change_organization(actor, entry.id, OrganizationDetails(**form.data)),
    heading="Eintrag ändern",
    crumbs=_below(Crumb(entry.name, here), Crumb("Ändern")),
    cancel_url=here,
    then=lambda _: here,
    done="Der Eintrag ist gespeichert.",
    edits=Edits(ORGANIZATION, entry.id, entry, _values),
)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from kimhub.core.errors import KimhubError
from kimhub.core.fields import Upload
from kimhub.core.versions import Versioned
from kimhub.core.web.editing import VERSION, try_edit, versioned
from kimhub.core.web.forms import BoundField, Choosable, Form, bind, blank
from kimhub.core.web.trying import status_of, try_with
from kimhub.core.web.view import Crumb, Fact

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Edits(Generic[T]):
    """The existing thing that a form edits: how it is held, which one, as it was read, and what its fields say."""

    thing: Versioned[T]
    id: UUID
    found: T
    values: Callable[[T], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Worded:
    """What a field says on this page, where its schema serves several."""

    label: str
    hint: str | None = None
    required: bool | None = None
    """Whether the page asks for it as needed; what refuses an empty one is the use case."""

    def put(self, entry: BoundField) -> None:
        """Let `entry` say so."""
        entry.label = self.label
        entry.hint = self.hint or entry.hint
        entry.required = entry.required if self.required is None else self.required


def form_page(
    schema: Schema,
    use_case: Callable[[Form], R],
    *,
    heading: str,
    crumbs: list[Crumb],
    cancel_url: str,
    then: Callable[[R], str],
    done: str | Callable[[R], str] = "",
    submit: str = "Speichern",
    intro: str | None = None,
    facts: Sequence[Fact] = (),
    consequences: Sequence[str] = (),
    worded: Mapping[str, Worded] | None = None,
    initial: Mapping[str, Any] | None = None,
    options: Choosable | None = None,
    edits: Edits[Any] | None = None,
    hidden: Mapping[str, object] | None = None,
    passing: type[KimhubError] | None = None,
    template: str = "web/form_page.html",
    **context: Any,
) -> ResponseReturnValue:
    """Answer GET with the form, POST with what came of it.

    `then` gives the address that follows, `done` what is said there. `facts` and `consequences` stand above the form;
    `worded` says anew what fields say. `hidden` goes along with the form; a refusal that is `passing` is raised, so
    that the page answers it. A form that `edits` an existing thing is filled with its values and carries the state it
    was made from. Whoever may not, or names what is not there, gets that error; everything else that the use case
    refuses is said in the form.
    """

    def stored(thing: Any) -> Form:
        assert edits is not None  # noqa: S101 - asked for edits only
        return blank(schema, edits.values(thing), options=options)

    if request.method == "POST":
        form = bind(schema, request.form, request.files, options=options)
        form.version = request.form.get(VERSION, "")
        if form.valid:
            result = (
                try_with(form, lambda: use_case(form), conflicts=True, passing=passing)
                if edits is None
                else try_edit(
                    form, edits.thing, edits.id, stored, lambda: use_case(form), version=form.version
                )
            )
            if form.valid and not form.overtaken:
                said = done(result) if callable(done) else done  # type: ignore[arg-type]  # valid: it was returned
                if said:
                    flash(said, "success")
                return redirect(then(result), 303)  # type: ignore[arg-type]  # as above
    elif edits is not None:
        form = versioned(stored(edits.found))
    else:
        form = blank(schema, initial, options=options)
    for name, words in (worded or {}).items():
        words.put(form[name])
    page = render_template(
        template,
        heading=heading,
        crumbs=crumbs,
        form=form,
        action=request.full_path.removesuffix("?"),
        submit=submit,
        intro=intro,
        facts=facts,
        consequences=consequences,
        hidden=hidden or {},
        uploads=any(isinstance(field, Upload) for field in schema.fields.values()),
        cancel_url=cancel_url,
        **context,
    )
    return page, status_of(form)
