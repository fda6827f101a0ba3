"""Notes every name look-up and connection of this process, by the interpreter's own hook."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

_EVENTS: Final = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
)
_HEARD: list[str] = []
_STATE = {"listening": False, "installed": False}


@contextmanager
def listening() -> Generator[list[str]]:
    """Yield the hosts that are asked for while the block lasts; loopback addresses are left out."""
    if not _STATE["installed"]:
        # A hook cannot be taken off again, so there is one, and it can be told to be quiet.
        sys.addaudithook(_hear)
        _STATE["installed"] = True
    _HEARD.clear()
    heard: list[str] = []
    _STATE["listening"] = True
    try:
        yield heard
    finally:
        _STATE["listening"] = False
        heard.extend(_HEARD)


def _hear(event: str, args: tuple[object, ...]) -> None:
    if not _STATE["listening"] or event not in _EVENTS:
        return
    address = args[0] if event.startswith("socket.get") else args[1]
    host = str(address[0] if isinstance(address, tuple) else address)  # pyright: ignore[reportUnknownArgumentType] - whatever was passed
    if host not in {"127.0.0.1", "::1", "localhost"}:
        _HEARD.append(host)
