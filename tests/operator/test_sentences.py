"""What goes wrong below a command is told in one message; what is a fault of the program is not hidden in one."""

from __future__ import annotations

import errno
import re

import click
import pytest
import redis
from psycopg import errors as pg
from sqlalchemy.exc import OperationalError

from kimhub import cli
from kimhub.core.operator_error import OperatorError
from kimhub.operator.sentences import LONGEST_LIST, sentence_for
from tenants.errors import InvalidInputError


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (pg.UndefinedTable('relation "tenant" does not exist'), "nicht auf dem Stand.*kimhub db migrate"),
        (pg.InvalidSchemaName('schema "app" does not exist'), "nicht auf dem Stand.*kimhub db migrate"),
        (pg.LockNotAvailable("canceling statement due to lock timeout"), "wird gerade gearbeitet.*55P03"),
        (pg.InsufficientPrivilege("permission denied for table job"), "fehlt ein Recht.*kimhub db check"),
        (
            pg.OperationalError("connection failed\nIs it running?"),
            r"nicht erreichbar.*\(connection failed\)\.",
        ),
        (pg.AdminShutdown("terminating connection"), "nicht erreichbar"),
    ],
)
def test_what_the_database_refuses(error, sentence):
    for raised in (error, OperationalError("SELECT 1", {}, error)):
        told = sentence_for(raised)
        assert told
        assert re.search(sentence, told)
        assert "\n" not in told


def test_the_queue_that_is_away():
    assert "KIMHUB_REDIS_URL stimmt (Error 111)." in (sentence_for(redis.ConnectionError("Error 111.")) or "")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (FileNotFoundError(errno.ENOENT, "No such file", "a.csv"), "a.csv gibt es nicht."),
        (PermissionError(errno.EACCES, "Denied", "b.csv"), "b.csv darf nicht gelesen oder geschrieben werden."),
        (OSError(errno.ENOSPC, "No space", "a.pdf"), "a.pdf passt nicht mehr auf den Datenträger."),
        (OSError(errno.EIO, "Input/output error", "a.pdf"), "a.pdf ist nicht zu gebrauchen (Input/output error)."),
    ],
)  # fmt: skip
def test_a_file_in_the_way_is_named(error, sentence):
    assert sentence_for(error) == sentence


def test_a_refusal_brings_its_findings_and_says_how_many_more_there_are():
    many = {f"zeile[{n}]": [f"Zeile {n} fehlt etwas."] for n in range(LONGEST_LIST + 3)}
    told = (sentence_for(InvalidInputError("Bitte prüfen Sie die Datei.", fields=many)) or "").splitlines()
    assert told[0] == "Die Angaben sind unvollständig oder fehlerhaft. Bitte prüfen Sie die Datei."
    assert told[1] == "  - Zeile 0 fehlt etwas."
    assert told[-1] == "  … und 3 weitere Stellen."


@pytest.mark.parametrize("error", [ValueError("x"), BrokenPipeError(errno.EPIPE, "x"), OSError("no file")])
def test_a_fault_of_the_program_stays_one(error):
    assert sentence_for(error) is None


@pytest.fixture
def ending(monkeypatch, capfd):
    """What `kimhub tenants` does when it meets `error`: status and standard error."""

    def ending(error: BaseException) -> tuple[int, str]:
        def meet() -> None:
            raise error

        monkeypatch.setattr(cli.LazyGroup, "get_command", lambda *_: click.Command("tenants", callback=meet))
        with pytest.raises(SystemExit) as ended:
            cli.main(["tenants"])
        return int(ended.value.code or 0), capfd.readouterr().err

    return ending


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (OperatorError("So nicht."), 1, r"^Fehler: So nicht\.\n$"),
        (FileNotFoundError(errno.ENOENT, "No such file", "a.csv"), 1, r"^Fehler: a\.csv gibt es nicht\.\n$"),
        (click.UsageError("Bitte geben Sie etwas an."), 2, r"Bitte geben Sie etwas an\."),
        (KeyboardInterrupt(), 130, r"Abgebrochen\.\n$"),
        (
            ZeroDivisionError("0"),
            1,
            r"(?s)Traceback.*ZeroDivisionError.*Fehler: Das hätte nicht geschehen dürfen\.",
        ),
        (SystemExit(3), 3, "^$"),
    ],
)
def test_every_ending_has_its_status(ending, error, status, said):
    code, told = ending(error)
    assert code == status
    assert re.search(said, told)
