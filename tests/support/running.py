"""`kimhub run` as a process of its own, for tests that come through the front door."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import psutil

from kimhub.core.layout import PROJECT
from tests.embedded.support import eventually
from tests.support.patience import PATIENCE
from tests.support.processes import descendants, kill

SECONDS = 2 * PATIENCE
"""What a start or an end may take on a busy machine."""


class Run:
    """A running `kimhub run` with data in `var`.

    `variables` are settings without ``KIMHUB_``, `environ` is whatever else it shall find in its environment.
    """

    def __init__(
        self, var: Path, *options: str, environ: Mapping[str, str] = MappingProxyType({}), **variables: str
    ) -> None:
        self.var = var
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("KIMHUB_")}
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "kimhub", "run", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=PROJECT,
            env=inherited
            | dict(environ)
            | {"KIMHUB_VAR": str(var)}
            | {f"KIMHUB_{key}": value for key, value in variables.items()},
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def address(self) -> str:
        """Wait until it says where it is."""
        pattern = re.compile(r"KIMHub läuft: (\S+)")
        assert eventually(lambda: bool(pattern.search(self.text)) or self.process.poll() is not None, SECONDS)
        found = pattern.search(self.text)
        assert found, self.text
        return found[1]

    def family(self) -> list[psutil.Process]:
        return descendants(self.process.pid)

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        """Wait for the end; return the status."""
        status = self.process.wait(SECONDS)
        self._reader.join(PATIENCE)
        return status

    def clean_up(self) -> None:
        if self.process.poll() is None:
            kill(self.process, *self.family())
        self.end()
        assert self.process.stdout is not None
        self.process.stdout.close()
