"""Settings come from KIMHUB_* variables; each mistake is named with its cure, all of them at once."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from kimhub.core.layout import PROJECT
from kimhub.core.settings import Environment, LogFormat, Settings, SettingsError, SmtpSecurity

PRODUCTION = {
    "KIMHUB_ENVIRONMENT": "production",
    "KIMHUB_DATABASE_URL": "postgresql://kimhub_app:pw@db:5432/kimhub",
    "KIMHUB_REDIS_URL": "redis://redis:6379/0",
    "KIMHUB_SECRET_KEY": "k" * 32,
    "KIMHUB_JWT_KEY_FILE": "/run/secrets/jwt_key.pem",
    "KIMHUB_BASE_URL": "https://kim.example.nrw/",
}


def settings(**variables: str) -> Settings:
    return Settings.from_environ({f"KIMHUB_{name}": value for name, value in variables.items()})


def problems(environ: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ(environ)
    return "\n".join(refused.value.problems)


def test_without_any_variable_everything_is_embedded_below_var():
    read = Settings.from_environ({})
    assert read.environment is Environment.EMBEDDED
    assert read.var == PROJECT / "var"
    assert read.embedded_postgres
    assert read.embedded_redis
    assert "kimhub_app@" in read.database_url
    assert "kimhub_owner@" in read.owner_url()
    assert "kimhub_relay@" in read.relay_url()
    assert read.redis_url.startswith("unix://")
    assert read.base_url == "http://localhost:8080"
    assert read.mail_directory == PROJECT / "var" / "mail"
    assert not read.secure_cookies


def test_reading_settings_writes_nothing(tmp_path):
    assert settings(VAR=str(tmp_path / "var")).var == tmp_path / "var"
    assert list(tmp_path.iterdir()) == []


def test_every_command_means_the_same_var_wherever_it_is_called(tmp_path, monkeypatch):
    here = [settings(), settings(VAR="data/var", JWT_KEY_FILE="keys/jwt.pem"), settings(VAR=str(tmp_path))]
    monkeypatch.chdir(tmp_path)
    there = [settings(), settings(VAR="data/var", JWT_KEY_FILE="keys/jwt.pem"), settings(VAR=str(tmp_path))]
    assert here == there
    assert here[1].jwt_key_file == PROJECT / "keys" / "jwt.pem"
    assert here[2].var == tmp_path


def test_production_reads_given_servers():
    read = Settings.from_environ(PRODUCTION)
    assert read.database_url == "postgresql+psycopg://kimhub_app:pw@db:5432/kimhub"
    assert not read.embedded_postgres
    assert not read.embedded_redis
    assert read.base_url == "https://kim.example.nrw"
    assert read.trusted_hosts == ("kim.example.nrw",)
    assert read.secure_cookies
    assert read.log_format is LogFormat.JSON


@pytest.mark.parametrize("prefix", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_a_database_address_gets_the_driver(prefix):
    read = Settings.from_environ(PRODUCTION | {"KIMHUB_DATABASE_URL": f"{prefix}://kimhub_app@db/kimhub"})
    assert read.database_url == "postgresql+psycopg://kimhub_app@db/kimhub"


@pytest.mark.parametrize(
    "name",
    ["DATABASE_URL", "REDIS_URL", "SECRET_KEY", "JWT_KEY_FILE", "BASE_URL"],
)
def test_production_names_what_is_missing(name):
    without = {key: value for key, value in PRODUCTION.items() if key != f"KIMHUB_{name}"}
    assert f"KIMHUB_{name} is missing" in problems(without)


def test_an_empty_variable_counts_as_not_set():
    assert "KIMHUB_REDIS_URL is missing" in problems(PRODUCTION | {"KIMHUB_REDIS_URL": " "})
    assert settings(PORT="").port == 8080


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "80a", "from 1 to 65535"),
        ("PORT", "0", "from 1 to 65535"),
        ("PORT", "²", "from 1 to 65535"),
        ("PROXY_HOPS", "-1", "from 0 to 9"),
        ("MAX_UPLOAD_MB", "0", "from 1 to 1024"),
        ("JOB_MEMORY_MB", "512", "from 1024 to 65536"),
        ("JOB_CPU_SECONDS", "0", "from 1 to 86400"),
        ("LOG_LEVEL", "verbose", "DEBUG, INFO, WARNING, ERROR"),
        ("LOG_FORMAT", "xml", "json, console"),
        ("ENVIRONMENT", "staging", "embedded, production"),
        ("SECRET_KEY", "short", "at least 32 characters"),
        ("BASE_URL", "kim.example.nrw", "https://kim.example.nrw"),
        ("BASE_URL", "https://example.nrw/kim", "must not have a path"),
        ("REDIS_URL", "http://redis", "redis://"),
        ("DATABASE_URL", "sqlite:///kimhub.db", "must begin with postgresql://"),
        ("DATABASE_URL", "not an address", "postgresql://role:password@host"),
        ("DATABASE_URL", "postgresql://postgres@db/kimhub", "must sign in as kimhub_app"),
        ("DATABASE_URL", "postgresql://kimhub_app@db", "must name the database"),
        ("DATABASE_OWNER_URL", "postgresql://kimhub_app@db/kimhub", "must sign in as kimhub_owner"),
        ("DATABASE_RELAY_URL", "postgresql://kimhub_app@db/kimhub", "must sign in as kimhub_relay"),
        ("TRUSTED_HOSTS", "https://kim.example.nrw", "without port"),
        ("TRUSTED_HOSTS", "kim.example.nrw:443", "without port"),
        ("SMTP_URL", "mail.example.nrw", "smtp://"),
        ("SMTP_URL", "smtp://mail.example.nrw?tls", "smtp://"),
        ("SMTP_URL", "smtp://kim:pw@mail.example.nrw", "password in the clear"),
        ("SMTP_URL", "smtp://mail.example.nrw:port", "as its port"),
        ("REDIS_URL", "redis://redis:99999", "as its port"),
        ("DATABASE_URL", "postgresql://kimhub_app@db:five/kimhub", "postgresql://role:password@host"),
        ("MAIL_FROM", "KIMHub", "must be a mail address"),
    ],
)
def test_an_invalid_value_is_named_with_its_cure(name, value, says):
    said = problems(PRODUCTION | {f"KIMHUB_{name}": value})
    assert f"KIMHUB_{name} " in said
    assert says in said


def test_all_problems_are_told_at_once():
    said = problems({"KIMHUB_PORT": "x", "KIMHUB_LOG_LEVEL": "x", "KIMHUB_COLOUR": "blue"})
    assert [line.split()[0] for line in said.splitlines()] == [
        "KIMHUB_COLOUR",
        "KIMHUB_LOG_LEVEL",
        "KIMHUB_PORT",
    ]


def test_an_unknown_variable_is_refused_with_the_likely_name():
    assert "did you mean KIMHUB_DATABASE_URL?" in problems({"KIMHUB_DATABSE_URL": "x"})


def test_variables_of_others_and_of_the_tests_are_left_alone():
    assert Settings.from_environ({"HOME": "/root", "KIMHUB_TEST_DATABASE_ADMIN_URL": "x"}).port == 8080


def test_roles_of_a_given_database_belong_together_in_embedded_mode():
    alone = problems({"KIMHUB_DATABASE_URL": "postgresql://kimhub_app@db/kimhub"})
    assert "KIMHUB_DATABASE_OWNER_URL is missing" in alone
    assert "KIMHUB_DATABASE_RELAY_URL is missing" in alone
    headless = problems({"KIMHUB_DATABASE_OWNER_URL": "postgresql://kimhub_owner@db/kimhub"})
    assert "KIMHUB_DATABASE_URL is missing" in headless


def test_a_web_process_needs_no_owner_and_says_so_when_it_is_used():
    read = Settings.from_environ(PRODUCTION)
    with pytest.raises(SettingsError, match="KIMHUB_DATABASE_OWNER_URL"):
        read.owner_url()
    with pytest.raises(SettingsError, match="KIMHUB_DATABASE_RELAY_URL"):
        read.relay_url()


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtp://localhost", 25, SmtpSecurity.NONE),
        ("smtp://kim%40kreis:p%2Fw@mail?starttls", 587, SmtpSecurity.STARTTLS),
        ("smtps://mail", 465, SmtpSecurity.TLS),
        ("smtp://mail:2525?starttls", 2525, SmtpSecurity.STARTTLS),
    ],
)
def test_the_mail_server_is_read_from_its_address(url, port, security):
    smtp = settings(SMTP_URL=url, MAIL_FROM="kim@kreis.example").smtp
    assert smtp is not None
    assert (smtp.port, smtp.security) == (port, security)
    if "@kreis" in url or "%40" in url:
        assert (smtp.username, smtp.password) == ("kim@kreis", "p/w")


def test_a_mail_server_needs_a_sender():
    assert "KIMHUB_MAIL_FROM is missing" in problems({"KIMHUB_SMTP_URL": "smtp://localhost"})


def test_no_secret_shows_in_the_representation():
    read = Settings.from_environ(
        PRODUCTION
        | {
            "KIMHUB_DATABASE_URL": "postgresql://kimhub_app:hidden1@db/kimhub",
            "KIMHUB_REDIS_URL": "redis://:hidden2@redis",
            "KIMHUB_SECRET_KEY": "hidden3" * 8,
            "KIMHUB_SMTP_URL": "smtps://kim:hidden4@mail",
            "KIMHUB_MAIL_FROM": "kim@kreis.example",
        }
    )
    assert "hidden" not in repr(read)


def test_the_own_secret_is_made_once_for_its_owner_only(tmp_path):
    first = settings(VAR=str(tmp_path)).secret_key
    assert len(first) >= 32
    assert settings(VAR=str(tmp_path)).secret_key == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"], "no draft is left behind"


def test_processes_that_start_together_agree_on_one_secret(tmp_path):
    read = settings(VAR=str(tmp_path))
    barrier, found = threading.Barrier(8), []

    def start() -> None:
        barrier.wait()
        found.append(read.secret_key)

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_secret_file_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "secret_key").mkdir()
    with pytest.raises(SettingsError, match=r"KIMHUB_SECRET_KEY is not set and .*secret_key cannot be used"):
        _ = settings(VAR=str(tmp_path)).secret_key


def test_a_truncated_secret_file_is_not_accepted(tmp_path):
    (tmp_path / "secret_key").write_text("short\n")
    with pytest.raises(SettingsError, match="at least 32 characters"):
        _ = settings(VAR=str(tmp_path)).secret_key


def test_the_signing_key_is_made_once_in_embedded_mode(tmp_path):
    key = settings(VAR=str(tmp_path)).signing_key()
    assert key.startswith("-----BEGIN PRIVATE KEY-----")
    assert settings(VAR=str(tmp_path)).signing_key() == key
    assert stat.S_IMODE((tmp_path / "jwt_key.pem").stat().st_mode) == 0o600


def test_production_never_makes_a_signing_key(tmp_path):
    file = tmp_path / "jwt.pem"
    read = Settings.from_environ(PRODUCTION | {"KIMHUB_JWT_KEY_FILE": str(file)})
    with pytest.raises(SettingsError, match="KIMHUB_JWT_KEY_FILE"):
        read.signing_key()
    assert not file.exists()


def test_the_real_environment_is_the_default(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("KIMHUB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KIMHUB_PORT", "9001")
    assert Settings.from_environ().port == 9001
    assert isinstance(Settings.from_environ().var, Path)
