"""Roles and permissions: the one matrix that says who may do what inside a tenant.

A permission guards a route and a use case. Roles belong to memberships; an actor's permissions are the union
over its roles in the tenant it acts for. What *rows* it sees is not decided here but by isolation.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class TenantKind(StrEnum):
    """What a tenant is (fachlichkeit.md §1)."""

    KREIS = "kreis"
    KREISFREIE_STADT = "kreisfreie_stadt"
    GEMEINDE = "gemeinde"
    BEZIRKSREGIERUNG = "bezirksregierung"

    @property
    def label(self) -> str:
        """Return the German name of the kind."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    TenantKind.KREIS: "Kreis",
    TenantKind.KREISFREIE_STADT: "kreisfreie Stadt",
    TenantKind.GEMEINDE: "kreisangehörige Gemeinde",
    TenantKind.BEZIRKSREGIERUNG: "Bezirksregierung",
}


class Permission(StrEnum):
    """What can be allowed; a machine client's scopes are taken from the same list."""

    DESK_READ = "desk:read"
    FOLLOW_UP_WRITE = "follow-up:write"
    INBOX_READ = "inbox:read"
    PLAN_READ = "plan:read"
    PLAN_WRITE = "plan:write"
    FUNDING_READ = "funding:read"
    FUNDING_WRITE = "funding:write"
    EXPENDITURE_READ = "expenditure:read"
    EXPENDITURE_WRITE = "expenditure:write"
    REPORT_READ = "report:read"
    REPORT_BUILD = "report:build"
    REQUEST_READ = "request:read"
    REQUEST_WRITE = "request:write"
    REQUEST_DECIDE = "request:decide"
    NOTICE_READ = "notice:read"
    NOTICE_ACKNOWLEDGE = "notice:acknowledge"
    NOTICE_WRITE = "notice:write"
    COMMITTEE_READ = "committee:read"
    COMMITTEE_WRITE = "committee:write"
    MEETING_READ = "meeting:read"
    MEETING_WRITE = "meeting:write"
    RELEASE_READ = "release:read"
    RELEASE_WRITE = "release:write"
    MEMBER_READ = "member:read"
    MEMBER_MANAGE = "member:manage"
    CONTACT_MANAGE = "contact:manage"
    CLIENT_MANAGE = "client:manage"
    AUDIT_READ = "audit:read"

    @property
    def label(self) -> str:
        """Return what is allowed, in German."""
        return _PERMISSION_LABELS[self]


_PERMISSION_LABELS = {
    Permission.DESK_READ: "Übersicht lesen",
    Permission.FOLLOW_UP_WRITE: "Zusagen und Wiedervorlagen führen",
    Permission.INBOX_READ: "Posteingang lesen",
    Permission.PLAN_READ: "Pläne lesen",
    Permission.PLAN_WRITE: "Pläne bearbeiten",
    Permission.FUNDING_READ: "Zuwendungen und Weiterleitungen lesen",
    Permission.FUNDING_WRITE: "Zuwendungen und Weiterleitungen bearbeiten",
    Permission.EXPENDITURE_READ: "Ausgaben lesen",
    Permission.EXPENDITURE_WRITE: "Ausgaben buchen",
    Permission.REPORT_READ: "Berichte lesen",
    Permission.REPORT_BUILD: "Berichte erstellen",
    Permission.REQUEST_READ: "Stellenanträge lesen",
    Permission.REQUEST_WRITE: "Stellenanträge stellen",
    Permission.REQUEST_DECIDE: "Über Stellenanträge entscheiden",
    Permission.NOTICE_READ: "Unterrichtungen lesen",
    Permission.NOTICE_ACKNOWLEDGE: "Unterrichtungen zur Kenntnis nehmen",
    Permission.NOTICE_WRITE: "Gremien unterrichten",
    Permission.COMMITTEE_READ: "Gremien lesen",
    Permission.COMMITTEE_WRITE: "Gremien und Sitze pflegen",
    Permission.MEETING_READ: "Sitzungen und Vorlagen lesen",
    Permission.MEETING_WRITE: "Sitzungen und Vorlagen eintragen",
    Permission.RELEASE_READ: "Freigaben an Gemeinden lesen",
    Permission.RELEASE_WRITE: "Angaben an Gemeinden freigeben",
    Permission.MEMBER_READ: "Personen und Rollen lesen",
    Permission.MEMBER_MANAGE: "Personen und Rollen verwalten",
    Permission.CONTACT_MANAGE: "Kontaktdaten und Vertretungen verwalten",
    Permission.CLIENT_MANAGE: "Maschinenzugänge verwalten",
    Permission.AUDIT_READ: "Änderungsverlauf lesen",
}


class Role(StrEnum):
    """What a member is in a tenant (fachlichkeit.md §1)."""

    KI_COORDINATOR = "ki_coordinator"
    OFFICER = "officer"
    COMMITTEE_MEMBER = "committee_member"
    COMMITTEE_OFFICE = "committee_office"
    AUTHORITY = "authority"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """Return the German name of the role, as timelines and lists show it."""
        return _ROLE_LABELS[self]


_ROLE_LABELS = {
    Role.KI_COORDINATOR: "KI-Koordination",
    Role.OFFICER: "Sachbearbeitung",
    Role.COMMITTEE_MEMBER: "Gremienmitglied",
    Role.COMMITTEE_OFFICE: "Geschäftsführung des Gremiums",
    Role.AUTHORITY: "Bewilligungsbehörde",
    Role.ADMINISTRATOR: "Administration",
    Role.AUDITOR: "Prüfung",
}

_P = Permission
_ANYBODY = frozenset({_P.DESK_READ, _P.INBOX_READ})
_READING = _ANYBODY | {
    _P.PLAN_READ, _P.FUNDING_READ, _P.EXPENDITURE_READ, _P.REPORT_READ, _P.REQUEST_READ, _P.NOTICE_READ,
    _P.COMMITTEE_READ, _P.MEETING_READ, _P.RELEASE_READ,
}  # fmt: skip
_TELLING = frozenset({_P.NOTICE_WRITE, _P.COMMITTEE_WRITE, _P.MEETING_WRITE})
_WORKING = _ANYBODY | {_P.FOLLOW_UP_WRITE}
_MONEY = frozenset({_P.PLAN_WRITE, _P.FUNDING_WRITE, _P.EXPENDITURE_WRITE})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.KI_COORDINATOR: _READING
    | _WORKING
    | _MONEY
    | _TELLING
    | {_P.REPORT_BUILD, _P.REQUEST_DECIDE, _P.RELEASE_WRITE, _P.MEMBER_READ, _P.AUDIT_READ},
    Role.OFFICER: _READING
    | _WORKING
    | _MONEY
    | _TELLING
    | {_P.REPORT_BUILD, _P.REQUEST_WRITE, _P.MEMBER_READ, _P.AUDIT_READ},
    Role.COMMITTEE_MEMBER: _ANYBODY
    | {_P.NOTICE_READ, _P.NOTICE_ACKNOWLEDGE, _P.COMMITTEE_READ, _P.MEETING_READ},
    Role.COMMITTEE_OFFICE: _WORKING
    | _TELLING
    | {
        _P.REPORT_READ,
        _P.REQUEST_READ,
        _P.NOTICE_READ,
        _P.NOTICE_ACKNOWLEDGE,
        _P.COMMITTEE_READ,
        _P.MEETING_READ,
        _P.RELEASE_READ,
    },
    Role.AUTHORITY: _WORKING | {_P.REPORT_READ},
    Role.ADMINISTRATOR: _WORKING
    | {_P.MEMBER_READ, _P.MEMBER_MANAGE, _P.CONTACT_MANAGE, _P.CLIENT_MANAGE, _P.AUDIT_READ},
    Role.AUDITOR: _READING | {_P.MEMBER_READ, _P.AUDIT_READ},
}

_EVERYWHERE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
_COMMUNAL = _EVERYWHERE | {Role.OFFICER, Role.COMMITTEE_MEMBER, Role.COMMITTEE_OFFICE}


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return the union of what `roles` may do."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))


def roles_for(kind: TenantKind, *, grant_recipient: bool) -> frozenset[Role]:
    """Return the roles that exist in such a tenant.

    Only a grant recipient has a Kommunales Integrationszentrum and so a KI coordinator (the 31 Kreise, the 22
    kreisfreie Städte and the Stadt Aachen, fachlichkeit.md §1); only a Bezirksregierung has the authority's role.
    """
    if kind is TenantKind.BEZIRKSREGIERUNG:
        return _EVERYWHERE | {Role.AUTHORITY}
    return _COMMUNAL | {Role.KI_COORDINATOR} if grant_recipient else _COMMUNAL
