"""A real mail server in its own process: the external ledger that judges what was sent.

Each accepted mail is one line of a file, its id and recipient, on disk before the server says 250.
It takes its time on both sides of that write, so that a worker can die in every window.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

DELAY_SECONDS_MAX = 0.02  # ours: about as long as one delivery takes in the store
START_SECONDS_MAX = 20


@dataclass
class LedgerFolder:
    """Reads the ledger as the Sent folder of a provider that files what it accepts."""

    path: Path

    def message_ids(self) -> Counter[str]:
        """Count how often each Message-ID was accepted."""
        return Counter(line.split()[0] for line in self._lines())

    def recipients(self) -> Counter[str]:
        """Count how many mails were accepted for each address."""
        return Counter(address for line in self._lines() for address in line.split()[1:])

    def _lines(self) -> list[str]:
        return self.path.read_text("ascii").splitlines() if self.path.exists() else []

    def find_by_message_id(self, rfc_message_id: str) -> bool | None:
        """Tell whether the provider accepted it."""
        return rfc_message_id in self.message_ids()

    def close(self) -> None:
        """Nothing is open."""

    def append_sent(self, raw: bytes, *, rfc_message_id: str) -> bool:
        """Never asked for: the provider files by itself."""
        del raw, rfc_message_id
        raise NotImplementedError


class Ledger:
    """The handler that writes what it accepts."""

    def __init__(self, path: Path, seed: int) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        self._random = random.Random(seed)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Note a mail, then say yes."""
        del server, session
        assert isinstance(envelope.content, bytes)
        reference = message_from_bytes(envelope.content)["Message-ID"]
        await asyncio.sleep(self._random.uniform(0, DELAY_SECONDS_MAX))
        line = " ".join([str(reference), *envelope.rcpt_tos])
        os.write(self._file, f"{line}\n".encode("ascii"))
        os.fsync(self._file)
        await asyncio.sleep(self._random.uniform(0, DELAY_SECONDS_MAX))
        return "250 OK"


async def _serve(path: Path, seed: int) -> None:
    ledger = Ledger(path, seed)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(ledger, hostname="sink"), "127.0.0.1", 0)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stop.wait()
    server.close()


@contextlib.contextmanager
def running_sink(ledger: Path, *, seed: int) -> Generator[int]:
    """Start a mail server process and give its port."""
    command = [sys.executable, "-m", "bench.reliability.sink", str(ledger), "--seed", str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ledger", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(_serve(options.ledger, options.seed))


if __name__ == "__main__":
    main()
