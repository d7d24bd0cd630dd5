"""The address that people open in the browser, and who can open it."""

from __future__ import annotations

import errno
import ipaddress
import socket

from kimhub.core.operator_error import OperatorError

OTHER_PORTS = 100
"""How many following ports are tried before any free one is taken."""
ONLY_HERE = "Erreichbar nur von diesem Rechner aus."
FROM_ELSEWHERE = """\
Achtung: KIMHub hört auf {host}, also auch für andere Rechner. So ist es nur zum Ausprobieren in einem Netz, dem Sie
trauen: Ohne https liest jeder dort mit, und wer langsam sendet, hält alle auf. Für andere gehört nginx davor
(docs/betrieb.md, „Einrichten mit compose“). Um es von einem anderen Rechner aus anzusehen, genügt ohne KIMHUB_HOST dort
der Befehl  ssh -L {port}:localhost:{port} DIESER-RECHNER"""


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


def is_only_for_this_machine(listener: socket.socket) -> bool:
    """Tell whether nobody else can reach the socket."""
    return ipaddress.ip_address(listener.getsockname()[0]).is_loopback


def reach(listener: socket.socket) -> str:
    """Say who can open the pages: this machine, or others too, and then what is missing for that."""
    if is_only_for_this_machine(listener):
        return ONLY_HERE
    host, port = listener.getsockname()[:2]
    return FROM_ELSEWHERE.format(host=host, port=port)


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
