"""An application in the words and shapes of the pages: badges, facts, files, who can see it."""

from __future__ import annotations

from kimhub.applications.models import ApplicationEvent, EventKind, GrantApplication
from kimhub.applications.pages.blueprint import page_url
from kimhub.applications.queries import ApplicationFile, ApplicationState, AttachedFile
from kimhub.applications.review import Review
from kimhub.core.documents.kinds import label_of
from kimhub.core.formats import day, moment, period
from kimhub.core.web.view import Badge, Document, Fact, Section, TimelineEntry, Tone
from kimhub.programme.public import Deadline
from tenants.naming import only

_TONES = {
    ApplicationState.SUBMITTED: Tone.SUCCESS,
    ApplicationState.DECIDED: Tone.SUCCESS,
    ApplicationState.WITHDRAWN: Tone.WARNING,
}
_HAPPENED = {
    EventKind.RECEIVED: "Eingang von der Bezirksregierung bestätigt",
    EventKind.WITHDRAWN: "Antrag zurückgezogen",
    EventKind.DECIDED: "Bezirksregierung hat entschieden",
}


def state_badge(state: str) -> Badge:
    """Return the state in its German word."""
    known = ApplicationState(state)
    return Badge(known.label, _TONES.get(known, Tone.INFO))


def visible_to(application: GrantApplication, tenant_name: str) -> str:
    """Return who can see the application, in one sentence."""
    alone = only(tenant_name)
    if application.is_draft:
        return alone
    return f"{alone} Der Bezirksregierung geht der Antrag auf dem bisherigen Weg zu, nicht über KIMHub."


def facts(file: ApplicationFile, review: Review) -> list[Fact]:
    """Return what is applied for, until when, and on which plan it rests."""
    application = file.application
    found = [
        Fact("Bewilligungszeitraum", period(application.starts_on, application.ends_on)),
        _deadline(review.deadline),
        Fact("Finanzierungsplan", _plan(application, review)),
    ]
    if review.basis.figures and review.basis.figures.guidelines:
        found.append(Fact("Förderrichtlinie", "; ".join(review.basis.figures.guidelines)))
    if application.submitted_on and application.submitted_at:
        found.append(Fact("Abgesandt am", day(application.submitted_on)))
        found.append(Fact("Festgehalten", f"{moment(application.submitted_at)}, {application.submitted_by}"))
        found.append(Fact("Ihr Aktenzeichen", application.reference or "nicht angegeben"))
    received = file.event(EventKind.RECEIVED)
    if received is not None:
        found.append(Fact("Eingangsvermerk", _receipt(received)))
    return found


def sections(file: ApplicationFile, review: Review) -> list[Section]:
    """Return everything once more for the check page, each part with the way back to its form."""
    here = page_url("show", application_id=file.application.id)
    parts = [
        Section("Angaben", facts(file, review), page_url("edit", application_id=file.application.id)),
        Section(
            "Förderskizze",
            [Fact(section.heading, section.text or "noch leer") for section in file.sections],
            f"{here}#foerderskizze",
        ),
        Section(
            "Wer hat mitgewirkt?",
            [
                Fact(
                    participant.name,
                    ", ".join(
                        filter(
                            None,
                            (
                                "innerhalb der Verwaltung"
                                if participant.inside
                                else "außerhalb der Verwaltung",
                                participant.contribution,
                            ),
                        )
                    ),
                )
                for participant in file.participants
            ]
            or [Fact("Beteiligte", "niemand eingetragen")],
            f"{here}#beteiligte",
        ),
    ]
    if file.gemeinden:
        said = {True: "eingebunden", False: "nicht eingebunden", None: "noch offen"}
        parts.append(
            Section(
                "Gemeinden",
                [Fact(g.name, ": ".join(filter(None, (said[g.involved], g.how)))) for g in file.gemeinden],
                page_url("gemeinden", application_id=file.application.id),
            )
        )
    files = [
        Fact(attached.document.name, label_of(attached.document.media_type)) for attached in file.documents
    ]
    parts.append(Section("Dokumente", files or [Fact("Dokumente", "keine")], f"{here}#dokumente"))
    return parts


def _plan(application: GrantApplication, review: Review) -> str:
    basis = review.basis
    if basis.plan_title is None:
        return "noch nicht zugeordnet"
    frozen = "" if application.is_draft else ", festgehalten beim Einreichen"
    return f"{basis.plan_title} (Fassung {basis.plan_version}{frozen})"


def _deadline(deadline: Deadline | None) -> Fact:
    if deadline is None:
        return Fact("Antragsfrist", "in der Förderrichtlinie nicht hinterlegt")
    said = (deadline.reckoned.text, deadline.reckoned.caution)
    return Fact("Antragsfrist", ". ".join(filter(None, said)), unverified=not deadline.verified)


def _receipt(event: ApplicationEvent) -> str:
    return ", ".join(filter(None, (day(event.happened_on), event.reference)))


def documents(files: list[AttachedFile]) -> list[Document]:
    """Return the files to download."""
    return [
        Document(
            file.document.name,
            page_url("document", attachment_id=file.id),
            label_of(file.document.media_type),
            file.document.size,
            file.document.created_at,
        )
        for file in files
    ]


def history(file: ApplicationFile, tenant_name: str) -> list[TimelineEntry]:
    """Return what happened to the application, the earliest first."""
    application = file.application
    entries = [
        TimelineEntry("Entwurf begonnen", tenant_name, application.created_at, own=True),
    ]
    if application.submitted_at is not None:
        entries.append(
            TimelineEntry(
                "Antrag eingereicht",
                f"{tenant_name}, {application.submitted_by}",
                application.submitted_at,
                own=True,
                state=state_badge(ApplicationState.SUBMITTED),
            )
        )
    entries += [
        TimelineEntry(
            f"{_HAPPENED[EventKind(event.kind)]} ({_receipt(event)})",
            f"{tenant_name}, {event.actor_label}",
            event.created_at,
            own=True,
            note=event.note or None,
        )
        for event in file.events
    ]
    if file.correction is not None:
        entries.append(
            TimelineEntry(
                "Berichtigung begonnen",
                tenant_name,
                file.correction.created_at,
                own=True,
                url=page_url("show", application_id=file.correction.id),
            )
        )
    return entries
