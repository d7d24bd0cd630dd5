"""Page assets: what the pages need from npm, copied once at set-up. `serving` sends them to browsers.

`python -m kimhub.core.web.assets` (part of `make assets`, after `npm ci`) copies the few files the pages use
from ``node_modules`` to ``static/vendor/``. Nothing third-party is kept in the repository and nothing is
loaded from elsewhere (ADR 1). The versions are those of ``package-lock.json``; any other is refused.
"""

from __future__ import annotations

import filecmp
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[3]
VENDOR = Path(__file__).parent / "static" / "vendor"


@dataclass(frozen=True)
class Package:
    """The files taken from one npm package: source path in the package → name below ``vendor/``."""

    name: str
    files: dict[str, str]


PACKAGES = (
    Package(
        "@kern-ux/native",
        {
            "dist/kern.min.css": "kern.min.css",
            "dist/fonts/fira-sans/FiraSans-Regular.woff2": "fonts/FiraSans-Regular.woff2",
            "dist/fonts/fira-sans/FiraSans-SemiBold.woff2": "fonts/FiraSans-SemiBold.woff2",
            "LICENSE.md": "licenses/kern-ux.md",
        },
    ),
    Package("htmx.org", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "licenses/htmx.txt"}),
)


class AssetsError(RuntimeError):
    """The assets cannot be set up; the message says what to do."""


def build(project: Path = PROJECT, vendor: Path = VENDOR) -> list[str]:
    """Copy every file of PACKAGES to `vendor` and remove what no longer belongs there.

    Returns one line per package. Raises AssetsError when a package is missing or has another version than
    ``package-lock.json`` names; nothing is copied then.
    """
    locked = _locked_versions(project)
    plan: list[tuple[Path, Path]] = []
    lines: list[str] = []
    for package in PACKAGES:
        root = project / "node_modules" / package.name
        version = _installed_version(root, package.name)
        if version != locked.get(package.name):
            raise AssetsError(
                f"{package.name} is installed as {version}, package-lock.json asks for "
                f"{locked.get(package.name, 'no version')}. Run `npm ci`."
            )
        for source, target in package.files.items():
            if not (root / source).is_file():
                raise AssetsError(f"{package.name} {version} has no file {source}")
            plan.append((root / source, vendor / target))
        lines.append(f"{package.name} {version}: {len(package.files)} files")

    wanted = {target for _, target in plan}
    for stale in [path for path in vendor.rglob("[!.]*") if path.is_file() and path not in wanted]:
        stale.unlink(missing_ok=True)
    for source_file, target_file in plan:
        _copy(source_file, target_file)
    return lines


def _copy(source: Path, target: Path) -> None:
    """Copy a file in one step, and only when it differs: a running application may be sending it."""
    if target.is_file() and filecmp.cmp(source, target, shallow=False):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, beside)
    beside.replace(target)


def _locked_versions(project: Path) -> dict[str, str]:
    lock = project / "package-lock.json"
    if not lock.is_file():
        raise AssetsError(f"There is no package-lock.json in {project}")
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    return {
        name.removeprefix("node_modules/"): str(entry.get("version", ""))
        for name, entry in packages.items()
        if name.startswith("node_modules/")
    }


def _installed_version(root: Path, name: str) -> str:
    manifest = root / "package.json"
    if not manifest.is_file():
        raise AssetsError(f"{name} is not installed. Run `npm ci` in {root.parents[name.count('/') + 1]}.")
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


def main() -> int:
    """Run from the command line; 0 when all assets are in place."""
    try:
        lines = build()
    except AssetsError as error:
        print(f"assets: {error}", file=sys.stderr)  # noqa: T201 - this is a command
        return 1
    for line in lines:
        print(f"assets: {line}")  # noqa: T201 - this is a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
