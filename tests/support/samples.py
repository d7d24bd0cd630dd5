"""A real value for every variable part of an address: the access matrix visits all routes with them.

A new variable needs a line here. What stands for a thing of a tenant is made for the tenant whose page is visited;
`FOREIGN` variables are also tried with another tenant's thing, which must look like one that does not exist.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from kimhub.programme.public import plan_from_toml, plan_to_json
from tenants import Permission, Role
from tests.factories.identity import create_machine, create_membership
from tests.factories.offices import create_office
from tests.factories.reports import PARTICULARS, frozen_koeln
from tests.factories.request_rows import request_in_view_of
from tests.factories.tenants import Body

KOELN = Path(__file__).parents[2] / "examples" / "koeln.toml"

Sample = Callable[[Connection, Body], str | None]
"""Makes the thing as the superuser and returns how an address names it; None if such a body can have none."""


def _membership(connection: Connection, body: Body) -> str:
    account_id = uuid4()
    email = f"{account_id}@sample.example"
    connection.execute(
        text("INSERT INTO account (id, email, display_name) VALUES (:id, :email, 'Muster')"),
        {"id": account_id, "email": email},
    )
    return str(create_membership(connection, account_id, email, body, Role.AUDITOR))


def _deputation(connection: Connection, body: Body) -> str:
    account_ids = {}
    for name in ("account", "deputy"):
        membership_id = _membership(connection, body)
        account_ids[name] = connection.scalar(
            text("SELECT account_id FROM membership WHERE id = :id"), {"id": membership_id}
        )
    deputation_id: UUID = connection.scalar(
        text(
            "INSERT INTO deputation (tenant_id, id, account_id, account_name, deputy_id, deputy_name, starts_on,"
            " ends_on) VALUES (:tenant, gen_random_uuid(), :account, 'Muster', :deputy, 'Beispiel', '2026-01-01',"
            " '2099-12-31') RETURNING id"
        ),
        {"tenant": body.id, **account_ids},
    )
    return str(deputation_id)


def _office(connection: Connection, body: Body) -> str:
    return str(create_office(connection, body, Role.OFFICER))


def _follow_up(connection: Connection, body: Body) -> str:
    """One that every role of the body reads which there is in the tests."""
    follow_up_id: UUID = connection.scalar(
        text(
            "INSERT INTO follow_up (tenant_id, id, kind, title, due_on, role, actor_label)"
            " VALUES (:tenant, gen_random_uuid(), 'reminder', 'Muster', '2099-01-01', 'officer', 'Muster') RETURNING id"
        ),
        {"tenant": body.id},
    )
    return str(follow_up_id)


def _deferral(connection: Connection, body: Body) -> str:
    deferral_id: UUID = connection.scalar(
        text(
            "INSERT INTO deferral (tenant_id, id, source, kind, subject_id, until, actor_label)"
            " VALUES (:tenant, gen_random_uuid(), 'spending.files', 'faulty', :file, '2099-01-01', 'Muster')"
            " RETURNING id"
        ),
        {"tenant": body.id, "file": _import(connection, body)},
    )
    return str(deferral_id)


def _client(connection: Connection, body: Body) -> str:
    return str(create_machine(connection, body, Permission.DESK_READ).client_id)


def _plan(connection: Connection, body: Body) -> str:
    plan = plan_from_toml(KOELN.read_bytes())
    plan_id: UUID = connection.scalar(
        text(
            "INSERT INTO financing_plan (tenant_id, id, title, document, version)"
            " VALUES (:tenant, :id, :title, :document, 1) RETURNING id"
        ),
        {"tenant": body.id, "id": uuid4(), "title": plan.title, "document": json.dumps(plan_to_json(plan))},
    )
    return str(plan_id)


def _request(connection: Connection, body: Body) -> str | None:
    created = request_in_view_of(connection, body)
    return str(created.request_id) if created else None


def _document_of_a_request(connection: Connection, body: Body) -> str | None:
    created = request_in_view_of(connection, body)
    return str(created.document_id) if created else None


def _report(connection: Connection, body: Body) -> str:
    """A built report; only its JSON is real, because only that is read by the page."""
    values = {"tenant": body.id, "id": uuid4(), "plan": _plan(connection, body), "job": uuid4()}
    connection.execute(
        text(
            "INSERT INTO report"
            " (tenant_id, id, type, title, plan_id, plan_version, parameters, job_id, actor_label) VALUES"
            " (:tenant, :id, 'finanzierungsuebersicht', 'Muster', :plan, 1, :parameters, :job, 'KI-Koordination')"
        ),
        {**values, "parameters": json.dumps(PARTICULARS.to_json())},
    )
    for file_format, content in (("json", frozen_koeln()), ("pdf", b"%PDF-"), ("xlsx", b"PK")):
        connection.execute(
            text(
                "INSERT INTO report_file (tenant_id, report_id, format, filename, content)"
                " VALUES (:tenant, :id, :format, 'muster', :content)"
            ),
            {**values, "format": file_format, "content": content},
        )
    connection.execute(
        text(
            "UPDATE report SET state = 'built', finished_at = now(), sha256 = sha256(:content) WHERE id = :id"
        ),
        {**values, "content": frozen_koeln()},
    )
    return str(values["id"])


def _expenditure(connection: Connection, body: Body) -> str:
    expenditure_id = uuid4()
    connection.execute(
        text(
            "INSERT INTO expenditure (tenant_id, id, receipt_number, booked_on, year, amount, teilplanzeile, purpose,"
            " actor_label) VALUES (:tenant, :id, :receipt, '2021-05-01', 2021, 10, '11', 'koordination', 'Muster')"
        ),
        {"tenant": body.id, "id": expenditure_id, "receipt": str(expenditure_id)},
    )
    return str(expenditure_id)


def _application(connection: Connection, body: Body) -> str:
    """A draft for two years, resting on Köln's plan."""
    application_id: UUID = connection.scalar(
        text(
            "INSERT INTO grant_application (tenant_id, id, title, starts_on, ends_on, plan_id)"
            " VALUES (:tenant, :id, 'Muster', '2021-05-01', '2022-12-31', :plan) RETURNING id"
        ),
        {"tenant": body.id, "id": uuid4(), "plan": _plan(connection, body)},
    )
    return str(application_id)


def _part_of_application(table: str, columns: str, values: str) -> Sample:
    def make(connection: Connection, body: Body) -> str:
        part_id: UUID = connection.scalar(
            text(
                f"INSERT INTO {table} (tenant_id, id, application_id, {columns})"
                f" VALUES (:tenant, :id, :application, {values}) RETURNING id"
            ),
            {"tenant": body.id, "id": uuid4(), "application": _application(connection, body)},
        )
        return str(part_id)

    return make


def _attachment(connection: Connection, body: Body) -> str:
    values = {"tenant": body.id, "document": uuid4()}
    connection.execute(
        text(
            "INSERT INTO document (tenant_id, id, name, media_type, size, sha256, actor_label)"
            " VALUES (:tenant, :document, 'a.pdf', 'application/pdf', 8, sha256('%PDF-1.7'), '')"
        ),
        values,
    )
    connection.execute(
        text(
            "INSERT INTO document_content (tenant_id, document_id, content)"
            " VALUES (:tenant, :document, '%PDF-1.7')"
        ),
        values,
    )
    return _part_of_application("application_document", "document_id", f"'{values['document']}'")(
        connection, body
    )


def _drawdown(connection: Connection, body: Body) -> str:
    """A call of Köln's size; its grant need not be final here, so the database's own checks are left out."""
    values = {"tenant": body.id, "grant": uuid4(), "id": uuid4()}
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in (
        (
            "INSERT INTO funding_grant (tenant_id, id, title, kind, granted_by, current_version, period_from,"
            " period_to) VALUES (:tenant, :grant, 'Muster', 'bescheid', 'Arnsberg', 1, '2021-01-01', '2021-12-31')"
        ),
        "INSERT INTO fund (tenant_id, id, source) VALUES (:tenant, :grant, 'grant')",
        (
            "INSERT INTO grant_version (tenant_id, id, grant_id, number, aktenzeichen, issued_on, received_on,"
            " period_from, period_to, final_on, recorded_at) VALUES (:tenant, gen_random_uuid(), :grant, 1, 'AZ',"
            " '2021-01-01', '2021-01-01', '2021-01-01', '2021-12-31', '2021-01-01', now())"
        ),
        (
            "INSERT INTO fund_cell (tenant_id, id, fund_id, year, baustein, purpose, funded, passed_on)"
            " VALUES (:tenant, gen_random_uuid(), :grant, 2021, 1, 'koordination', 463500, 0)"
        ),
        (
            "INSERT INTO drawdown (tenant_id, id, fund_id, year, baustein, kind, requested_on, due_until, amount,"
            " actor_label) VALUES (:tenant, :id, :grant, 2021, 1, 'call', '2021-07-01', '2021-08-31', 50000, 'Muster')"
        ),
    ):
        connection.execute(text(statement), values)
    connection.execute(text("SET LOCAL session_replication_role = origin"))
    return str(values["id"])


def _grant_to_draw(connection: Connection, body: Body) -> str:
    drawdown_id = _drawdown(connection, body)
    return str(connection.scalar(text("SELECT fund_id FROM drawdown WHERE id = :id"), {"id": drawdown_id}))


def _receipt(connection: Connection, body: Body) -> str:
    values = {"tenant": body.id, "id": uuid4(), "drawdown": _drawdown(connection, body)}
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(
        text(
            "INSERT INTO drawdown_receipt (tenant_id, id, drawdown_id, received_on, amount, actor_label)"
            " VALUES (:tenant, :id, :drawdown, '2021-07-09', 100, 'Muster')"
        ),
        values,
    )
    connection.execute(text("SET LOCAL session_replication_role = origin"))
    return str(values["id"])


def _payment(connection: Connection, body: Body) -> str:
    values = {"tenant": body.id, "id": uuid4(), "grant": _grant_to_draw(connection, body)}
    connection.execute(
        text(
            "INSERT INTO expected_payment (tenant_id, id, fund_id, year, baustein, due_on, amount, text)"
            " VALUES (:tenant, :id, :grant, 2021, 1, '2099-01-01', 10, 'Miete')"
        ),
        values,
    )
    return str(values["id"])


def _distribution(connection: Connection, body: Body) -> str:
    """A distribution of a grant that is in force; nobody takes part in it."""
    values = {"tenant": body.id, "fund": uuid4(), "id": uuid4()}
    connection.execute(
        text(
            "INSERT INTO funding_grant"
            " (tenant_id, id, title, kind, granted_by, current_version, period_from, period_to)"
            " VALUES (:tenant, :fund, 'KIM', 'bescheid', 'Muster', 1, '2026-01-01', '2026-12-31')"
        ),
        values,
    )
    connection.execute(
        text("INSERT INTO fund (tenant_id, id, source) VALUES (:tenant, :fund, 'grant')"), values
    )
    document = {
        "title": "Muster", "total": "1", "method": "equal", "parties": [{"name": "Muster"}],
        "money": {"purpose": "case_management", "start": "2026-01-01", "end": "2026-12-31"},
    }  # fmt: skip
    connection.execute(
        text(
            "INSERT INTO distribution (tenant_id, id, title, fund_id, document, recipients, version)"
            " VALUES (:tenant, :id, 'Muster', :fund, :document, '{}', 1)"
        ),
        {**values, "document": json.dumps(document)},
    )
    return str(values["id"])


def _grant(connection: Connection, body: Body) -> str:
    """A grant whose Bescheid is recorded and whose Änderungsbescheid is being entered, with a file."""
    values = {"tenant": body.id, "grant": uuid4(), "first": uuid4(), "draft": uuid4(), "document": uuid4()}
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for statement in (
        (
            "INSERT INTO funding_grant (tenant_id, id, title, kind, granted_by, current_version, period_from,"
            " period_to) VALUES (:tenant, :grant, 'Muster', 'bescheid', 'Arnsberg', 1, '2021-01-01', '2021-12-31')"
        ),
        "INSERT INTO fund (tenant_id, id, source) VALUES (:tenant, :grant, 'grant')",
        (
            "INSERT INTO grant_version (tenant_id, id, grant_id, number, aktenzeichen, issued_on, received_on,"
            " period_from, period_to, recorded_at) VALUES (:tenant, :first, :grant, 1, 'AZ', '2021-01-01',"
            " '2021-01-01', '2021-01-01', '2021-12-31', now()), (:tenant, :draft, :grant, 2, 'AZ', '2021-02-01',"
            " '2021-02-01', '2021-01-01', '2021-12-31', NULL)"
        ),
        (
            "INSERT INTO grant_item (tenant_id, id, version_id, year, baustein, purpose, amount)"
            " SELECT :tenant, gen_random_uuid(), v, 2021, 1, 'koordination', 100"
            " FROM unnest(ARRAY[:first, :draft]::uuid[]) AS v"
        ),
        (
            "INSERT INTO fund_cell (tenant_id, id, fund_id, year, baustein, purpose, funded, passed_on)"
            " VALUES (:tenant, gen_random_uuid(), :grant, 2021, 1, 'koordination', 100, 0)"
        ),
        (
            "INSERT INTO document (tenant_id, id, name, media_type, size, sha256, actor_label)"
            " VALUES (:tenant, :document, 'bescheid.pdf', 'application/pdf', 5, sha256('%PDF-'), 'Muster')"
        ),
        (
            "INSERT INTO document_content (tenant_id, document_id, content)"
            " VALUES (:tenant, :document, '%PDF-')"
        ),
        (
            "INSERT INTO grant_document (tenant_id, id, version_id, document_id)"
            " VALUES (:tenant, gen_random_uuid(), :draft, :document)"
        ),
    ):
        connection.execute(text(statement), values)
    connection.execute(text("SET LOCAL session_replication_role = origin"))
    return str(values["grant"])


def _grant_document(connection: Connection, body: Body) -> str:
    return str(
        connection.scalar(
            text(
                "SELECT d.id FROM grant_document AS d JOIN grant_version AS v ON v.id = d.version_id"
                " WHERE v.grant_id = :grant"
            ),
            {"grant": _grant(connection, body)},
        )
    )


def _organization(connection: Connection, body: Body) -> str:
    organization_id = uuid4()
    connection.execute(
        text(
            "INSERT INTO organization (tenant_id, id, name, kind, sort_key)"
            " VALUES (:tenant, :id, :name, 'traeger', 'muster')"
        ),
        {"tenant": body.id, "id": organization_id, "name": f"Muster {organization_id}"},
    )
    return str(organization_id)


def _draft_of_notice(connection: Connection, body: Body) -> str:
    notice_id: UUID = connection.scalar(
        text(
            "INSERT INTO notice (tenant_id, id, subject, text, to_own)"
            " VALUES (:tenant, gen_random_uuid(), 'Muster', 'Text', true) RETURNING id"
        ),
        {"tenant": body.id},
    )
    return str(notice_id)


def _notice(connection: Connection, body: Body) -> str:
    """A notice that was sent to the own committees and those of the Gemeinden."""
    notice_id = _draft_of_notice(connection, body)
    values = {"tenant": body.id, "id": notice_id}
    connection.execute(
        text("UPDATE notice SET released_at = now(), actor_label = 'Muster' WHERE id = :id"), values
    )
    connection.execute(
        text(
            "INSERT INTO notice_recipient (tenant_id, notice_id, recipient_id, released_at)"
            " SELECT n.tenant_id, n.id, t.id, n.released_at FROM notice AS n"
            " JOIN tenant AS t ON n.tenant_id IN (t.id, t.parent_id) WHERE n.id = :id"
        ),
        values,
    )
    return notice_id


def _occurrence(connection: Connection, body: Body) -> str:
    """Something that happened in the body and concerns its own committees."""
    occurrence_id = uuid4()
    values = {"tenant": body.id, "id": occurrence_id}
    connection.execute(
        text(
            "INSERT INTO occurrence (tenant_id, id, kind, source_id, subject_id, about, happened_on, actor_label)"
            " VALUES (:tenant, :id, 'grant', :id, :id, 'Bescheid', '2026-02-01', 'KI-Koordination')"
        ),
        values,
    )
    connection.execute(
        text(
            "INSERT INTO occurrence_line (tenant_id, occurrence_id, concerns_id, kind, happened_on)"
            " VALUES (:tenant, :id, :tenant, 'grant', '2026-02-01')"
        ),
        values,
    )
    return str(occurrence_id)


def _waiver(connection: Connection, body: Body) -> str:
    waiver_id = uuid4()
    connection.execute(
        text(
            "INSERT INTO coverage_waiver"
            " (tenant_id, id, owner_id, occurrence_id, lead_id, committee_id, reason, actor_label)"
            " VALUES (:tenant, :id, :tenant, :occurrence, :tenant, :committee, 'Schon behandelt', 'Muster')"
        ),
        {
            "tenant": body.id,
            "id": waiver_id,
            "occurrence": _occurrence(connection, body),
            "committee": _committee(connection, body),
        },
    )
    return str(waiver_id)


def _paper_topic(connection: Connection, body: Body) -> str:
    topic_id, paper_id = uuid4(), uuid4()
    connection.execute(
        text(
            "INSERT INTO paper (tenant_id, id, number, title, kind, is_public, link)"
            " VALUES (:tenant, :id, '2026/1', 'Muster', 'information', true, '')"
        ),
        {"tenant": body.id, "id": paper_id},
    )
    connection.execute(
        text(
            "INSERT INTO paper_topic (tenant_id, id, owner_id, occurrence_id, paper_id, actor_label)"
            " VALUES (:tenant, :id, :tenant, :occurrence, :paper, 'Muster')"
        ),
        {
            "tenant": body.id,
            "id": topic_id,
            "occurrence": _occurrence(connection, body),
            "paper": paper_id,
        },
    )
    return str(topic_id)


def _coverage_rule(connection: Connection, body: Body) -> str:
    rule_id = uuid4()
    connection.execute(
        text(
            "INSERT INTO coverage_rule (tenant_id, id, lead_id, committee_id, kinds, actor_label)"
            " VALUES (:tenant, :id, :tenant, :committee, '{grant}', 'Muster')"
        ),
        {"tenant": body.id, "id": rule_id, "committee": _committee(connection, body)},
    )
    return str(rule_id)


_NO_FIGURES: dict[str, list[int]] = {"years": [2026], "rows": [], "guidelines": [], "unverified": []}


def _release(connection: Connection, body: Body) -> str:
    """The figures of a plan that were released to the Gemeinden, and to the body itself: it reads them, too."""
    values = {"tenant": body.id, "id": uuid4(), "plan": _plan(connection, body)}
    connection.execute(
        text(
            "INSERT INTO release (tenant_id, id, kind, subject_id, plan_id, source_title, source_version, as_of,"
            " content, to_gemeinden, released_at, actor_label) VALUES (:tenant, :id, 'plan', :plan, :plan, 'Muster',"
            " 1, '2026-01-01', :content, true, now(), 'KI-Koordination')"
        ),
        {**values, "content": json.dumps(_NO_FIGURES)},
    )
    connection.execute(
        text(
            "INSERT INTO release_recipient (tenant_id, release_id, recipient_id, released_at, kind, subject_id)"
            " SELECT r.tenant_id, r.id, t.id, r.released_at, r.kind, r.subject_id FROM release AS r"
            " JOIN tenant AS t ON r.tenant_id IN (t.id, t.parent_id) WHERE r.id = :id"
        ),
        {"id": values["id"]},
    )
    return str(values["id"])


def _import(connection: Connection, body: Body) -> str:
    """A file with an error, and its copy with findings."""
    values = {"tenant": body.id, "id": uuid4(), "document": uuid4(), "content": b"Belegnummer;Betrag"}
    connection.execute(
        text(
            "INSERT INTO document (tenant_id, id, name, media_type, size, sha256, actor_label) VALUES"
            " (:tenant, :document, 'muster.csv', 'text/csv', length(:content), sha256(:content), 'Muster')"
        ),
        values,
    )
    connection.execute(
        text(
            "INSERT INTO document_content (tenant_id, document_id, content) VALUES (:tenant, :document, :content)"
        ),
        values,
    )
    connection.execute(
        text(
            "INSERT INTO expenditure_import (tenant_id, id, document_id, annotated_id, filename, sha256, state, errors,"
            " checked_at, actor_label)"
            " VALUES (:tenant, :id, :document, :document, 'muster.csv', sha256(:content), 'faulty', 1, now(), 'Muster')"
        ),
        values,
    )
    return str(values["id"])


def _allocation(connection: Connection, body: Body) -> str:
    """A draft to a body of the address book, from a grant that is in force."""
    fund = connection.scalar(
        text("SELECT fund_id FROM distribution WHERE tenant_id = :tenant AND id = :id"),
        {"tenant": body.id, "id": _distribution(connection, body)},
    )
    values = {"tenant": body.id, "fund": fund, "stelle": uuid4(), "id": uuid4(), "version": uuid4()}
    for statement in (
        (
            "INSERT INTO organization (tenant_id, id, name, kind, sort_key)"
            " VALUES (:tenant, :stelle, :stelle, 'amt', 'm')"
        ),
        (
            "INSERT INTO allocation (tenant_id, id, fund_id, title, organization_id, organization_name)"
            " VALUES (:tenant, :id, :fund, 'Muster', :stelle, 'Muster')"
        ),
        (
            "INSERT INTO allocation_version (tenant_id, id, allocation_id, number, issued_on, period_from, period_to)"
            " VALUES (:tenant, :version, :id, 1, '2026-03-01', '2026-01-01', '2026-12-31')"
        ),
        (
            "INSERT INTO allocation_item (tenant_id, id, version_id, year, baustein, purpose, amount)"
            " VALUES (:tenant, gen_random_uuid(), :version, 2026, 2, 'case_management', 10)"
        ),
    ):
        connection.execute(text(statement), values)
    return str(values["id"])


def _letters(connection: Connection, body: Body) -> str:
    """Letters that are drawn; about no allocation, since only their heads are read."""
    values = {"tenant": body.id, "id": uuid4(), "document": uuid4()}
    for statement in (
        (
            "INSERT INTO document (tenant_id, id, name, media_type, size, sha256, actor_label)"
            " VALUES (:tenant, :document, 'a.pdf', 'application/pdf', 8, sha256('%PDF-1.7'), '')"
        ),
        (
            "INSERT INTO document_content (tenant_id, document_id, content)"
            " VALUES (:tenant, :document, '%PDF-1.7')"
        ),
        (
            "INSERT INTO letter_file (tenant_id, id, letters, frozen, job_id, document_id, actor_label)"
            " VALUES (:tenant, :id, 1, '{}', gen_random_uuid(), :document, 'Muster')"
        ),
    ):
        connection.execute(text(statement), values)
    return str(values["id"])


def _paper_confirmation(connection: Connection, body: Body) -> str:
    values = {"tenant": body.id, "id": uuid4(), "allocation": _allocation(connection, body)}
    connection.execute(
        text(
            "INSERT INTO paper_confirmation (tenant_id, id, allocation_id, number, confirmed_on, actor_label)"
            " VALUES (:tenant, :id, :allocation, 1, '2026-03-02', 'Muster')"
        ),
        values,
    )
    return str(values["id"])


def _event(connection: Connection, body: Body) -> str:
    """An event that the body has received from itself, about a request of its own."""
    values = {"tenant": body.id, "id": uuid4(), "thing": _request(connection, body) or uuid4()}
    for statement in (
        (
            "INSERT INTO event (tenant_id, id, concerns, kind, subject_id, about, act_id, actor_label)"
            " VALUES (:tenant, :id, :tenant, 'position_request.ask', :thing, 'Muster', gen_random_uuid(), 'Muster')"
        ),
        "INSERT INTO receipt (tenant_id, id, people) VALUES (:tenant, :id, 1)",
    ):
        connection.execute(text(statement), values)
    return str(values["id"])


def _committee(connection: Connection, body: Body) -> str:
    """A committee that was renamed, has a period, and is carried together with a body that nobody here belongs to."""
    values = {"tenant": body.id, "id": uuid4()}
    for statement in (
        (
            "INSERT INTO tenant (kind, name, slug, is_grant_recipient, has_auslaenderbehoerde, has_jugendamt,"
            " integration_committee, sort_key) VALUES ('kreisfreie_stadt', 'Partnerstadt', 'partnerstadt', true, true,"
            " true, 'none', 'partnerstadt') ON CONFLICT DO NOTHING"
        ),
        "INSERT INTO committee (tenant_id, id, basis, task, duty_source) VALUES (:tenant, :id, '§ 27 GO NRW', '', '')",
        (
            "INSERT INTO committee_name (tenant_id, committee_id, since, kind, name) VALUES"
            " (:tenant, :id, '2020-11-01', 'integrationsrat', 'Integrationsrat'),"
            " (:tenant, :id, '2021-05-01', 'integrationsausschuss', 'Ausschuss für Integration')"
        ),
        (
            "INSERT INTO committee_rule (tenant_id, committee_id, kind, amount, unit, source)"
            " VALUES (:tenant, :id, 'papers', 12, 'day', '§ 2 GeschO')"
        ),
        (
            "INSERT INTO committee_participant (tenant_id, committee_id, participant_id)"
            " SELECT :tenant, :id, id FROM tenant WHERE id = :tenant OR slug = 'partnerstadt'"
        ),
    ):
        connection.execute(text(statement), values)
    return str(values["id"])


def _seat(connection: Connection, body: Body) -> str:
    """A seat of an organisation; the database's own checks need a tenant that acts and are left out here."""
    values = {"tenant": body.id, "id": uuid4(), "committee": _committee(connection, body)}
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(
        text(
            "INSERT INTO seat (tenant_id, id, owner_id, committee_id, role, faction, organization, function, since)"
            " VALUES (:tenant, :id, :tenant, :committee, 'advisory', '', 'Jobcenter', 'Leitung', '2021-05-01')"
        ),
        values,
    )
    connection.execute(text("SET LOCAL session_replication_role = origin"))
    return str(values["id"])


def _measure(connection: Connection, body: Body) -> str:
    """A proposal of a committee of the body."""
    measure_id: UUID = connection.scalar(
        text(
            "INSERT INTO measure (tenant_id, id, owner_id, committee_id, title, text, responsible, origin, origin_text,"
            " paper, state, actor_label) VALUES (:tenant, gen_random_uuid(), :tenant, :committee, 'Muster', '', 'Amt',"
            " 'other', '', '', 'proposed', 'Muster') RETURNING id"
        ),
        {"tenant": body.id, "committee": _committee(connection, body)},
    )
    return str(measure_id)


def _consulted(connection: Connection, body: Body) -> dict[str, UUID]:
    """A coming meeting of a committee that is to get its papers by then, and a paper on its agenda."""
    values = {"tenant": body.id, "committee": _committee(connection, body)}
    things = {name: uuid4() for name in ("meeting", "paper", "consultation")}
    for statement in (
        (
            "INSERT INTO meeting (tenant_id, id, owner_id, committee_id, day, link, cancelled_reason)"
            " VALUES (:tenant, :meeting, :tenant, :committee, '2099-01-15', 'https://rat.example/1', '')"
        ),
        (
            "INSERT INTO paper (tenant_id, id, number, title, kind, is_public, link)"
            " VALUES (:tenant, :paper, '2099/1', 'Muster', 'information', true, '')"
        ),
        (
            "INSERT INTO consultation (tenant_id, id, meeting_id, paper_id, item)"
            " VALUES (:tenant, :consultation, :meeting, :paper, '5.6')"
        ),
    ):
        connection.execute(text(statement), {**values, **things})
    return things


def _part_of_consultation(name: str) -> Sample:
    return lambda connection, body: str(_consulted(connection, body)[name])


TENANT_THINGS: dict[str, Sample] = {
    "committee_id": _committee,
    "measure_id": _measure,
    "meeting_id": _part_of_consultation("meeting"),
    "paper_id": _part_of_consultation("paper"),
    "consultation_id": _part_of_consultation("consultation"),
    "seat_id": _seat,
    "event_id": _event,
    "allocation_id": _allocation,
    "application_id": _application,
    "section_id": _part_of_application(
        "foerderskizze_section", "place, heading, text", "1, 'Ausgangslage', 'Text'"
    ),
    "participant_id": _part_of_application("foerderskizze_participant", "name, inside", "'Jobcenter', false"),
    "attachment_id": _attachment,
    "membership_id": _membership,
    "client_id": _client,
    "letters_id": _letters,
    "confirmation_id": _paper_confirmation,
    "office_id": _office,
    "deputation_id": _deputation,
    "plan_id": _plan,
    "request_id": _request,
    "document_id": _document_of_a_request,
    "report_id": _report,
    "expenditure_id": _expenditure,
    "import_id": _import,
    "distribution_id": _distribution,
    "drawdown_id": _drawdown,
    "drawn_grant_id": _grant_to_draw,
    "receipt_id": _receipt,
    "payment_id": _payment,
    "grant_id": _grant,
    "grant_document_id": _grant_document,
    "organization_id": _organization,
    "notice_id": _notice,
    "draft_id": _draft_of_notice,
    "follow_up_id": _follow_up,
    "deferral_id": _deferral,
    "subject_id": _import,
    "release_id": _release,
    "occurrence_id": _occurrence,
    "waiver_id": _waiver,
    "topic_id": _paper_topic,
    "rule_id": _coverage_rule,
}
"""Variables that name a thing of one tenant."""

READERS: dict[str, Callable[[Role | None, frozenset[Permission]], bool]] = {
    "follow_up_id": lambda role, _: role in {None, Role.OFFICER},
    "deferral_id": lambda _, permissions: Permission.EXPENDITURE_WRITE in permissions,
    "subject_id": lambda _, permissions: Permission.EXPENDITURE_WRITE in permissions,
}
"""Things of a tenant that not all of its people read who may open such pages; to the others they do not exist."""

CONSTANTS: dict[str, str] = {
    "baustein": "1",
    "year": "2021",
    "criterion": "jugendamt",
    "digest": "000000000000",
    "file_format": "pdf",
    "group": "zuwendungen",
    "name": "kimhub.css",
    "name_since": "2021-05-01",
    "number": "1",
    "participant": "partnerstadt",
    "row_id": "leitung",
    "rule_kind": "papers",
    "kind": "faulty",
    "session_id": str(uuid4()),
    "source": "spending.files",
    "table_format": "csv",
}
"""Variables that name no thing of a tenant."""
