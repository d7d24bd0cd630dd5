"""How gunicorn serves the pages and the API. Found by gunicorn itself when started beside this file.

Threads, not green threads: the work is waiting for the database, and the measured worst case is the best
(ADR 19). `WEB_CONCURRENCY` sets the number of processes, else there is one per core.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from kimhub.core.settings import Environment, Settings

_settings = Settings.from_environ()
_embedded = _settings.environment is Environment.EMBEDDED

bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or len(os.sched_getaffinity(0)))
threads = 4
preload_app = False  # a connection pool must not be shared across a fork
timeout = 30
graceful_timeout = 10 if _embedded else 30
keepalive = 5  # longer than a proxy takes for its next request
# Against slow leaks. A new process needs seconds to start: far apart, so that never all start at once, and rarely, so
# that nobody can make them start by asking much.
max_requests = 50_000
max_requests_jitter = 50_000
limit_request_line = 8190  # nginx in front refuses longer ones with a page of ours (deploy/nginx)
forwarded_allow_ips = ""  # the application alone decides which proxies count (KIMHUB_PROXY_HOPS)
accesslog = None  # the application logs each request itself, with its ids and without personal data
loglevel = "warning" if _embedded else "info"
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108 — gunicorn makes a private file there
    worker_tmp_dir = "/dev/shm"  # noqa: S108 — a heartbeat on a slow disk looks like a hung worker


# Every process counts for itself; /metrics adds up what all of them keep in one directory. A process that
# takes the place of another goes on with its figures, so the directory does not grow with every exchange.


def on_starting(_server: Any) -> None:
    """Make the directory of the figures; prometheus-client finds it through this variable."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="kimhub-metrics-")


def on_exit(_server: Any) -> None:
    """Remove it."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def pre_fork(server: Any, worker: Any) -> None:
    """Give the process the first place that nobody has."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(number for number in count() if number not in taken)


def post_fork(_server: Any, worker: Any) -> None:
    """Count under the place instead of the process id, before the application is imported."""
    from prometheus_client import values  # noqa: PLC0415 — reads the variable above when it is imported

    values.ValueClass = values.MultiProcessValue(lambda: worker.place)  # type: ignore[no-untyped-call]
    gc.disable()  # until everything is imported, as in kimhub/core/loading.py


def post_worker_init(_worker: Any) -> None:
    """Look for garbage from now on, but not among what was imported: it stays."""
    gc.freeze()
    gc.enable()
