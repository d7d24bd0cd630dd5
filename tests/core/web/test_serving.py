"""Assets: addresses that change with the content, long caches, compression, and nothing outside the folder."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kimhub.core.web import assets, serving

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def address(sample: Flask) -> str:
    with sample.test_request_context():
        return serving.asset("kimhub.css")


def test_an_asset_is_kept_for_a_year_under_its_digest(client: FlaskClient, address: str) -> None:
    answer = client.get(address, buffered=True)
    assert answer.status_code == 200
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_another_digest_is_kept_for_a_minute(client: FlaskClient) -> None:
    answer = client.get("/assets/000000000000/kimhub.css", buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_text_is_compressed_for_those_who_take_it(client: FlaskClient, address: str) -> None:
    plain = client.get(address, buffered=True)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.mimetype == "text/css"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert (
        "Content-Encoding"
        not in client.get(address, headers={"Accept-Encoding": "gzip;q=0"}, buffered=True).headers
    )


def test_a_font_is_sent_as_it_is(client: FlaskClient, address: str) -> None:
    font = address.replace("kimhub.css", "vendor/fonts/FiraSans-Regular.woff2")
    answer = client.get(font, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
    assert answer.data[:4] == b"wOF2"


@pytest.mark.parametrize(
    "name", ["../frame.py", "%2e%2e/frame.py", "vendor/../../frame.py", "/etc/passwd", "", "x.css"]
)
def test_nothing_outside_the_folder_is_sent(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/000000000000/{name}", follow_redirects=True).status_code == 404


def test_the_digest_follows_names_and_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    first = serving.digest(tmp_path)
    (tmp_path / "a.css").write_text("b{}")
    second = serving.digest(tmp_path)
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    assert len({first, second, serving.digest(tmp_path)}) == 3


def installed(folder: Path, version: str = "1.0.0", *, locked: str = "1.0.0") -> Path:
    """Make a project in which every package is installed."""
    lock: dict[str, dict[str, str]] = {}
    for package in assets.PACKAGES:
        root = folder / "node_modules" / package.name
        for source in package.files:
            (root / source).parent.mkdir(parents=True, exist_ok=True)
            (root / source).write_text(source)
        (root / "package.json").write_text(json.dumps({"version": version}))
        lock[f"node_modules/{package.name}"] = {"version": locked}
    (folder / "package-lock.json").write_text(json.dumps({"packages": lock}))
    return folder


def test_the_assets_are_copied_and_what_is_left_over_goes(tmp_path: Path) -> None:
    vendor = tmp_path / "vendor"
    vendor.mkdir()
    (vendor / "alt.js").write_text("")
    assets.build(installed(tmp_path), vendor)
    assert {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()} == {
        target for package in assets.PACKAGES for target in package.files.values()
    }


def test_another_version_than_the_lock_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsError, match="Run `npm ci`"):
        assets.build(installed(tmp_path, "1.0.0", locked="1.0.1"), tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    project = installed(tmp_path)
    (project / "node_modules" / "htmx.org" / "package.json").unlink()
    with pytest.raises(assets.AssetsError, match=r"htmx\.org is not installed"):
        assets.build(project, tmp_path / "vendor")


def test_the_lock_names_hashes_and_no_address() -> None:
    lock = json.loads((PROJECT / "package-lock.json").read_text(encoding="utf-8"))
    packages = [entry for name, entry in lock["packages"].items() if name]
    assert packages
    assert all(entry["integrity"].startswith("sha512-") and "resolved" not in entry for entry in packages)


def test_every_class_of_a_template_has_its_style() -> None:
    css = (serving.STATIC / "kimhub.css").read_text(encoding="utf-8")
    styled = set(re.findall(r"\.(kh-[a-z0-9_-]+)", css))
    for template in (PROJECT / "kimhub").rglob("templates/**/*.html"):
        for name in re.findall(r"kh-[a-z0-9_-]+", template.read_text(encoding="utf-8")):
            complete = not name.endswith(("-", "_"))  # else the template goes on with a value
            found = name in styled if complete else any(one.startswith(name) for one in styled)
            assert found, f"{template.name}: {name}"


def test_the_style_sheet_names_no_colour_of_its_own() -> None:
    """Colours come from KERN's tokens, or the dark scheme would have holes."""
    css = (serving.STATIC / "kimhub.css").read_text(encoding="utf-8")
    for line in css.splitlines():
        assert not any(mark in line for mark in (": #", "rgb(", "hsl(", "oklch(")), line
