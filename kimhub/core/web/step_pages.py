"""Steps of a proceeding on pages: what it is about, what happens then, the words with it, and who came too late.

A feature declares once where its steps lie and what people call the thing, then the words of each step:

    STEPS = StepPages(
        pages, WORKFLOW, Called("Der Antrag", "des Antrags", "Antrag"), where="/<uuid:request_id>", key="request_id",
        view=_view, paths={"submit": "einreichen", "ask": "rueckfrage", …}, usual={State.QUESTION: "answer", …},
    )
    STEPS.add(StepPage(action="ask", use_case=ask_back, note_label="Ihre Rückfrage", …))

Each form carries the number of entries that the person saw. Whoever decides on a run that went on meanwhile decides
nothing: `moved` shows what has happened instead. Permission and label of a step are those of the workflow.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from kimhub.core.routing import current_actor, requires
from kimhub.core.steps import NoteSchema
from kimhub.core.versions import typed_version
from kimhub.core.web.form_pages import Worded, form_page
from kimhub.core.web.forms import Form
from kimhub.core.web.view import Action, Badge, Crumb, Fact, TimelineEntry, Tone
from tenants import Actor, db
from tenants.proceedings import (
    ProceedingEntry,
    ProceedingMovedError,
    Side,
    Step,
    TimelineItem,
    Transition,
    Workflow,
)

SEQ = "seq"
"""The hidden field: how many entries the run had that the person saw."""


@dataclass(frozen=True, slots=True)
class Called:
    """What people call the thing: „Der Antrag“, „des Antrags“, „Antrag“."""

    subject: str
    genitive: str
    noun: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """What was said last with `action` stands above the form; `title` may name the sides."""

    action: str
    title: str
    tone: Tone = Tone.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage:
    """One step in words. `note_hint`, `consequences` (full sentences) and `done` may name the sides: „{kreis}“."""

    action: str
    use_case: Callable[[Actor, Step], ProceedingEntry]
    note_label: str
    note_hint: str
    consequences: tuple[str, ...]
    done: str
    """What the next page says."""
    answers: Quoted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProceedingView:
    """A proceeding as the reader's side finds it now."""

    id: UUID
    side: Side | None
    """None for whoever only watches."""
    state: str
    seq: int
    badge: Badge
    names: Mapping[str, str]
    """How sentences name the sides."""
    lead: str
    """What it is about, in one line."""
    url: str
    crumbs: Callable[[str], list[Crumb]]
    run: Callable[[], Sequence[TimelineItem]]
    """What the reader may see of the run, the oldest entry first; asked when it is needed."""
    told: Callable[[Sequence[TimelineItem]], list[TimelineEntry]]
    facts: Callable[[], Sequence[Fact]] = tuple
    """What stands above a step; asked when it is needed."""
    only: Collection[str] | None = None
    """The steps that there are for this one, where they are not all of the workflow."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """What steps are called now, where it is not what the workflow says."""


class StepPages:
    """The steps of one kind of proceeding, each on a page below that of the file."""

    def __init__(
        self,
        pages: Blueprint,
        workflow: Workflow,
        called: Called,
        *,
        where: str,
        key: str,
        view: Callable[[UUID], ProceedingView],
        paths: Mapping[str, str],
        usual: Mapping[str, str],
        endpoint: str = "{action}",
    ) -> None:
        """`view` loads the thing or raises `NotFoundError`.

        `where` is the file's rule, with the variable `key`; `paths` names every step's page below it, in the order of
        the buttons; `usual` is the step that is expected in a state, the one filled button of whoever's turn it is.
        """
        self._pages, self._workflow, self._called = pages, workflow, called
        self._where, self._key, self._view = where, key, view
        self._paths, self._usual, self._endpoint = paths, usual, endpoint

    def add(self, *steps: StepPage) -> None:
        """Add the pages of steps that take no more than a note."""
        for step in steps:
            self._pages.add_url_rule(
                f"{self._where}/{self._paths[step.action]}",
                endpoint=self._endpoint.format(action=step.action),
                view_func=self._note_page(step),
                methods=["GET", "POST"],
            )

    def is_open(self, view: ProceedingView, action: str) -> bool:
        """Tell whether the reader's side can take the step now (its permission is another matter)."""
        if view.side is None or (view.only is not None and action not in view.only):
            return False
        return self._workflow.step(action, view.state, view.side) is not None

    def label(self, view: ProceedingView, action: str) -> str:
        """Return what the step is called now, on its button and its page."""
        return view.labels.get(action, self._workflow.transition(action).label)

    def buttons(self, view: ProceedingView, actor: Actor) -> list[Action]:
        """Return what leads to the steps that `actor` can take now; at most one is filled."""
        turn = self._workflow.waiting.get(view.state) is view.side
        return [
            Action(
                self.label(view, action),
                f"{view.url}/{path}",
                "primary" if turn and self._usual.get(view.state) == action else "secondary",
            )
            for action, path in self._paths.items()
            if self.is_open(view, action) and actor.may(self._workflow.transition(action).permission)
        ]

    def form(
        self,
        view: ProceedingView,
        schema: Schema,
        use_case: Callable[[Form, int], object],
        *,
        heading: str,
        then: Callable[[Any], str] | None = None,
        **shown: Any,
    ) -> ResponseReturnValue:
        """Answer GET with the form of a step, POST with what came of it; what `form_page` takes may be added.

        `use_case` is given the number of entries that the person saw. What refuses the step is said in the form, but
        that the run went on meanwhile is told by `moved`.
        """
        seq = typed_version(request.form.get(SEQ)) if request.method == "POST" else view.seq
        try:
            return form_page(
                schema,
                lambda form: use_case(form, seq),
                heading=heading,
                crumbs=view.crumbs(heading),
                intro=view.lead,
                facts=view.facts(),
                submit=heading,
                cancel_url=view.url,
                then=then or (lambda _: view.url),
                hidden={SEQ: seq},
                passing=ProceedingMovedError,
                template="web/step.html",
                **{"quote": None, **shown},
            )
        except ProceedingMovedError:
            return self.moved(view.id)

    def moved(self, thing_id: UUID) -> ResponseReturnValue:
        """Answer a step that came too late with what has happened instead."""
        db.session().expire_all()
        view = self._view(thing_id)
        run = [item for item in view.run() if not item.internal]
        page = render_template(
            "web/moved.html",
            crumbs=view.crumbs("Inzwischen geändert"),
            called=self._called,
            state=view.badge,
            entries=view.told(run[-1:]),
            url=view.url,
        )
        return page, 409

    def _note_page(self, step: StepPage) -> Callable[..., ResponseReturnValue]:
        transition = self._workflow.transition(step.action)

        def page(**variables: UUID) -> ResponseReturnValue:
            view = self._view(variables[self._key])
            theirs = view.side is transition.side and (view.only is None or step.action in view.only)
            if not theirs or (request.method == "GET" and not self.is_open(view, step.action)):
                return self.moved(view.id)
            return self._ask(view, step, transition)

        return requires(transition.permission)(page)

    def _ask(self, view: ProceedingView, step: StepPage, transition: Transition) -> ResponseReturnValue:
        def taken(form: Form, seq: int) -> ProceedingEntry:
            return step.use_case(current_actor(), Step(view.id, note=form.data["note"], expected_seq=seq))

        hint, required = step.note_hint.format(**view.names), transition.note_required
        return self.form(
            view,
            NoteSchema(),
            taken,
            heading=self.label(view, step.action),
            consequences=[sentence.format(**view.names) for sentence in step.consequences],
            worded={"note": Worded(step.note_label, hint, required=required)},
            quote=_quote(view, step.answers) if step.answers else None,
            done=step.done.format(**view.names),
        )


def _quote(view: ProceedingView, quoted: Quoted) -> tuple[str, str, Tone] | None:
    """Return title, words and tone of what was said last; None if nothing was."""
    said = next((item.note for item in reversed(view.run()) if item.action == quoted.action), None)
    return (quoted.title.format(**view.names), said, quoted.tone) if said else None
