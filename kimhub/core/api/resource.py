"""One kind of thing over the API: list, read, make, change, and the steps of its workflow.

A feature says what is particular: permission, schema, use case, words. What holds for all things stands here once::

    organizations = Resource(
        "organizations", "Adressbuch", thing=ORGANIZATION, shape=OrganizationOutSchema, names="organization_id",
        read=Permission.FUNDING_READ, write=Permission.FUNDING_WRITE,
    )
    organizations.read("Eintrag des Adressbuchs lesen")

    @organizations.change(OrganizationSchema, "Eintrag des Adressbuchs ersetzen")
    def replace(actor: Actor, entry: Organization, command: dict[str, Any]) -> None:
        change_organization(actor, entry.id, OrganizationDetails(**command))

A function below such a line gets the actor, then what it is about, then what was sent; it calls the use case. It runs
in a savepoint, so that a refusal leaves nothing behind; the answer is read anew afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Generic, TypeVar
from uuid import UUID

import marshmallow as ma
from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from kimhub.core.api.frame import ETAG, LOCATION, PREFIX, ApiBlueprint, Operation
from kimhub.core.api.lists import PageQuerySchema, asked_page, page_of, page_response, picked
from kimhub.core.api.problems import PreconditionRequiredError
from kimhub.core.attempt import attempt
from kimhub.core.keyset import KeysetList
from kimhub.core.routing import current_actor
from kimhub.core.steps import NoteSchema
from kimhub.core.versions import Versioned, require_version
from tenants import Actor, Permission, db
from tenants.proceedings import Step, Workflow

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
Schema = type[ma.Schema]

SECONDS_UNTIL_ASKED_AGAIN = "2"
RETRY_AFTER = {
    "Retry-After": {
        "schema": {"type": "integer"},
        "description": "Sekunden bis zur nächsten Abfrage, solange daran gearbeitet wird",
    }
}


def seen(versioned: Versioned[T], id_: UUID) -> T:
    """Return a thing, held until the transaction ends, if the caller has seen its present state (If-Match).

    Raises `NotFoundError`, `PreconditionRequiredError` without a state (``*`` names none), and `StaleError` with the
    present state if it is another.
    """
    thing = versioned.held(id_)
    if not request.if_match or request.if_match.star_tag:
        raise PreconditionRequiredError(
            "Rufen Sie den Eintrag ab und senden Sie sein ETag als If-Match mit, damit kein überholter Stand "
            "entschieden wird."
        )
    present = versioned.mark(thing)
    # Weakly: a proxy that compresses the answer makes the tag a weak one (RFC 9110 §8.8.3), and ours stands for a
    # state, not for bytes.
    require_version(
        present,
        present if request.if_match.contains_weak(present) else None,
        "Rufen Sie den Eintrag neu ab und entscheiden Sie auf dem jetzigen Stand.",
        state=versioned.state(thing),
    )
    return thing


def etag(versioned: Versioned[T], thing: T) -> dict[str, str]:
    """Return the header that names the state of a thing."""
    return {"ETag": f'"{versioned.mark(thing)}"'}


def _itself(thing: object) -> object:
    return thing


class Resource(Generic[T]):
    """The operations of one kind of thing below ``/api/v1/<path>``.

    `thing` says how one is held, read and marked, `shape` what of it is shown; `body` turns it into what the schema
    reads, where its attributes do not do. `names` is the variable of its id in addresses. `is_open` is for what is
    worked on in the background: as long as it is true, the answer says when to ask again.
    """

    def __init__(
        self,
        path: str,
        description: str,
        *,
        thing: Versioned[T],
        shape: Schema,
        names: str,
        read: Permission,
        write: Permission,
        body: Callable[[T], Any] = _itself,
        is_open: Callable[[T], bool] | None = None,
        blueprint: str = "",
    ) -> None:
        name = blueprint or path.replace("/", "-")
        self.blueprint = ApiBlueprint(name, name, url_prefix=f"{PREFIX}/{path}", description=description)
        self._thing, self._shape, self._body, self._is_open = thing, shape, body, is_open
        self._reader, self._writer, self._names = read, write, names
        self._one = f"/<uuid:{names}>"
        self._headers = ETAG | (RETRY_AFTER if is_open else {})

    def list(
        self,
        row: Schema,
        summary: str,
        description: str = "",
        *,
        listed: KeysetList,
        query: Schema = PageQuerySchema,
        shown: Callable[[Any], Mapping[str, Any]] | None = None,
        path: str = "",
        permission: Permission | None = None,
        refused: tuple[int, ...] = (),
    ) -> Callable[[F], F]:
        """Add a list: the function gets the actor, the page that is asked for, and the filters by name.

        It returns what `listed` does: rows in its usual order, one more than the page has.
        """
        shown = shown or picked(row)
        key = dict(zip(listed.orders[listed.usual].names, listed.kinds(), strict=True))

        def decorate(rows_of: F) -> F:
            told = Operation(
                summary=summary, description=description, permission=permission or self._reader, takes=query,
                gives=page_of(row), refused=refused,
            )  # fmt: skip

            @self.blueprint.operation("GET", path, rows_of.__name__, told)
            def page(query: dict[str, Any], **variables: Any) -> Response:
                asked = asked_page(query, key)
                return page_response(rows_of(current_actor(), asked, **query, **variables), asked, key, shown)

            return rows_of

        return decorate

    def read(self, summary: str, description: str = "") -> None:
        """Add reading one."""
        told = Operation(
            summary=summary, description=description, permission=self._reader,
            gives=self._shape, headers=self._headers, refused=(404,),
        )  # fmt: skip

        @self.blueprint.operation("GET", self._one, "read", told)
        def read(**variables: Any) -> ResponseReturnValue:
            return self._answer(variables[self._names])

    def create(
        self,
        takes: Schema,
        summary: str,
        description: str = "",
        *,
        refused: tuple[int, ...] = (),
        status: int = 201,
        location: str = "json",
        path: str = "",
        permission: Permission | None = None,
    ) -> Callable[[F], F]:
        """Add making one: the function gets actor and command and returns the new row."""

        def decorate(use_case: F) -> F:
            told = Operation(
                summary=summary, description=description, permission=permission or self._writer,
                takes=takes, location=location, gives=self._shape, status=status,
                headers=self._headers | LOCATION, refused=refused,
            )  # fmt: skip

            @self.blueprint.operation("POST", path, use_case.__name__, told)
            def create(command: Any) -> ResponseReturnValue:
                with attempt(db.session()):
                    made = use_case(current_actor(), command)
                return self._made(made.id, status)

            return use_case

        return decorate

    def change(
        self,
        takes: Schema | None,
        summary: str,
        description: str = "",
        *,
        method: str = "PUT",
        path: str = "",
        status: int = 200,
        permission: Permission | None = None,
        endpoint: str = "",
    ) -> Callable[[F], F]:
        """Add a change of one that exists, on the state that was seen; a DELETE answers with nothing.

        The function gets the actor, the thing, the command if there is one, and further variables of `path` by name.
        """
        gone = method == "DELETE"
        told = Operation(
            summary=summary, description=description, permission=permission or self._writer, changes=True,
            takes=takes, gives=None if gone else self._shape, status=204 if gone else status,
            headers=None if gone else self._headers,
        )  # fmt: skip

        def finished(id_: UUID, _made: Any) -> ResponseReturnValue:
            return ("", 204) if gone else self._answer(id_, status)

        return self._changing(method, path, endpoint, told, finished)

    def derive(
        self, takes: Schema | None, summary: str, description: str = "", *, path: str
    ) -> Callable[[F], F]:
        """Add making one from one that exists (its correction, its counter entry); the answer is the new one."""
        told = Operation(
            summary=summary, description=description, permission=self._writer, changes=True, takes=takes,
            gives=self._shape, status=201, headers=self._headers | LOCATION,
        )  # fmt: skip

        def finished(_id: UUID, made: Any) -> ResponseReturnValue:
            return self._made(made.id, 201)

        return self._changing("POST", path, "", told, finished)

    def steps(
        self,
        workflow: Workflow,
        use_cases: Mapping[str, Callable[[Actor, Step], object]],
        seen: Callable[[T], Step],
    ) -> None:
        """Add an operation for each of these transitions; `seen` names the proceeding and the run that was seen."""
        for action, use_case in use_cases.items():
            transition = workflow.transition(action)
            words = "Der Text ist erforderlich." if transition.note_required else "Der Text ist freiwillig."

            @self.change(
                NoteSchema, transition.label, words, method="POST", path=f"/{action}", endpoint=action,
                permission=transition.permission,
            )  # fmt: skip
            def step(
                actor: Actor,
                thing: T,
                sent: dict[str, Any],
                use_case: Callable[[Actor, Step], object] = use_case,
            ) -> None:
                use_case(actor, replace(seen(thing), note=sent["note"]))

    def shelf(
        self,
        called: str,
        put_away: Callable[[Actor, UUID], object],
        take_up: Callable[[Actor, UUID], object],
        *,
        id_of: Callable[[T], UUID],
        description: str = "",
    ) -> None:
        """Add the two steps by which a thing leaves its list and comes back; what it says stays as it is.

        `called` is its German name, `description` what being put away means.
        """
        steps = (
            ("archive", f"{called} ablegen", description, put_away),
            ("take-up", f"{called} wieder aufnehmen", "Danach steht alles wieder da, wie es war.", take_up),
        )
        for path, summary, meaning, use_case in steps:

            @self.change(
                None, summary, meaning, method="POST", path=f"/{path}", endpoint=path.replace("-", "_")
            )
            def step(actor: Actor, thing: T, use_case: Callable[[Actor, UUID], object] = use_case) -> None:
                use_case(actor, id_of(thing))

    def _changing(
        self,
        method: str,
        path: str,
        endpoint: str,
        told: Operation,
        finished: Callable[[UUID, Any], ResponseReturnValue],
    ) -> Callable[[F], F]:
        def decorate(use_case: F) -> F:
            @self.blueprint.operation(method, self._one + path, endpoint or use_case.__name__, told)
            def change(*commands: Any, **variables: Any) -> ResponseReturnValue:
                id_ = variables.pop(self._names)
                thing = seen(self._thing, id_)
                with attempt(db.session()):
                    made = use_case(current_actor(), thing, *commands, **variables)
                return finished(id_, made)

            return use_case

        return decorate

    def _made(self, id_: UUID, status: int) -> ResponseReturnValue:
        body, _, headers = self._answer(id_)
        named: dict[str, Any] = {self._names: id_}
        return body, status, {**headers, "Location": url_for(".read", **named)}

    def _answer(self, id_: UUID, status: int = 200) -> tuple[Any, int, dict[str, str]]:
        """Return the thing as the API shows it, read anew: triggers may have written into it."""
        session = db.session()
        session.flush()
        session.expire_all()
        thing = self._thing.load(session, id_)
        headers = etag(self._thing, thing)
        if self._is_open is not None and self._is_open(thing):
            headers["Retry-After"] = SECONDS_UNTIL_ASKED_AGAIN
        return self._body(thing), status, headers
