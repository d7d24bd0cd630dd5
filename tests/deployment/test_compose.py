"""compose.yaml starts what `kimhub run` starts, with commands and settings that exist."""

from __future__ import annotations

import re

import pytest

from kimhub.core.settings import Environment, Settings, known_variables
from kimhub.supervisor.children import CHILDREN
from tests.deployment.support import ROOT, compose, dockerfile, resolve

OURS = {name: service for name, service in compose()["services"].items() if service.get("build")}
NGINX = compose()["services"]["nginx"]
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / "compose.env.example").read_text().splitlines()
    if line and not line.startswith("#")
)
OPTIONAL = set(re.findall(r"\$\{(\w+):-[^}]*\}", (ROOT / "compose.yaml").read_text()))
FILLED = {
    name: value if value or name in OPTIONAL else "0123456789abcdef0123456789abcdef"
    for name, value in EXAMPLE.items()
}


def substituted(value: object) -> str:
    """Fill in ${NAME}, ${NAME:?} and ${NAME:-default} as compose does."""

    def fill(match: re.Match[str]) -> str:
        name, default = match["name"], match["default"]
        return FILLED[name] or (default or "")

    return re.sub(r"\$\{(?P<name>\w+)(?::\?|:-(?P<default>[^}]*))?\}", fill, str(value))


def environment(service: str) -> dict[str, str]:
    """The variables of a service: those of the image and its own."""
    image = next(line for line in dockerfile() if line.startswith("ENV "))
    variables = dict(pair.split("=", 1) for pair in image.removeprefix("ENV ").split())
    return variables | {name: substituted(value) for name, value in OURS[service]["environment"].items()}


def test_the_same_processes_run_as_with_kimhub_run():
    one_shot = {"prepare", "migrate"}
    assert set(OURS) - one_shot == {child.name for child in CHILDREN}
    for child in CHILDREN:
        if not child.listens:
            assert OURS[child.name]["command"] == ["python", "-m", *child.module]


@pytest.mark.parametrize("service", [name for name in OURS if "command" in OURS[name]])
def test_every_command_exists(service):
    python, option, program, *arguments = OURS[service]["command"]
    assert (python, option, program) == ("python", "-m", "kimhub")
    resolve(arguments)


@pytest.mark.parametrize("service", OURS)
def test_every_service_starts_with_valid_settings(service):
    variables = environment(service)
    assert {name for name in variables if name.startswith("KIMHUB_")} <= known_variables()
    settings = Settings.from_environ(variables)
    assert settings.environment is Environment.PRODUCTION
    assert not settings.embedded_postgres


def test_every_setting_of_a_production_can_be_set():
    fixed_by_the_network = {"KIMHUB_HOST", "KIMHUB_PORT", "KIMHUB_TRUSTED_HOSTS", "KIMHUB_LOG_FORMAT"}
    settable = {name for service in OURS for name in environment(service)}
    assert known_variables() - settable == fixed_by_the_network


def test_each_service_knows_only_the_passwords_it_needs():
    holders = {
        name: {service for service in OURS if name in environment(service)}
        for name in known_variables()
        if re.fullmatch(r"KIMHUB_DATABASE_\w+_URL", name)
    }
    assert holders == {
        "KIMHUB_DATABASE_ADMIN_URL": {"prepare"},
        "KIMHUB_DATABASE_SIGNIN_URL": {"prepare", "web"},
        "KIMHUB_DATABASE_OWNER_URL": {"prepare", "migrate"},
        "KIMHUB_DATABASE_RELAY_URL": {"prepare", "relay"},
    }


def test_the_example_names_every_variable_and_no_other():
    used = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    assert used == set(EXAMPLE)


def test_no_secret_stands_in_the_files():
    for name, value in EXAMPLE.items():
        if "PASSWORD" in name or "SECRET" in name:
            assert value == ""
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert {"compose.env", "jwt_key.pem"} <= set(ignored)


def test_every_process_is_confined():
    for name, service in OURS.items():
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_pages_wait_for_migrations_and_are_reachable_from_this_machine_only():
    for name in ("web", "worker-short", "worker-long", "relay"):
        assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert OURS["migrate"]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    services = compose()["services"]
    assert [name for name, service in services.items() if service.get("ports")] == ["nginx"]
    assert [substituted(port) for port in NGINX["ports"]] == ["127.0.0.1:8080:8080"]
    assert NGINX["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_nginx_is_confined_and_fills_in_its_file_and_nothing_else():
    assert NGINX["read_only"]
    assert NGINX["cap_drop"] == ["ALL"]
    assert NGINX["security_opt"] == ["no-new-privileges:true"]
    assert NGINX["user"] == "101:101", "the account nginx in the image; no capability is needed to become it"
    filled = {
        name
        for name in NGINX["environment"]
        if name.startswith(NGINX["environment"]["NGINX_ENVSUBST_FILTER"])
    }
    template = (ROOT / "deploy/nginx/kimhub.conf.template").read_text()
    assert filled == set(re.findall(r"\$\{(\w+)\}", template))
    assert [volume.split(":")[0] for volume in NGINX["volumes"]] == [
        "./deploy/nginx/kimhub.conf.template",
        "./deploy/nginx",
    ]


def test_nginx_believes_the_network_of_these_containers_and_the_application_believes_nginx():
    (network,) = compose()["networks"]["default"]["ipam"]["config"]
    assert substituted(NGINX["environment"]["EDGE_NETWORK"]) == substituted(network["subnet"])
    assert all(environment(name)["KIMHUB_PROXY_HOPS"] == "1" for name in OURS)


def test_stopping_takes_no_longer_than_compose_waits():
    for child in CHILDREN:
        grace = OURS[child.name].get("stop_grace_period", "10s")
        assert float(grace.removesuffix("s")) >= child.seconds_to_stop
