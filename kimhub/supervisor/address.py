"""The port that people open in the browser."""

from __future__ import annotations

import errno
import socket

from kimhub.core.operator_error import OperatorError

OTHER_PORTS = 100
"""How many following ports are tried before any free one is taken."""


def listen(host: str, port: int, *, exactly: bool) -> socket.socket:
    """Return a socket that listens on the port; where it is taken, on the next free one, unless `exactly`.

    The socket outlives a restart of the web process, so that nobody is turned away meanwhile.
    Raises OperatorError where the port is taken (`exactly`) or the address cannot be used at all.
    """
    candidates = [port] if exactly else [*range(port, min(port + OTHER_PORTS, 65536)), 0]
    for candidate in candidates:
        try:
            return _bound(host, candidate)
        except PermissionError as error:
            raise OperatorError(
                f"Port {candidate} darf nur root öffnen. Bitte wählen Sie KIMHUB_PORT ab 1024."
            ) from error
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise OperatorError(
                    f"Die Adresse {host} lässt sich nicht öffnen ({error.strerror})."
                ) from error
    raise OperatorError(
        f"Port {port} ist belegt. Bitte beenden Sie das andere Programm oder wählen Sie KIMHUB_PORT anders."
    )


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener
