"""The arrangement of production on this machine: nginx with the file of deploy/nginx, and gunicorn behind it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from kimhub.core.layout import PROJECT
from kimhub.embedded.account import ServerAccount
from kimhub.embedded.processes import stop_server, wait_until_ready
from tests.support.parts import nginx

TEMPLATE = PROJECT / "deploy" / "nginx" / "kimhub.conf.template"
ANSWERS = (TEMPLATE.with_name("seite.html"), TEMPLATE.with_name("problem.json"))
SECONDS = 120
"""What a start may take on a busy machine."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def filled(template: str, values: Mapping[str, str]) -> str:
    """Fill in as the image does: ${NAME} of the environment, nothing else."""
    return re.sub(r"\$\{(EDGE_\w+)\}", lambda match: values[match[1]], template)


def answers(port: int, path: str, host: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with closing(connection), suppress(OSError, http.client.HTTPException):
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


@contextmanager
def gunicorn(environ: Mapping[str, str], port: int) -> Iterator[Path]:
    """Run the web process as production does, one process of it; yield its log."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KIMHUB_")}
    variables = {**inherited, **environ, "KIMHUB_PORT": str(port), "WEB_CONCURRENCY": "1"}
    with tempfile.TemporaryDirectory(prefix="kimhub-web-") as directory:
        log = Path(directory) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "wsgi:application"],
                stdout=output, stderr=subprocess.STDOUT, cwd=PROJECT, env=variables,
            )  # fmt: skip
        try:
            host = re.sub(r"^\w+://", "", environ["KIMHUB_BASE_URL"])
            wait_until_ready(
                process, lambda: answers(port, "/healthz", host), seconds=SECONDS, name="gunicorn", log=log
            )
            yield log
        finally:
            stop_server(process, end_signal=signal.SIGTERM)


@contextmanager
def in_front(upstream: int, port: int, template: str | None = None, **values: str) -> Iterator[Path]:
    """Run nginx before the web process on `upstream`; yield the file with all it says.

    `template` is another text than that of the file (to see a test fail), `values` are others than usual.
    """
    account = ServerAccount.for_this_process()
    with tempfile.TemporaryDirectory(prefix="kimhub-nginx-") as directory:
        place = Path(directory).resolve()
        account.own_directory(place / "run")
        account.let_through(place / "run")
        pages = place / "pages"
        pages.mkdir(mode=0o755)
        for page in ANSWERS:
            (pages / page.name).write_bytes(page.read_bytes())
            (pages / page.name).chmod(0o644)
        configuration = place / "kimhub.conf"
        configuration.write_text(
            filled(
                template or TEMPLATE.read_text(),
                {
                    "EDGE_DIRECTORY": str(place / "run"),
                    "EDGE_PAGES": str(pages),
                    "EDGE_LISTEN": f"127.0.0.1:{port}",
                    "EDGE_UPSTREAM": f"127.0.0.1:{upstream}",
                    "EDGE_RESOLVER": "127.0.0.1",
                    "EDGE_NETWORK": "127.0.3.0/24",
                    "EDGE_FRONT": "127.0.4.1",
                    "EDGE_UPLOAD_MB": "20",
                    **values,
                },
            )
        )
        configuration.chmod(0o644)
        log = place / "log"
        with log.open("wb") as output:
            log.chmod(0o666)  # nginx opens /dev/stdout anew, as its own account
            process = subprocess.Popen(
                [nginx(), "-e", "stderr", "-c", configuration, "-g", "daemon off;"],
                stdout=output, stderr=subprocess.STDOUT, cwd=place / "run",
                user=account.change_uid, group=account.change_gid, extra_groups=account.change_groups,
            )  # fmt: skip
        try:
            wait_until_ready(
                process, lambda: answers(port, "/_kimhub/healthz", "x"), seconds=20, name="nginx", log=log
            )
            yield log
        finally:
            stop_server(process, end_signal=signal.SIGTERM)
