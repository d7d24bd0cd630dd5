"""Words: bounded text, addresses of e-mail and of the web, secrets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar

from marshmallow import ValidationError

from kimhub.core.characters import code_points
from kimhub.core.fields.base import CommandField
from kimhub.core.formats import number

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_HTTPS = re.compile(r"https://[^\s/?#@\\]+([/?#]\S*)?")


class Text(CommandField[str]):
    """Words: trimmed, Unicode NFC, at most `max_length` characters; line breaks only with `lines` > 1.

    Left out or empty, an optional text is ``""``, as the columns hold it.
    """

    def __init__(self, label: str, *, max_length: int = 200, lines: int = 1, **options: Any) -> None:
        self.max_length = max_length
        self.lines = lines
        if options.get("optional"):
            options = {"load_default": "", "allow_none": True, **options}
        super().__init__(label, schema={"maxLength": max_length}, **options)

    def deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        """Read null as nothing said where that is allowed."""
        nothing = value is None and self.optional
        return super().deserialize(self.load_default if nothing else value, *args, **options)

    @property
    def kind(self) -> str:
        """A text area as soon as several lines are allowed."""
        return "textarea" if self.lines > 1 else "text"

    def read_json(self, value: Any) -> str:
        """Accept a string."""
        if not isinstance(value, str):
            raise self.make_error("form")
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if codes := code_points(text):
            raise ValidationError(
                f"Der Text enthält nicht druckbare Zeichen ({codes}). Geben Sie ihn bitte von Hand ein."
            )
        text = unicodedata.normalize("NFC", text)
        if self.lines == 1 and "\n" in text:
            raise ValidationError("Der Text darf nur eine Zeile haben.")
        if len(text) > self.max_length:
            raise ValidationError(
                f"Der Text hat {number(len(text))} Zeichen. Erlaubt sind höchstens {number(self.max_length)}."
            )
        if not text and not self.optional:
            raise self.make_error("required")
        return text


class Identifier(Text):
    """A short name in files and addresses: small ASCII letters, digits and ``_``, a letter first.

    It names a thing; left out, it names none (None).
    """

    def __init__(self, label: str, *, max_length: int = 40, **options: Any) -> None:
        if options.get("optional"):
            options.setdefault("load_default", None)
        super().__init__(label, max_length=max_length, **options)
        self.metadata = {**self.metadata, "pattern": f"^{_IDENTIFIER.pattern}$"}

    def read_json(self, value: Any) -> str:
        """Accept a string of that form."""
        text = super().read_json(value)
        if not _IDENTIFIER.fullmatch(text):
            raise ValidationError(
                "Das Kürzel besteht aus kleinen Buchstaben (a–z), Ziffern und Unterstrich und beginnt mit einem "
                "Buchstaben, zum Beispiel case_management."
            )
        return text


class Email(Text):
    """An e-mail address: one ``@``, a domain with a dot, no spaces. Whether it receives mail only a mail can tell."""

    json: ClassVar[Mapping[str, object]] = {"type": "string", "format": "email"}

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, max_length=254, **options)  # RFC 5321 §4.5.3.1.3

    @property
    def kind(self) -> str:
        """Drawn with the keyboard for addresses on phones."""
        return "email"

    def read_json(self, value: Any) -> str:
        """Accept a string of the form ``name@domain.tld``."""
        address = super().read_json(value)
        if address and not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@.]+", address):
            raise ValidationError(
                "Geben Sie eine E-Mail-Adresse ein, zum Beispiel integration@stadt.example."
            )
        return address


class Link(Text):
    """An address in the web, ``https`` only: a host without user and password, and no spaces."""

    json: ClassVar[Mapping[str, object]] = {"type": "string", "format": "uri"}

    def __init__(self, label: str, *, max_length: int = 500, **options: Any) -> None:
        super().__init__(label, max_length=max_length, **options)

    def read_json(self, value: Any) -> str:
        """Accept a string of the form ``https://host/path``."""
        address = super().read_json(value)
        if address and not _HTTPS.fullmatch(address):
            raise ValidationError(
                "Geben Sie eine Adresse ein, die mit https:// beginnt, zum Beispiel "
                "https://rat.stadt.example/vorlage/17."
            )
        return address


class Password(CommandField[str]):
    """A secret as it was typed: not trimmed, not normalised here, never shown again; at most 200 characters."""

    json: ClassVar[Mapping[str, object]] = {"type": "string", "format": "password"}
    texts: ClassVar[Mapping[str, str]] = {"required": "Geben Sie das Passwort ein."}

    @property
    def kind(self) -> str:
        """Drawn hidden."""
        return "password"

    def read_json(self, value: Any) -> str:
        """Accept a string without NUL."""
        if not isinstance(value, str) or "\0" in value or len(value) > 200:
            raise self.make_error("form")
        if not value and not self.optional:
            raise self.make_error("required")
        return value

    def write_typed(self, value: str) -> str:  # noqa: ARG002 - a secret is never written into a page
        """Return nothing."""
        return ""
