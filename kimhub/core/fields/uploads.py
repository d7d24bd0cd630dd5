"""Files of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from marshmallow import ValidationError

from kimhub.core.fields.base import CommandField, shown


class Upload(CommandField[Any]):
    """A file of a form (never of JSON); `accept` lists file name endings like ``.pdf``.

    Only presence and ending are checked here. What the bytes really are is decided where documents are stored. The
    value is werkzeug's FileStorage, or a list of them with `multiple`.
    """

    json: ClassVar[Mapping[str, object]] = {"type": "string", "format": "binary"}
    texts: ClassVar[Mapping[str, str]] = {"required": "Wählen Sie eine Datei aus."}

    def __init__(
        self, label: str, *, accept: Sequence[str] = (), multiple: bool = False, **options: Any
    ) -> None:
        self.accept = tuple(accept)
        self.multiple = multiple
        super().__init__(label, **options)

    @property
    def kind(self) -> str:
        """Drawn as a file chooser."""
        return "file"

    def read_json(self, value: Any) -> Any:
        """Accept what `bind` took from the form's files."""
        for upload in value if self.multiple else [value]:
            name = getattr(upload, "filename", None)
            if not name:
                raise self.make_error("form")
            if self.accept and not name.lower().endswith(self.accept):
                endings = ", ".join(ending.removeprefix(".").upper() for ending in self.accept)
                raise ValidationError(
                    f"Die Datei „{shown(name)}“ hat ein anderes Format. Erlaubt: {endings}."
                )
        return value
