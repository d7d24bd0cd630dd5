"""Applications of the demo: Köln's of 2021, submitted, and a draft of the Rhein-Sieg-Kreis; texts in a data file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from importlib import resources
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kimhub.applications.public import (
    ApplicationDetails,
    DecideBaustein,
    Happening,
    Involvement,
    Participation,
    Submission,
    add_participant,
    application_file,
    create_application,
    decide_baustein,
    involve_gemeinden,
    list_applications,
    list_decisions,
    note_receipt,
    submit_application,
    write_section,
)
from kimhub.core.fields import typed_by_people
from kimhub.core.web.paging import PageRequest
from kimhub.planning.public import create_plan, list_plans
from kimhub.programme.public import Baustein, plan_from_json
from tenants import Actor, Role, transaction


def load_koeln(actor: Actor) -> None:
    """Let Köln decide about Baustein 3 and submit the application of 2021 from its stored plan."""
    texts, actor = _texts("koeln"), replace(actor, label=Role.KI_COORDINATOR.label)
    with transaction(actor) as session:
        if not list_decisions(session, actor.tenant_id):
            decision = {**texts["decision"], "baustein": Baustein(texts["decision"]["baustein"])}
            decide_baustein(actor, DecideBaustein(**decision))
        plans = list_plans(session, actor, PageRequest(limit=1))
        if list_applications(session, actor, PageRequest(limit=1)) or not plans:
            return
        application_id = _draft(session, actor, texts, plans[0]["id"])
        version = application_file(session, application_id).application.version
        submission = Submission(submitted_on=texts["submitted_on"])
        submit_application(actor, application_id, submission, expected_version=version)
        received = Happening(happened_on=texts["received_on"], note=texts["received_note"])
        note_receipt(actor, application_id, received)


def load_rhein_sieg(actor: Actor) -> None:
    """Let the Rhein-Sieg-Kreis begin a plan and a draft for 2027 in which some Gemeinden are described."""
    texts, actor = _texts("rhein_sieg"), replace(actor, label=Role.KI_COORDINATOR.label)
    with transaction(actor) as session:
        if list_applications(session, actor, PageRequest(limit=1)):
            return
        with typed_by_people():
            document = plan_from_json(texts["plan"])
        plan = create_plan(actor, document)
        application_id = _draft(session, actor, texts, plan.id)
        said = {ags: Involvement(**involvement) for ags, involvement in texts["gemeinden"].items()}
        involve_gemeinden(actor, application_id, said)


def _texts(tenant: str) -> dict[str, Any]:
    file = resources.files("kimhub.demo") / "data" / "applications.toml"
    texts: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)[tenant]
    return texts


def _draft(session: Session, actor: Actor, texts: Mapping[str, Any], plan_id: UUID) -> UUID:
    """Begin an application, write its Förderskizze and name who took part."""
    details = ApplicationDetails(
        title=texts["title"], starts_on=texts["starts_on"], ends_on=texts["ends_on"], plan_id=plan_id
    )
    application_id = create_application(actor, details).id
    for section in application_file(session, application_id).sections:
        if section.key in texts["sections"]:
            write_section(
                actor, section.id, heading=section.heading, text=texts["sections"][section.key],
                expected_version=section.version,
            )  # fmt: skip
    for participant in texts["participants"]:
        add_participant(actor, application_id, Participation(**participant))
    return application_id
