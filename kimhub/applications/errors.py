"""Refusals of this feature; each says what to do instead."""

from __future__ import annotations

from typing import ClassVar

from kimhub.core.errors import ConflictError, InvalidInputError, StaleError


class NotARecipientError(InvalidInputError):
    """Only bodies with a Kommunales Integrationszentrum apply: 31 Kreise, 22 kreisfreie Städte, Stadt Aachen."""

    code: ClassVar[str] = "not-a-recipient"
    title: ClassVar[str] = "Für Ihre Kommune nicht vorgesehen"

    def __init__(self) -> None:
        super().__init__(
            "Einen Förderantrag stellen nur Kommunen mit einem Kommunalen Integrationszentrum: Kreise, kreisfreie "
            "Städte und die Stadt Aachen. Eine zusätzliche Koordinierungsstelle beantragen Sie unter „Stellen“ bei "
            "Ihrem Kreis."
        )


class ApplicationFixedError(ConflictError):
    """What was submitted is never changed."""

    code: ClassVar[str] = "application-fixed"
    title: ClassVar[str] = "Der Antrag kann nicht mehr geändert werden"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            detail
            or "Der Antrag ist eingereicht und bleibt, wie er ist. Legen Sie eine Berichtigung an: Sie beginnt mit "
            "allen Angaben dieses Antrags und nennt ihn als den früheren."
        )


class ApplicationIncompleteError(InvalidInputError):
    """The application cannot be submitted yet; `fields` names what is missing."""

    code: ClassVar[str] = "application-incomplete"
    title: ClassVar[str] = "Der Antrag kann noch nicht eingereicht werden"


class NotSubmittedError(ConflictError):
    """The step belongs to a submitted application."""

    code: ClassVar[str] = "application-not-submitted"
    title: ClassVar[str] = "Der Antrag ist noch nicht eingereicht"

    def __init__(self) -> None:
        super().__init__("Reichen Sie den Entwurf zuerst ein oder legen Sie ihn ab.")


class ApplicationOverError(ConflictError):
    """The application was withdrawn or decided, or its receipt is recorded already."""

    code: ClassVar[str] = "application-over"
    title: ClassVar[str] = "Dieser Schritt ist schon geschehen"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            detail or "Laden Sie den Antrag neu: Er ist inzwischen zurückgezogen, entschieden oder vermerkt."
        )


class CorrectedAlreadyError(ConflictError):
    """An application has one correction at a time."""

    code: ClassVar[str] = "application-corrected"
    title: ClassVar[str] = "Für diesen Antrag gibt es schon eine Berichtigung"

    def __init__(self, detail: str = "") -> None:
        super().__init__(
            detail or "Öffnen Sie die Berichtigung und arbeiten Sie dort weiter oder legen Sie sie ab."
        )


class SectionStaleError(StaleError):
    """Somebody else has changed the section meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "Der Abschnitt wurde inzwischen von einer anderen Person geändert. Ihr Text ist noch nicht gespeichert. "
            "Vergleichen Sie beide Fassungen und speichern Sie dann noch einmal."
        )
