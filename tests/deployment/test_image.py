"""The image holds what it needs, runs as nobody special, and says whether it is well."""

from __future__ import annotations

import json
import shlex
import tomllib

from kimhub.core.settings import known_variables
from kimhub.supervisor.children import CHILDREN
from tests.deployment.support import ROOT, dockerfile, pyproject, resolve


def instructions(name: str) -> list[str]:
    return [line.removeprefix(f"{name} ") for line in dockerfile() if line.startswith(f"{name} ")]


def sources() -> set[str]:
    """Every path that is copied from the source tree."""
    copies = [shlex.split(copy) for copy in instructions("COPY")]
    return {path for copy in copies if not copy[0].startswith("--from") for path in copy[:-1]}


def test_everything_that_is_copied_exists_and_is_sent_to_the_builder():
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert sources() == allowed
    for path in sources():
        assert (ROOT / path).exists(), path


def test_the_image_has_every_file_that_a_process_needs():
    needed = {"wsgi.py", "gunicorn.conf.py", "migrations", "kimhub", "tenants"}
    assert needed <= sources()
    packages = pyproject()["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {package.rstrip("*") for package in packages} <= sources()


def test_it_installs_the_production_lock_and_nothing_else():
    installs = [run for run in instructions("RUN") if "pip install" in run]
    assert len(installs) == 1
    assert "--require-hashes -r requirements-production.lock" in installs[0]


def test_its_python_is_the_one_that_everything_is_checked_with():
    versions = {line.split()[0] for line in instructions("FROM") if line.startswith("python")}
    assert len(versions) == 1
    version = versions.pop().removeprefix("python:").split("-")[0]
    project = pyproject()
    assert project["project"]["requires-python"] == f">={version}"
    assert project["tool"]["ruff"]["target-version"] == f"py{version.replace('.', '')}"


def test_it_runs_as_an_ordinary_user():
    lines = dockerfile()
    final = lines[max(i for i, line in enumerate(lines) if line.startswith("FROM ")) :]
    users = [line.removeprefix("USER ") for line in final if line.startswith("USER ")]
    assert users == ["kimhub"]
    assert final.index("USER kimhub") < next(i for i, line in enumerate(final) if line.startswith("CMD"))


def test_its_variables_are_settings():
    (variables,) = instructions("ENV")
    names = {pair.split("=")[0] for pair in variables.split() if pair.startswith("KIMHUB_")}
    assert names
    assert names <= known_variables()


def test_its_command_is_that_of_the_web_process():
    (command,) = instructions("CMD")
    web = next(child for child in CHILDREN if child.listens)
    program, *arguments = json.loads(command)
    assert (program, arguments[-1]) == (web.module[0], web.module[-1])
    assert web.module[1:3] == ("--config", "gunicorn.conf.py"), "the file gunicorn finds by itself in /app"


def test_its_health_check_is_a_command_of_ours():
    (check,) = instructions("HEALTHCHECK")
    python, option, program, *arguments = json.loads(check.split("CMD ")[1])
    assert (python, option, program) == ("python", "-m", "kimhub")
    resolve(arguments)


def test_the_project_names_its_version_once():
    assert "version" not in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
