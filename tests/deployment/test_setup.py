"""`make setup` installs by uv what the lock names, and by pip where uv cannot; both obey the operator's settings."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.deployment.support import ROOT

PYTHON = """#!/bin/sh
# Stands in for the environment's Python: answers for pip and writes down what is asked of it.
echo "python $*" >> "$WRITTEN"
case "$*" in
  "-m pip config list") printf '%s\\n' "$PIP_SAYS" ;;
  *requirements-setup.lock) exit "${NO_UV:-0}" ;;
esac
"""
UV = """#!/bin/sh
echo "uv $*" >> "$WRITTEN"
env | grep -E '^(UV_|SSL_CERT_FILE|HTTPS_PROXY)' | sort >> "$WRITTEN"
exit "${UV_FAILS:-0}"
"""


class Place:
    """A virtual environment made of scripts that write down how they are called."""

    def __init__(self, directory: Path) -> None:
        self.venv = directory / "venv"
        self.written = directory / "written"
        self.program("python", PYTHON)

    def program(self, name: str, text: str) -> None:
        path = self.venv / "bin" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def run(self, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        self.written.write_text("")
        environ = {"PATH": "/usr/bin:/bin", "WRITTEN": str(self.written), "PIP_SAYS": ""} | variables
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    def lines(self) -> list[str]:
        return self.written.read_text().splitlines()

    def calls(self, program: str) -> list[str]:
        return [line for line in self.lines() if line.startswith(f"{program} ")]


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_uv_installs_the_lock_by_its_hashes_and_pip_nothing(place):
    place.program("uv", UV)
    done = place.run(".ci/virtual-environment", "python3", place.venv)
    assert (done.returncode, done.stdout) == (0, "")
    assert place.calls("uv")[-1] == "uv pip sync --quiet --require-hashes requirements.lock"
    assert not any(" install " in call for call in place.calls("python"))


def test_uv_is_fetched_by_its_hash_where_there_is_none(place):
    place.run(".ci/virtual-environment", "python3", place.venv)
    installs = [call for call in place.calls("python") if " install " in call]
    assert installs[0].endswith("--require-hashes -r requirements-setup.lock")


@pytest.mark.parametrize(
    ("uv", "variables", "said"),
    [
        (None, {"NO_UV": "1"}, "! uv war nicht zu bekommen; pip richtet alles ein und braucht länger.\n"),
        (UV, {"UV_FAILS": "1", "PIP_SAYS": ""}, "! uv war nicht zu bekommen"),
        (UV.replace("exit", '[ "$2" != sync ] || exit'), {"UV_FAILS": "1"}, "! uv kam nicht an alle Pakete"),
        (UV, {"PIP_SAYS": "global.no-index='true'", "NO_UV": "1"}, "! uv war nicht zu bekommen"),
    ],
    ids=["no uv to be had", "uv does not run", "uv does not reach the packages", "no package index at all"],
)
def test_pip_is_the_way_out_and_says_so_in_one_line(place, uv, variables, said):
    if uv:
        place.program("uv", uv)
    done = place.run(".ci/virtual-environment", "python3", place.venv, **({"NO_UV": "1"} | variables))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(said)
    assert len(done.stdout.splitlines()) == 1
    assert place.calls("python")[-1].endswith("--require-hashes -r requirements.lock")


def test_the_line_is_shown_though_the_step_is_quiet():
    shown = subprocess.run(
        [".ci/step", "Bereit", "sh", "-c", "echo viel; echo '! pip hat es getan.'; echo mehr"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout == "✓ Bereit\n  pip hat es getan.\n"


PIP_SETTINGS = """\
:env:.index-url='https://spiegel.example/simple'
global.cert='/etc/ssl/kreis.pem'
global.extra-index-url='https://a.example/simple\\nhttps://b.example/simple'
global.index-url='https://alt.example/simple'
global.proxy='http://proxy.example:3128'
install.trusted-host='spiegel.example'"""


def test_what_was_told_to_pip_holds_for_uv(place):
    place.program("uv", UV)
    place.run(".ci/uv", place.venv, "pip", "list", PIP_SAYS=PIP_SETTINGS, UV_INSECURE_HOST="eigener.example")
    assert set(place.lines()) >= {
        "HTTPS_PROXY=http://proxy.example:3128",
        "SSL_CERT_FILE=/etc/ssl/kreis.pem",
        "UV_DEFAULT_INDEX=https://spiegel.example/simple",
        "UV_INDEX=https://a.example/simple https://b.example/simple",
        "UV_INSECURE_HOST=eigener.example",
    }


def test_without_settings_nothing_is_made_up(place):
    place.program("uv", UV)
    place.run(".ci/uv", place.venv, "pip", "list")
    assert [line for line in place.lines() if "=" in line] == ["UV_INDEX_STRATEGY=unsafe-best-match"]


def test_who_may_not_install_programs_is_told_the_command(place):
    place.program("id", "#!/bin/sh\necho 1000\n")
    path = f"{place.venv}/bin:/usr/bin:/bin"
    done = place.run(".ci/programs", "sh", "postgresql-9", PATH=path)
    assert (done.returncode, done.stdout) == (
        1, "Es fehlt: postgresql-9. Unter Debian: sudo apt-get install --no-install-recommends postgresql-9\n"
    )  # fmt: skip
    assert place.run(".ci/programs", "sh", PATH=path).returncode == 0


def test_every_script_is_sound_and_may_be_run():
    for script in sorted((ROOT / ".ci").iterdir()):
        assert os.access(script, os.X_OK), script
        subprocess.run(["sh", "-n", script], check=True)
