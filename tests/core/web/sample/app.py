"""The sample portal: one route per page pattern, no database, a fixed token and a fixed frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import Flask, Response, flash, g, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException, default_exceptions

from kimhub.core.fields import (
    Amount,
    Choice,
    Choices,
    CommandSchema,
    Day,
    Email,
    Flag,
    Number,
    Percentage,
    Share,
    Text,
    Upload,
)
from kimhub.core.fields.options import Option
from kimhub.core.formats import euro
from kimhub.core.keyset import KeysetList, Order, Totals
from kimhub.core.web import init_web
from kimhub.core.web.api_reference import init_api_reference
from kimhub.core.web.charts import bar_chart
from kimhub.core.web.forms import bind, blank
from kimhub.core.web.lists import ListPage
from kimhub.core.web.narrowing import ChoiceFilter, WordFilter
from kimhub.core.web.tables import (
    DAY,
    EURO,
    SHARE,
    Address,
    ListColumn,
    PeriodColumn,
    RowChoice,
    StepColumn,
    badges,
)
from kimhub.core.web.view import (
    Action,
    Badge,
    Column,
    Crumb,
    Document,
    Empty,
    Fact,
    Frame,
    NavigationEntry,
    Progress,
    Section,
    Tile,
    TimelineEntry,
    Todo,
    Tone,
)
from tenants import GRANT_RECIPIENTS, Actor, ActorKind, Permission, Role, TenantKind, db, permissions_of

TOKEN = "zeichen-der-sitzung"
AREAS = (
    ("Heute", "/heute"),
    ("Mittel", "/mittel"),
    ("Stellen", "/stellen"),
    ("Gremien", "/gremien"),
    ("Berichte", "/berichte"),
    ("Fristen", "/fristen"),
    ("Verwaltung", "/verwaltung"),
)
NOW = datetime(2026, 11, 2, 13, 32, tzinfo=UTC)


class PositionRequestSchema(CommandSchema):
    """Every kind of field once."""

    title = Text("Bezeichnung der Stelle", max_length=120, hint="Zum Beispiel: Koordination Ankommen.")
    reason = Text(
        "Begründung",
        lines=5,
        max_length=2000,
        hint="Beschreiben Sie den Bedarf in Ihrer Gemeinde in wenigen Sätzen.",
    )
    start = Day("Beginn", earliest=date(2021, 1, 1), hint="Der Tag, ab dem die Stelle besetzt sein soll.")
    share = Share("Stellenanteil", minimum=Decimal("0.5"), maximum=Decimal(1))
    baustein = Choice(
        "Baustein",
        options=[
            Option("1", "Baustein 1: Strategische Koordination"),
            Option("2", "Baustein 2: Case Management"),
            Option("3", "Baustein 3: Ausländer- und Einbürgerungsbehörden"),
        ],
    )
    employer = Choice(
        "Anstellungsträger",
        radios=True,
        options=[
            Option("gemeinde", "Gemeinde", "Die Stelle wird im Stellenplan Ihrer Gemeinde geführt."),
            Option("kreis", "Kreis"),
            Option("traeger", "Freier Träger"),
        ],
    )
    amount = Amount("Jährliche Personalkosten", maximum=Decimal(150000))
    rise = Percentage("Tarifsteigerung im Jahr", optional=True)
    year = Number("Haushaltsjahr", minimum=2020, maximum=2035)
    criteria = Choices(
        "Welche Voraussetzungen sind erfüllt?",
        optional=True,
        options=[
            Option("auslaenderbehoerde", "Eigene Ausländerbehörde"),
            Option("jugendamt", "Eigenes Jugendamt"),
            Option("integrationsrat", "Integrationsrat oder Integrationsausschuss"),
        ],
    )
    evidence = Upload("Nachweis", accept=(".pdf",), optional=True, hint="Eine PDF-Datei mit höchstens 10 MB.")
    contact = Email("E-Mail-Adresse für Rückfragen", optional=True)
    confirmed = Flag(
        "Die Angaben sind mit der Kämmerei abgestimmt.",
        must="Bestätigen Sie, dass die Angaben mit der Kämmerei abgestimmt sind.",
    )


OPEN = Badge("Rückfrage", Tone.WARNING)
STATES = {
    "submitted": Badge("Eingereicht"),
    "question": OPEN,
    "endorsed": Badge("Befürwortet", Tone.SUCCESS),
    "rejected": Badge("Abgelehnt", Tone.DANGER),
}
GEMEINDEN = (
    "Alfter", "Bad Honnef", "Bornheim", "Eitorf", "Hennef (Sieg)", "Königswinter", "Lohmar", "Meckenheim",
    "Much", "Neunkirchen-Seelscheid", "Niederkassel", "Rheinbach", "Ruppichteroth", "Sankt Augustin",
    "Siegburg", "Swisttal", "Troisdorf", "Wachtberg", "Windeck",
)  # fmt: skip
ROWS = [
    {
        "id": UUID(int=number),
        "gemeinde": name,
        "title": "Zusätzliche Koordinierungsstelle",
        "share": Decimal("0.5") + Decimal("0.5") * (number % 2),
        "amount": Decimal("28500.00") * (1 + number % 2),
        "received": date(2026, 10, 1 + number),
        "from": date(2027, 1, 1),
        "until": None if number % 3 else date(2028, 12, 31),
        "state": list(STATES)[number % 4],
    }
    for number, name in enumerate(GEMEINDEN)
]


class RowsInMemory(KeysetList):
    """The rows above, read as a `KeysetList` reads its table."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows = rows
        self.orders = {
            "gemeinde": Order("gemeinde", "id"),
            "amount": Order("-amount", "id"),
            "received": Order("-received", "-id"),
        }
        self.usual, self.sums = "gemeinde", ("amount",)

    def kinds(self, order: str = "") -> tuple[type, ...]:
        """Return the types of a row's place."""
        return tuple(type(ROWS[0][name]) for name in self.orders[order].names)

    def fetch(self, session, me, asked, narrowed=None, *, order="", turned=False):
        """Return the rows beside the edge."""
        assert me == KREIS.tenant_id
        rows = self._narrowed(narrowed)
        chosen = self.orders[order]
        for name, falls in reversed(list(zip(chosen.names, chosen.falls, strict=True))):
            rows = sorted(rows, key=itemgetter(name), reverse=falls is not turned)
        keys = [self.key(row, order) for row in rows]
        if asked.before is not None:
            return rows[: keys.index(asked.before)][::-1][: asked.fetch]
        first = keys.index(asked.after) + 1 if asked.after is not None else 0
        return rows[first : first + asked.fetch]

    def totals(self, session, me, narrowed=None, *, limit=1000):
        """Return number and sum."""
        rows = self._narrowed(narrowed)
        return Totals(len(rows), sums={"amount": sum(row["amount"] for row in rows)})

    def _narrowed(self, narrowed: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
        wanted = narrowed or {}
        return [
            row
            for row in self.rows
            if wanted.get("words", "").casefold() in row["gemeinde"].casefold()
            and wanted.get("state", row["state"]) == row["state"]
        ]


REQUESTS = ListPage(
    RowsInMemory(ROWS),
    caption="Anträge",
    columns=(
        ListColumn("Gemeinde", "gemeinde", url=Address("file_page", number="id"), sort="gemeinde"),
        ListColumn("Stelle", "title"),
        ListColumn("Anteil", "share", SHARE),
        ListColumn("Festbetrag im Jahr", "amount", EURO, sort="amount", total=True),
        ListColumn("Eingang", "received", DAY, sort="received"),
        PeriodColumn("Zeitraum", "from", until="until"),
        ListColumn("Stand", "state", badges(STATES.__getitem__)),
        StepColumn(
            "Zurückziehen",
            "gemeinde",
            url=Address("file_page", number=lambda row: row["id"] if row["state"] == "submitted" else None),
            permission=Permission.REQUEST_DECIDE,
        ),
    ),
    filters=(
        WordFilter("q", "Gemeinde"),
        ChoiceFilter("stand", "Stand", "state", [Option(name, badge.label) for name, badge in STATES.items()]),
    ),
    one="Antrag",
    many="Anträge",
    empty=Empty(
        "Noch keine Anträge",
        "Hier stehen die Anträge Ihrer Gemeinden auf eine zusätzliche Koordinierungsstelle.",
        Action("Antrag stellen", "/stellen/antraege/neu"),
    ),
    download_endpoint="download",
    choice=RowChoice(
        "id", "form_page", "Ausgewählte befürworten",
        about=lambda row: f"{row['gemeinde']} auswählen", when=lambda row: row["state"] == "submitted",
    ),
    size=8,
)  # fmt: skip
KREIS = Actor(
    tenant_id=17,
    tenant_slug="rhein-sieg-kreis",
    tenant_name="Rhein-Sieg-Kreis",
    tenant_kind=TenantKind.KREIS,
    tenant_traits=GRANT_RECIPIENTS.traits,
    kind=ActorKind.PERSON,
    permissions=permissions_of([Role.KI_COORDINATOR]),
    label="KI-Koordination",
    roles=frozenset({Role.KI_COORDINATOR}),
)
CRITERIA = (
    "<ul><li>eigene Ausländerbehörde: ja</li><li>eigenes Jugendamt: ja</li>"
    "<li>Integrationsausschuss: ja</li></ul>"
)


@dataclass
class RefusedError(Exception):
    """What a use case refuses with, in the shape of KimhubError."""

    detail: str
    fields: Mapping[str, list[str]] = field(default_factory=dict)


def sample_frame() -> Frame:
    """Return the frame of a Kreis with everything offered."""
    return Frame(
        tenant_name="Rhein-Sieg-Kreis",
        tenant_kind="Kreis",
        home_url="/heute",
        navigation=[
            NavigationEntry(label, url, current=request.path.startswith(url)) for label, url in AREAS
        ],
        person="KI-Koordination",
        account_url="/konto",
        sign_out_url="/abmelden",
        switch_url="/wechseln",
        inbox_url="/posteingang",
        inbox_count=3,
        search_url="/suche",
    )


def create_sample() -> Flask:
    """Build the sample application."""
    app = Flask("kimhub_sample", root_path=__file__.removesuffix("/app.py"), static_folder=None)
    app.config.update(SECRET_KEY="nur-fuer-die-probe", TESTING=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = "postgresql+psycopg://"  # nothing connects to it
    db.init_app(app)
    app.before_request(lambda: setattr(g, "actor", KREIS))
    init_web(app, frame=sample_frame, csrf_token=lambda: TOKEN)
    for code in default_exceptions:
        app.register_error_handler(code, _error_page)
    for path, view in {
        "/heute": desk,
        "/stellen/antraege": listing,
        "/stellen/leer": empty_listing,
        "/stellen/antraege.<table_format>": download,
        "/stellen/antraege/17": file_page,
        "/stellen/antraege/<uuid:number>": file_page,
        "/stellen/antraege/neu": form_page,
        "/stellen/antraege/17/pruefen": check_page,
        "/mittel": overview,
        "/berichte/lauf": running,
        "/berichte/lauf/stand": running_state,
        "/berichte/lauf/fertig": finished,
        "/fehler/<int:code>": failing,
        "/anmelden": signed_out,
    }.items():
        methods = ["GET", "POST"] if view is form_page else ["GET"]
        app.add_url_rule(path, view.__name__, view, methods=methods)
    init_api_reference(app, lambda: SPEC)
    return app


def desk() -> str:
    """Page pattern 1."""
    return render_template(
        "sample/desk.html",
        tiles=[
            Tile("Bewilligt 2026", euro(Decimal("1306600.00")), "Baustein 1 bis 3", "/mittel"),
            Tile("Noch verfügbar", euro(Decimal("380108.05")), "29,1 % der Bewilligung", "/mittel"),
            Tile("Besetzte Stellen", "24,5 von 27,0 VZÄ", "seit 01.09.2026", "/stellen"),
            Tile("Festbetrag je Stelle", euro(Decimal("57000.00")), "Förderrichtlinie 2024", unverified=True),
        ],
        today=date(2026, 11, 6),
        late=[
            Todo(
                "Rückfrage beantworten",
                "/berichte/4",
                "Beantworten",
                whom="Bezirksregierung Köln",
                detail="Verwendungsnachweis 2025, Baustein 1",
                due=date(2026, 11, 4),
            ),
        ],
        due=[
            Todo(
                "Über den Antrag entscheiden",
                "/stellen/antraege/17",
                "Prüfen",
                whom="Stadt Troisdorf",
                detail="Zusätzliche Koordinierungsstelle",
                due=date(2026, 11, 9),
            ),
            Todo(
                "Mittelabruf für November",
                "/mittel/abruf",
                "Abrufen",
                detail="Bis zu 96.400,00 € sind abrufbar.",
                since=date(2026, 11, 1),
                unverified=True,
            ),
        ],
    )


def listing() -> str:
    """Page pattern 2."""
    return REQUESTS.page(
        "Anträge auf Koordinierungsstellen",
        crumbs=[Crumb("Stellen", "/stellen"), Crumb("Anträge")],
        actions=[Action("Antrag stellen", "/stellen/antraege/neu", symbol="add")],
    )


def download(table_format: str) -> Response:
    """The list as a file."""
    return REQUESTS.download(table_format)


def empty_listing() -> str:
    """An empty list."""
    return replace(REQUESTS, listed=RowsInMemory([])).page(
        "Anträge auf Koordinierungsstellen", crumbs=[Crumb("Stellen", "/stellen"), Crumb("Anträge")]
    )


def file_page(number: UUID | None = None) -> str:
    """Page pattern 3."""
    bescheid = Document("Stellungnahme des Jugendamts.pdf", "/dokumente/1", "PDF", 412_000, NOW)
    return render_template(
        "sample/file.html",
        crumbs=[Crumb("Stellen", "/stellen"), Crumb("Anträge", "/stellen/antraege"), Crumb("Troisdorf")],
        state=OPEN,
        facts=[
            Fact("Antragstellerin", "Stadt Troisdorf"),
            Fact("Stellenanteil", "1,0 VZÄ"),
            Fact("Festbetrag im Jahr", "57.000,00 €", unverified=True),
            Fact("Zeitraum", "01.01.2027 bis 31.12.2028"),
            Fact("Voraussetzungen", Markup(CRITERIA)),
        ],
        documents=[
            bescheid,
            Document("Stellenbeschreibung.pdf", "/dokumente/2", "PDF", 88_300, note="Entwurf"),
        ],
        entries=[
            TimelineEntry(
                "Rückfrage gestellt",
                "Rhein-Sieg-Kreis, KI-Koordination",
                datetime(2026, 10, 29, 9, 12, tzinfo=UTC),
                own=True,
                note="Bitte reichen Sie die Stellungnahme des Integrationsausschusses nach.",
                state=OPEN,
            ),
            TimelineEntry(
                "Vermerk",
                "Rhein-Sieg-Kreis, KI-Koordination",
                datetime(2026, 10, 28, 14, 3, tzinfo=UTC),
                own=True,
                internal=True,
                note="Mit der Kämmerei abgestimmt: Eigenanteil ist im Haushalt 2027 veranschlagt.",
            ),
            TimelineEntry(
                "Antrag eingereicht",
                "Stadt Troisdorf, Sachbearbeitung",
                datetime(2026, 10, 12, 7, 45, tzinfo=UTC),
                own=False,
                documents=[bescheid],
                state=Badge("Eingereicht"),
            ),
        ],
    )


def form_page() -> object:
    """Page pattern 4."""
    schema = PositionRequestSchema()
    crumbs = [Crumb("Stellen", "/stellen"), Crumb("Anträge", "/stellen/antraege"), Crumb("Neuer Antrag")]
    if request.method == "GET":
        return render_template("sample/form.html", crumbs=crumbs, form=blank(schema, {"share": Decimal(1)}))
    form = bind(schema, request.form, request.files)
    if form.valid and form.data["amount"] > Decimal(100000):
        form.refuse(RefusedError("", {"amount": ["Der Betrag übersteigt die Bewilligung um 12.500,00 €."]}))
    if form.valid:
        flash("Der Antrag ist gespeichert.", "success")
        return redirect("/stellen/antraege/17", 303)
    return render_template("sample/form.html", crumbs=crumbs, form=form), 422


def check_page() -> str:
    """The check page before submitting."""
    return render_template(
        "sample/check.html",
        crumbs=[Crumb("Stellen", "/stellen"), Crumb("Anträge", "/stellen/antraege"), Crumb("Prüfen")],
        sections=[
            Section(
                "Stelle",
                [Fact("Bezeichnung", "Koordination Ankommen"), Fact("Stellenanteil", "1,0 VZÄ")],
                "/stellen/antraege/neu",
            ),
            Section("Geld", [Fact("Jährliche Personalkosten", "84.100,00 €")], "/stellen/antraege/neu"),
        ],
    )


def overview() -> str:
    """Page pattern 5."""
    years = ["2021", "2022", "2023"]
    grant = [Decimal("463500.00"), Decimal("843100.00"), None]
    own = [Decimal("54900.00"), Decimal("241859.00"), Decimal("83349.05")]
    return render_template(
        "sample/overview.html",
        crumbs=[Crumb("Mittel", "/mittel"), Crumb("Übersicht")],
        chart=bar_chart(
            "Finanzierung nach Jahren",
            years,
            [("Zuwendung des Landes", grant), ("Eigenanteil", own)],
            notation=euro,
        ),
        columns=[
            Column("Jahr"),
            Column("Zuwendung", numeric=True),
            Column("Eigenanteil", numeric=True),
            Column("Gesamt", numeric=True),
        ],
        rows=list(zip(years, grant, own, strict=True)),
        footer=["Gesamt", "1.306.600,00 €", "380.108,05 €", "1.686.708,05 €"],
        now=NOW,
    )


def _work(**more: object) -> Progress:
    return Progress(
        "Finanzierungsübersicht 2026",
        str(more.pop("stage", "Tabellen werden berechnet")),
        "/berichte/lauf/stand",
        "/berichte/lauf",
        done=3,
        total=8,
        unit="Abschnitte",
        **more,  # type: ignore[arg-type]
    )


def running() -> str:
    """Long work on its page."""
    return render_template("sample/progress.html", work=_work())


def running_state() -> str:
    """What htmx asks for: the work is done now."""
    work = _work(stage="8 Abschnitte, 412 KB", finished=True, result_url="/berichte/4.pdf")
    return render_template("sample/_progress.html", work=work)


def finished() -> str:
    """Long work that failed."""
    return render_template(
        "sample/progress.html",
        work=_work(failed=True, problem="Die Bewilligung 2026 fehlt. Erfassen Sie zuerst den Bescheid."),
    )


SPEC = {
    "openapi": "3.1.0",
    "info": {
        "title": "KIMHub",
        "version": "1",
        "description": "Beträge sind Texte mit zwei Nachkommastellen.",
    },
    "tags": [{"name": "Planung", "description": "Planung: rechnen nach den Förderrichtlinien."}],
    "security": [{"oauth2": ["plans:read"]}],
    "paths": {
        "/api/v1/plans/{plan}": {
            "parameters": [{"$ref": "#/components/parameters/plan"}],
            "get": {
                "tags": ["Planung"],
                "summary": "Plan lesen",
                "responses": {
                    "200": {
                        "description": "Der Plan",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Plan"}}},
                    },
                    "404": {"description": "Nicht gefunden"},
                },
            },
        },
        "/api/v1/plans/calculate": {
            "post": {
                "tags": ["Planung"],
                "summary": "Plan berechnen",
                "description": "Rechnet, ohne etwas zu speichern.",
                "security": [{"oauth2": ["plans:calculate"]}],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Plan"}}}
                },
                "responses": {"422": {"description": "Die Angaben sind fehlerhaft"}},
            }
        },
    },
    "components": {
        "parameters": {
            "plan": {
                "name": "plan",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "format": "uuid"},
            }
        },
        "schemas": {
            "Plan": {
                "type": "object",
                "required": ["title", "years"],
                "properties": {
                    "title": {"type": "string", "title": "Titel", "maxLength": 120},
                    "valid_until": {"type": ["string", "null"], "format": "date"},
                    "years": {"type": "array", "items": {"$ref": "#/components/schemas/Year"}},
                },
            },
            "Year": {
                "type": "object",
                "required": ["amount"],
                "properties": {
                    "amount": {"type": "string", "title": "Betrag", "examples": ["843100.00"]},
                    "kind": {"enum": ["plan", "bescheid"]},
                    "next": {"$ref": "#/components/schemas/Year"},
                },
            },
        },
    },
}


def signed_out() -> str:
    """A page for nobody in particular."""
    return render_template(
        "sample/plain.html", frame=Frame(sign_in_url="/anmelden"), text="Melden Sie sich mit Ihrem Konto an."
    )


def failing(code: int) -> str:
    """Answer with an error."""
    error = default_exceptions[code]
    raise error


def _error_page(error: HTTPException) -> tuple[str, int]:
    template = "errors/_fragment.html" if request.headers.get("HX-Request") else "errors/page.html"
    status = error.code or 500
    return (
        render_template(
            template,
            status=status,
            code="probe",
            title="Nicht gefunden" if status == 404 else "Das hat nicht geklappt",
            detail="Den gesuchten Eintrag gibt es nicht oder Sie haben keinen Zugang.",
            fields={},
            extra={},
        ),
        status,
    )
