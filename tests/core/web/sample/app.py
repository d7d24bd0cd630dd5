"""The sample portal: one route per page pattern, no database, a fixed token and a fixed frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from flask import Flask, flash, redirect, render_template, request
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
from kimhub.core.web import init_web
from kimhub.core.web.api_reference import init_api_reference
from kimhub.core.web.charts import bar_chart
from kimhub.core.web.forms import bind, blank
from kimhub.core.web.paging import PageRequest, Sorting, make_page
from kimhub.core.web.view import (
    Badge,
    Chip,
    Column,
    Count,
    Crumb,
    Document,
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


@dataclass(frozen=True)
class Request:
    """A row of the sample list."""

    number: int
    gemeinde: str
    title: str
    share: Decimal
    amount: Decimal
    received: date
    state: Badge


OPEN = Badge("Rückfrage", Tone.WARNING)
STATES = (Badge("Eingereicht"), OPEN, Badge("Befürwortet", Tone.SUCCESS), Badge("Abgelehnt", Tone.DANGER))
GEMEINDEN = (
    "Alfter", "Bad Honnef", "Bornheim", "Eitorf", "Hennef (Sieg)", "Königswinter", "Lohmar", "Meckenheim",
    "Much", "Neunkirchen-Seelscheid", "Niederkassel", "Rheinbach", "Ruppichteroth", "Sankt Augustin",
    "Siegburg", "Swisttal", "Troisdorf", "Wachtberg", "Windeck",
)  # fmt: skip
ROWS = tuple(
    Request(
        number,
        name,
        "Zusätzliche Koordinierungsstelle",
        Decimal("0.5") + Decimal("0.5") * (number % 2),
        Decimal("28500.00") * (1 + number % 2),
        date(2026, 10, 1 + number),
        STATES[number % 4],
    )
    for number, name in enumerate(GEMEINDEN)
)
COLUMNS = (
    Column("Gemeinde", sort="gemeinde"),
    Column("Stelle"),
    Column("Anteil", numeric=True),
    Column("Festbetrag im Jahr", numeric=True, sort="betrag"),
    Column("Eingang", sort="eingang"),
    Column("Stand"),
    Column("Nächster Schritt", hidden_label=True),
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
    init_web(app, frame=sample_frame, csrf_token=lambda: TOKEN)
    for code in default_exceptions:
        app.register_error_handler(code, _error_page)
    for path, view in {
        "/heute": desk,
        "/stellen/antraege": listing,
        "/stellen/leer": empty_listing,
        "/stellen/antraege/17": file_page,
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
        due=[
            Todo(
                "Antrag von Troisdorf prüfen",
                "/stellen/antraege/17",
                "Zusätzliche Koordinierungsstelle, eingereicht am 12.10.2026",
                date(2026, 11, 9),
                Badge("Eingereicht"),
            ),
            Todo(
                "Rückfrage der Bezirksregierung beantworten",
                "/berichte/4",
                "Verwendungsnachweis 2025, Baustein 1",
                date(2026, 11, 4),
                OPEN,
            ),
            Todo(
                "Mittelabruf für November",
                "/mittel/abruf",
                "Bis zu 96.400,00 € sind abrufbar.",
                date(2026, 11, 15),
            ),
        ],
        gaps=[],
    )


def listing() -> str:
    """Page pattern 2."""
    sorting = Sorting.from_args(
        request.args, allowed=("gemeinde", "betrag", "eingang"), default="gemeinde", path=request.path
    )
    asked = PageRequest.from_args(request.args, (int,), limit=8)
    keys = {
        "gemeinde": lambda row: row.gemeinde,
        "betrag": lambda row: row.amount,
        "eingang": lambda row: row.received,
    }
    ordered = sorted(ROWS, key=keys[sorting.by], reverse=sorting.descending)
    place = {row.number: index for index, row in enumerate(ordered)}
    if asked.before is not None:
        found = ordered[: place[asked.before[0]]][::-1][: asked.fetch]
    else:
        first = place[asked.after[0]] + 1 if asked.after is not None else 0
        found = ordered[first : first + asked.fetch]
    page = make_page(found, asked, key=lambda row: (row.number,), path=request.path, args=request.args)
    return render_template(
        "sample/list.html",
        crumbs=[Crumb("Stellen", "/stellen"), Crumb("Anträge")],
        page=page,
        columns=COLUMNS,
        sorting=sorting,
        count=Count(19, one="Antrag", many="Anträge"),
        total=sum((row.amount for row in page.rows), Decimal(0)),
        chips=[Chip("Stand: offen", request.path)],
    )


def empty_listing() -> str:
    """An empty list."""
    return render_template("sample/empty.html", crumbs=[Crumb("Stellen", "/stellen"), Crumb("Anträge")])


def file_page() -> str:
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
