"""The pages get the port that was asked for, or the next free one if none was."""

from __future__ import annotations

import socket

import pytest

from kimhub.core.operator_error import OperatorError
from kimhub.supervisor.address import ONLY_HERE, is_only_for_this_machine, listen, reach


@pytest.fixture
def taken():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_free_port_is_taken_as_asked():
    with listen("127.0.0.1", 0, exactly=True) as free:
        port = free.getsockname()[1]
    with listen("127.0.0.1", port, exactly=True) as listener:
        assert listener.getsockname()[1] == port
        with socket.create_connection(("127.0.0.1", port), 1):
            pass


def test_instead_of_a_taken_port_a_following_one_is_used(taken):
    with listen("127.0.0.1", taken, exactly=False) as listener:
        assert listener.getsockname()[1] != taken


def test_a_port_that_was_asked_for_is_not_exchanged(taken):
    with pytest.raises(OperatorError, match=f"Port {taken} ist belegt.*KIMHUB_PORT"):
        listen("127.0.0.1", taken, exactly=True)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(OperatorError, match=r"Die Adresse 192\.0\.2\.1 lässt sich nicht öffnen"):
        listen("192.0.2.1", 8080, exactly=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_on_loopback_it_says_that_nobody_else_comes_in(host):
    with listen(host, 0, exactly=True) as listener:
        assert is_only_for_this_machine(listener)
        assert reach(listener) == ONLY_HERE


@pytest.mark.parametrize("host", ["0.0.0.0", ""])
def test_elsewhere_it_warns_and_shows_the_way_out(host):
    with listen(host, 0, exactly=True) as listener:
        port = listener.getsockname()[1]
        assert not is_only_for_this_machine(listener)
        said = reach(listener)
    for part in (
        "Achtung: KIMHub hört auf 0.0.0.0",
        "nginx",
        "docs/betrieb.md",
        f"ssh -L {port}:localhost:{port}",
    ):
        assert part in said
