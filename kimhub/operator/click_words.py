"""click speaks German: what it says about commands that are called wrongly, and in its help.

click takes its words from gettext, whose language follows the caller's locale; a server's is mostly C. The commands are
German whoever calls them, so their frame is, too. tests/operator/test_click_words.py holds the list to click's source.
"""

from __future__ import annotations

import sys

ONE = {
    "Aborted!": "Abgebrochen.",
    "Argument {name!r} takes {nargs} values.": "Das Argument {name} verlangt {nargs} Werte.",
    "Choose from:\n\t{choices}": "Möglich sind:\n\t{choices}",
    "Commands": "Befehle",
    "Could not open file {filename!r}: {message}": "Die Datei {filename} lässt sich nicht öffnen: {message}.",
    "Error: {message}": "Fehler: {message}",
    "Invalid value for {param_hint}: {message}": "Die Angabe zu {param_hint} passt nicht: {message}",
    "Invalid value: {message}": "Die Angabe passt nicht: {message}",
    "Missing argument": "Es fehlt das Argument",
    "Missing command.": "Es fehlt der Befehl.",
    "Missing option": "Es fehlt die Option",
    "Missing parameter": "Es fehlt",
    "Missing parameter: {param_name}": "Es fehlt: {param_name}.",
    "Missing {param_type}": "Es fehlt: {param_type}",
    "No such command {name!r}.": "Den Befehl {name} gibt es nicht.",
    "No such option {name!r}.": "Die Option {name} gibt es nicht.",
    "Option {name!r} does not take a value.": "Die Option {name} nimmt keinen Wert.",
    "Options": "Optionen",
    "Positional arguments": "Argumente",
    "Show the version and exit.": "Die Fassung zeigen.",
    "Show this message and exit.": "Diese Hilfe zeigen.",
    "Try '{command} {option}' for help.": "Hilfe zeigt: {command} {option}",
    "Usage:": "Aufruf:",
    "Value must be an iterable.": "Es müssen mehrere Werte sein.",
    "default: {default}": "Vorgabe: {default}",
    "directory": "Das Verzeichnis",
    "env var: {var}": "Umgebungsvariable: {var}",
    "file": "Die Datei",
    "path": "Der Pfad",
    "unknown error": "Grund unbekannt",
    "{name} {filename!r} does not exist.": "{name} {filename} gibt es nicht.",
    "{name} {filename!r} is a directory.": "{name} {filename} ist ein Verzeichnis.",
    "{name} {filename!r} is a file.": "{name} {filename} ist eine Datei.",
    "{name} {filename!r} is not executable.": "{name} {filename} lässt sich nicht ausführen.",
    "{name} {filename!r} is not readable.": "{name} {filename} lässt sich nicht lesen.",
    "{name} {filename!r} is not writable.": "{name} {filename} lässt sich nicht schreiben.",
    "{value!r} is not a valid UUID.": "{value} ist keine Kennung.",
    "{value!r} is not a valid boolean. Recognized values: {states}": "{value} passt nicht; möglich sind: {states}.",
    "{value!r} is not a valid {number_type}.": "{value} ist keine Zahl ({number_type}).",
    "{value} is not in the range {range}.": "{value} liegt nicht im Bereich {range}.",
}
"""click's words → ours. What the braces hold is click's."""
SEVERAL = {
    "Did you mean {possibility}?": ("Meinten Sie {possibility}?", "Meinten Sie eines von: {possibilities}?"),
    "Got unexpected extra argument ({args})": ("Das ist zu viel: {args}.", "Das ist zu viel: {args}."),
    "Option {name!r} requires an argument.": (
        "Die Option {name} verlangt einen Wert.", "Die Option {name} verlangt {nargs} Werte."
    ),
    "Takes {nargs} values but 1 was given.": (
        "Es müssen {nargs} Werte sein, nicht einer.", "Es müssen {nargs} Werte sein, nicht {len}."
    ),
    "{len_type} values are required, but {len_value} was given.": (
        "Es müssen {len_type} Werte sein, nicht einer.", "Es müssen {len_type} Werte sein, nicht {len_value}."
    ),
    "{value!r} does not match the format {format}.": (
        "{value} hat nicht die Form {format}.", "{value} hat keine der Formen {formats}."
    ),
    "{value!r} is not {choice}.": ("{value} ist nicht {choice}.", "{value} gibt es nicht; möglich sind: {choices}."),
}  # fmt: skip
"""The same for words that depend on a number: click's singular → our singular and plural."""


def speak_german() -> None:
    """Put our words in the place of click's, for this process."""
    for name, module in list(sys.modules.items()):
        if name.startswith("click.") and hasattr(module, "_"):
            vars(module)["_"] = _word
            if hasattr(module, "ngettext"):
                vars(module)["ngettext"] = _words


def _word(message: str) -> str:
    return ONE.get(message, message)


def _words(singular: str, plural: str, number: int) -> str:
    return SEVERAL.get(singular, (singular, plural))[number != 1]
