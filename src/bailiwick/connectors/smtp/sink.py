"""A mail server on loopback that keeps what it is given and passes nothing on; for the demo."""

import socket
from typing import Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bailiwick.domain.fault import SettingsFault

LOOPBACK: Final = "127.0.0.1"
READY_SECONDS_MAX: Final = 20.0  # ours: a busy machine starts a thread within seconds


class UnableToServeMail(SettingsFault):
    """The local mail server did not start."""


class LocalSink:
    """Speaks SMTP to whoever connects from this machine."""

    def __init__(self) -> None:
        self._kept = _Kept()
        self._controller = Controller(
            self._kept, hostname=LOOPBACK, port=_free_port(), ready_timeout=READY_SECONDS_MAX
        )

    def start(self) -> str:
        """Listen, and return the URL that settings would name. Raises UnableToServeMail."""
        try:
            self._controller.start()
        except (OSError, TimeoutError) as error:
            message = f"the local mail server did not start: {error}; run it again"
            raise UnableToServeMail(message) from error
        return f"smtp://{LOOPBACK}:{self._controller.port}"

    @property
    def delivered(self) -> tuple[bytes, ...]:
        """Every mail that was taken, as it came over the wire, oldest first."""
        return tuple(self._kept.mails)

    def close(self) -> None:
        """Stop listening."""
        self._controller.stop()


class _Kept:
    """What aiosmtpd calls."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep one mail."""
        del server, session
        assert isinstance(envelope.content, bytes), "without decode_data it is bytes"
        self.mails.append(envelope.content)
        return "250 kept"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
