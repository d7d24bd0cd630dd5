"""Forms: a command schema, what a person typed, and every message at its field.

`blank` opens a form, `bind` reads a submitted one. Nothing typed is ever lost: a field shows again exactly what was
typed, whether or not it was understood. Nested fields are named with points: ``positionen.0.anteil``.

    form = bind(CreateRequestSchema(), request.form)
    if form.valid:
        try:
            create_request(actor, CreateRequest(**form.data))
        except KimhubError as error:
            form.refuse(error)
    if not form.valid:
        return render_template("positions/request_form.html", form=form), 422
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from marshmallow import Schema, ValidationError
from marshmallow import fields as plain
from werkzeug.datastructures import FileStorage, MultiDict

from kimhub.core.fields import Choice, Choices, CommandField, Flag, Password, Text, Upload
from kimhub.core.fields.options import Option

FORM_LEVEL = "_schema"
MAX_ROWS = 500
"""Rows of one repeated group that a form may send; more is not typed by a person."""


class Refusal(Protocol):
    """What `Form.refuse` needs of an error: a sentence, and messages per field path (``positions[1].fte``)."""

    @property
    def detail(self) -> str:
        """The sentence."""

    @property
    def fields(self) -> Mapping[str, list[str]]:
        """Messages per field path."""


@dataclass
class BoundField:
    """One field as the form macros draw it. `typed` is what stands in it; for checkboxes the chosen values."""

    name: str
    label: str
    kind: str
    required: bool
    hint: str | None = None
    typed: str = ""
    chosen: Sequence[str] = ()
    errors: list[str] = field(default_factory=list)
    options: Sequence[Option] = ()
    max_length: int | None = None
    rows: int = 1
    accept: Sequence[str] = ()
    multiple: bool = False
    stored: str | None = None
    """What somebody else has saved here meanwhile, where it differs from what stands in the field."""
    taken_over: bool = False
    """Whether the field shows what somebody else has saved, since the reader had not changed it."""

    @property
    def value(self) -> str:
        """What stands in the field as one text, to be compared; line ends as every browser may send them."""
        return "\n".join([*self.typed.strip().splitlines(), *sorted(self.chosen)])

    @property
    def words(self) -> str:
        """What stands in the field as people read it."""
        if self.kind == "checkbox":
            return "ja" if self.chosen else "nein"
        labels = {option.value: option.label for option in self.options}
        chosen = [*self.chosen, *([self.typed] if self.typed else [])]
        return ", ".join(labels.get(one, one) for one in chosen) or "nichts"

    @property
    def id(self) -> str:
        """The element's id; the error summary links to it."""
        return "feld-" + self.name.replace(".", "-")

    @property
    def anchor(self) -> str:
        """The id of the first control: a group of radios or checkboxes has none of its own."""
        return f"{self.id}-1" if self.kind in ("radios", "checkboxes") else self.id

    @property
    def described_by(self) -> str | None:
        """The ids of hint and error for aria-describedby, None when there are none."""
        ids = [f"{self.id}-hinweis"] if self.hint else []
        if self.stored is not None or self.taken_over:
            ids.append(f"{self.id}-stand")
        if self.errors:
            ids.append(f"{self.id}-fehler")
        return " ".join(ids) or None


@dataclass
class Form:
    """A form with its fields in order, its messages, and `data` (the loaded command) when it is valid."""

    fields: dict[str, BoundField]
    data: dict[str, Any] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    submitted: bool = False
    groups: dict[str, list[int]] = field(default_factory=dict)
    version: str = ""
    """The state of an existing thing that the form was made from (`kimhub.core.web.editing`)."""
    overtaken: bool = False
    """Whether somebody else has saved meanwhile."""
    status: int = 422
    """What a page answers with that shows the form with what is wrong."""

    def __getitem__(self, name: str) -> BoundField:
        """Return the field with this name; the macros take it."""
        return self.fields[name]

    def __iter__(self) -> Iterator[BoundField]:
        """Go through the fields in the order of the schema."""
        return iter(self.fields.values())

    @property
    def valid(self) -> bool:
        """Whether it was submitted and nothing is to be corrected."""
        return self.submitted and not self.messages and not any(entry.errors for entry in self)

    @property
    def summary(self) -> list[tuple[str | None, str]]:
        """The error summary on top: (id to jump to or None, sentence); a schema lists its fields as the page does."""
        lines: list[tuple[str | None, str]] = [(None, message) for message in self.messages]
        lines += [(entry.anchor, _sentence(entry, error)) for entry in self for error in entry.errors]
        return lines

    def rows(self, group: str) -> list[int]:
        """Return the row numbers of a repeated group, for names like ``positionen.<row>.anteil``."""
        return self.groups.get(group, [])

    def refuse(self, error: Refusal) -> None:
        """Take over what a use case refused: each message at its field, what has no field on top."""
        unplaced = self.place(error.fields.items())
        if unplaced:
            self.messages += unplaced
        if error.detail and (not error.fields or unplaced):
            self.messages.insert(0, error.detail)

    def place(self, errors: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
        """Put messages at the fields they name; return those that name none of this form."""
        unplaced: list[str] = []
        for path, found in errors:
            entry = self.fields.get(re.sub(r"\[(\d+)\]", r".\1", path))
            if entry is None:
                unplaced += found
            else:
                entry.errors += [message for message in found if message not in entry.errors]
        return unplaced


Choosable = Mapping[str, Sequence[Option]]


def blank(
    schema: Schema, initial: Mapping[str, Any] | None = None, *, options: Choosable | None = None
) -> Form:
    """Open a form: empty, or filled with the values of `initial` (as the schema would load them).

    `options` holds the options of Choice and Choices fields that only the page knows, by field name without row.
    """
    form = Form({})
    _Builder(form, options or {}).open(schema, initial or {})
    return form


def bind(
    schema: Schema,
    typed: MultiDict[str, str],
    files: MultiDict[str, FileStorage] | None = None,
    *,
    options: Choosable | None = None,
) -> Form:
    """Read a submitted form: only the schema's fields count, everything else in it (token, button) is ignored."""
    form = Form({}, submitted=True)
    builder = _Builder(form, options or {}, typed, MultiDict() if files is None else files)
    command = builder.collect(schema)
    errors: dict[str, list[str]] = {}
    try:
        form.data = dict(schema.load(command))
    except ValidationError as problem:
        _flatten(problem.messages, "", form, errors)
    errors |= builder.unread  # what could not be read is not also „missing“
    form.messages += errors.pop(FORM_LEVEL, [])
    form.messages += form.place(errors.items())
    if not form.valid:
        form.data = {}
    return form


def _sentence(entry: BoundField, error: str) -> str:
    """Return a message that can be understood away from its field."""
    if entry.kind == "checkbox":
        return error
    return f"{entry.label} {error}" if entry.label.endswith("?") else f"{entry.label}: {error}"


@dataclass
class _Builder:
    """Goes through a schema once, opening or reading each field into `form`; names grow with every nested schema.

    `name` is the field's name in the page (``positionen.0.``), `bare` the same without row numbers, under which the
    page hands over its options.
    """

    form: Form
    options: Choosable
    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    files: MultiDict[str, FileStorage] = field(default_factory=MultiDict)
    unread: dict[str, list[str]] = field(default_factory=dict)

    def open(self, schema: Schema, values: Mapping[str, Any], name: str = "", bare: str = "") -> None:
        """Add the fields of a schema, filled with the loaded `values`."""
        for key, declared in _loadable(schema):
            value = values.get(key)
            inner, many = _nested(declared)
            if inner is not None and many:
                rows = list(value or ())
                self.form.groups[name + key] = list(range(len(rows)))
                for index, row in enumerate(rows):
                    self.open(inner, row, f"{name}{key}.{index}.", f"{bare}{key}.")
            elif inner is not None:
                self.open(inner, value or {}, f"{name}{key}.", f"{bare}{key}.")
            else:
                _fill(self._add(name + key, bare + key, declared), declared, value)

    def collect(self, schema: Schema, name: str = "", bare: str = "") -> dict[str, Any]:
        """Add the fields of a schema as they were typed; return the command in its JSON form."""
        command: dict[str, Any] = {}
        for key, declared in _loadable(schema):
            inner, many = _nested(declared)
            if inner is not None and many:
                rows = self.form.groups[name + key] = _row_numbers(name + key, self.typed)
                command[key] = [self.collect(inner, f"{name}{key}.{row}.", f"{bare}{key}.") for row in rows]
            elif inner is not None:
                command[key] = self.collect(inner, f"{name}{key}.", f"{bare}{key}.")
            else:
                entry = self._add(name + key, bare + key, declared)
                try:
                    value = self._read(entry, declared)
                except ValidationError as problem:
                    self.unread[entry.name] = [str(message) for message in problem.messages]
                else:
                    if value is not None:
                        command[key] = value
        return command

    def _add(self, name: str, bare: str, declared: plain.Field[Any]) -> BoundField:
        """Describe a declared field for the macros, without a value."""
        if isinstance(declared, CommandField):
            entry = BoundField(name, declared.label, declared.kind, not declared.optional, declared.hint)
        else:
            entry = BoundField(name, bare, "hidden", declared.required)
        if isinstance(declared, Text):
            entry.max_length, entry.rows = declared.max_length, declared.lines
        elif isinstance(declared, (Choice, Choices)):
            entry.options = self.options.get(bare, declared.options or ())
        elif isinstance(declared, Flag):
            entry.required = declared.must is not None
        elif isinstance(declared, Upload):
            entry.accept, entry.multiple = declared.accept, declared.multiple
        self.form.fields[name] = entry
        return entry

    def _read(self, entry: BoundField, declared: plain.Field[Any]) -> Any:
        """Return the JSON form of what stands in one field, None for nothing; remember what was typed."""
        if isinstance(declared, Flag):
            entry.chosen = ["1"] if self.typed.get(entry.name) else []
            return bool(entry.chosen)
        if isinstance(declared, Choices):
            entry.chosen = self.typed.getlist(entry.name)
            _offered(entry, entry.chosen)
            return list(entry.chosen)
        if isinstance(declared, Upload):
            uploads = [upload for upload in self.files.getlist(entry.name) if upload.filename]
            return (uploads if declared.multiple else uploads[0]) if uploads else None
        typed = self.typed.get(entry.name, "")
        if isinstance(declared, Password):
            return typed or None  # a secret is not shown again
        entry.typed = typed
        if not typed.strip():
            return None
        if isinstance(declared, Choice):
            _offered(entry, [typed])
        return declared.read_typed(typed) if isinstance(declared, CommandField) else typed


def _fill(entry: BoundField, declared: plain.Field[Any], value: Any) -> None:
    """Put a stored value into a field."""
    if value is None:
        return
    if isinstance(declared, Choices):
        entry.chosen = list(value)
    elif isinstance(declared, Flag):
        entry.chosen = ["1"] if value else []
    else:
        entry.typed = declared.write_typed(value) if isinstance(declared, CommandField) else str(value)


def _loadable(schema: Schema) -> list[tuple[str, plain.Field[Any]]]:
    return [(key, declared) for key, declared in schema.fields.items() if not declared.dump_only]


def _offered(entry: BoundField, chosen: Sequence[str]) -> None:
    """Refuse a choice that the page did not offer (a page without options leaves that to the use case)."""
    offered = {option.value for option in entry.options}
    if offered and not set(chosen) <= offered:
        raise ValidationError("Wählen Sie eine der angebotenen Möglichkeiten aus.")


def _nested(declared: plain.Field[Any]) -> tuple[Schema | None, bool]:
    """Return the schema inside a nested field and whether it repeats."""
    if isinstance(declared, plain.List) and isinstance(declared.inner, plain.Nested):
        return declared.inner.schema, True
    if isinstance(declared, plain.Nested):
        return declared.schema, bool(declared.many)
    return None, False


def _row_numbers(group: str, typed: MultiDict[str, str]) -> list[int]:
    pattern = re.compile(re.escape(group) + r"\.(\d{1,6})\.")
    numbers = {int(match[1]) for name in typed if (match := pattern.match(name))}
    return sorted(numbers)[:MAX_ROWS]


def _flatten(messages: Any, path: str, form: Form, into: dict[str, list[str]]) -> None:
    """Turn marshmallow's tree of messages into field names; indices of rows become the numbers in the form."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            if isinstance(key, int):
                numbers = form.rows(path)
                key = numbers[key] if key < len(numbers) else key  # noqa: PLW2901 - the row as the form names it
            if key == FORM_LEVEL:
                _flatten(inner, path or FORM_LEVEL, form, into)
            else:
                _flatten(inner, f"{path}.{key}" if path else str(key), form, into)
    else:
        found = messages if isinstance(messages, list) else [messages]
        into.setdefault(path, []).extend(str(message) for message in found)
