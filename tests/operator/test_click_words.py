"""What click says to whoever calls a command is German; a new click brings no English back."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kimhub.cli import kimhub
from kimhub.operator.click_words import ONE, SEVERAL

SOURCE = Path(click.__file__).parent
ELSEWHERE = {"_termui_impl.py", "_winconsole.py", "shell_completion.py", "termui.py", "utils.py"}
"""Prompts, editors, completion and other systems: the commands use nothing of it."""
FOR_DEVELOPERS = {
    "?", "deprecated", "(dynamic)", "Choice({choices})", "%(prog)s, version %(version)s",
    "Do you want to continue?", "Confirm the action without prompting.",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}",
    "Could not determine name for option with declarations {decls!r}",
    (
        "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? "
        "Did you mean to pass '--{name}'?"
    ),
    "Arguments take exactly one parameter declaration, got {length}: {decls}.",
    "Name '{name}' defined twice",
    "Boolean option {decl!r} cannot use the same flag for true/false.",
    "Invalid start character for option ({option})",
}  # fmt: skip
"""Said at import about a wrong declaration, or left as it is."""


def spoken() -> set[tuple[str, ...]]:
    """All texts that click passes through gettext: (singular,) or (singular, plural)."""
    calls = [
        node
        for file in SOURCE.glob("*.py")
        if file.name not in ELSEWHERE
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "ngettext"}
    ]
    texts = [[arg.value for arg in call.args if isinstance(arg, ast.Constant)] for call in calls]
    return {tuple(text) for text in texts if text}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_of_click_has_german_words_and_no_other_is_kept():
    said = {text for text in spoken() if text[0] not in FOR_DEVELOPERS}
    assert {text[0] for text in said if len(text) == 1} == set(ONE)
    assert {text[0] for text in said if len(text) == 2} == set(SEVERAL)


def test_our_words_name_nothing_that_click_does_not_give():
    for theirs, ours in ONE.items():
        assert places(ours) <= places(theirs), theirs
    plurals = {text[0]: text[1] for text in spoken() if len(text) == 2}
    for singular, (one, several) in SEVERAL.items():
        assert places(one) <= places(singular), singular
        assert places(several) <= places(plurals[singular]), singular


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("", "Aufruf: kimhub"),
        ("plan --help", "Optionen:"),
        ("plan", "Fehler: Es fehlt das Argument 'DATEIEN...'."),
        ("tenant list", "Fehler: Den Befehl tenant gibt es nicht."),
        ("tenants list --forma json", "Fehler: Die Option --forma gibt es nicht."),
        (
            "tenants list --format xml",
            "Fehler: Die Angabe zu '--format' passt nicht: xml gibt es nicht; möglich sind:",
        ),
        ("spending import fehlt.csv --tenant x", "Die Datei fehlt.csv gibt es nicht."),
        ("clients end --tenant x --id 7", "7 ist keine Kennung."),
        ("overview --tenant x --year 1999", "1999 liegt nicht im Bereich"),
        ("tenants list zuviel", "Das ist zu viel: zuviel."),
        ("tenants list --format", "Die Option --format verlangt einen Wert."),
    ],
)
def test_a_wrong_call_is_answered_in_german(call, said):
    assert said in CliRunner().invoke(kimhub, call.split(), prog_name="kimhub").output
