"""The parsing child: reads batches of raw messages from its input, writes one result for each.

It starts with an empty environment and limits itself before it reads a byte: address space, no new
files or processes, and processor time for each message; beyond them the kernel ends it.
"""

import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from bailiwick.connectors.mailbox.limits import CPU_SECONDS_MAX, MEMORY_BYTES_MAX
from bailiwick.connectors.mailbox.parse import parse
from bailiwick.connectors.mailbox.wire import (
    LENGTH_BYTES,
    batch_content,
    frame_length,
    result_frame,
)
from bailiwick.domain.message import ParsedMail


def limit_self() -> None:
    """Give up what parsing does not need; a platform without a limit keeps the others."""
    limits = (
        (resource.RLIMIT_AS, MEMORY_BYTES_MAX),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    )
    for limit, most in limits:
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def serve(source: BinaryIO, sink: BinaryIO, read: Callable[[bytes], ParsedMail]) -> None:
    """Answer batches until the input ends."""
    while prefix := source.read(LENGTH_BYTES):  # ends with the parent
        for raw in batch_content(source.read(frame_length(prefix))):
            # ITIMER_PROF counts processor time; its signal, unhandled, ends the process.
            signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS_MAX)
            frame = result_frame(read(raw))
            signal.setitimer(signal.ITIMER_PROF, 0)
            sink.write(frame)
            sink.flush()


def main() -> None:
    """Run the child on standard input and output."""
    limit_self()
    serve(sys.stdin.buffer, sys.stdout.buffer, parse)


if __name__ == "__main__":
    main()
