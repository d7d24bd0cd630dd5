"""How gunicorn serves the pages and the API. Found by gunicorn itself when started beside this file.

Threads, not green threads: the work is waiting for the database, and the measured worst case is the best
(architecture.md §11). `WEB_CONCURRENCY` sets the number of processes, else there is one per core.
"""

from __future__ import annotations

import os
from pathlib import Path

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
max_requests = 5000
max_requests_jitter = 500
forwarded_allow_ips = ""  # the application alone decides which proxies count (KIMHUB_PROXY_HOPS)
accesslog = None  # the application logs each request itself, with its ids and without personal data
loglevel = "warning" if _embedded else "info"
control_socket_disable = True
if Path("/dev/shm").is_dir():  # noqa: S108 — gunicorn makes a private file there
    worker_tmp_dir = "/dev/shm"  # noqa: S108 — a heartbeat on a slow disk looks like a hung worker
