"""Where the app listens: whether it can, what to open in a browser, whether it answers yet."""

import errno
import http.client
import socket
from typing import Final

from advisor.errors import InputError, Problem

__all__ = ["answers_at", "check_port", "shown_at"]

_EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - listened on only where the user says so


def check_port(port: int, address: str) -> None:
    """Raises InputError where nothing can listen there: the port is taken or not allowed, the address is not ours."""
    wrong = InputError([Problem("--address", repr(address), "an address of this computer, like localhost")])
    try:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            probe.listen()
    except PermissionError:
        raise InputError([Problem("--port", str(port), "a port from 1024 on, like 8501")]) from None
    except (socket.gaierror, UnicodeError):
        raise wrong from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise wrong from None
        other = f"endpoint-advisor app --port {port + 1 if port < 65535 else port - 1}"
        said = f"port {port} is used by another program; stop it or choose another port: {other}"
        raise InputError([Problem("", "", said)]) from None


def shown_at(port: int, address: str) -> str:
    """The address to open in a browser.

    >>> shown_at(8501, "0.0.0.0"), shown_at(8501, "::1")
    ('http://localhost:8501', 'http://[::1]:8501')
    """
    host = "localhost" if address in _EVERYWHERE else address
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def answers_at(port: int, address: str) -> bool:
    """Whether the app is served there, by its own word."""
    asked = http.client.HTTPConnection(_EVERYWHERE.get(address, address), port, timeout=1)
    try:
        asked.request("GET", "/_stcore/health")
        return asked.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        asked.close()
