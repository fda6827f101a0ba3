"""Keeps parsing children alive and gives every message exactly one result, in order.

A child reads a whole batch before it answers, so the parent may write to several children and then
read: no pipe can fill up from both sides.
"""

import os
import select
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final, Self

from pydantic import ValidationError

from bailiwick.connectors.mailbox.limits import WALL_SECONDS_MAX
from bailiwick.connectors.mailbox.parse import quarantined
from bailiwick.connectors.mailbox.wire import (
    FRAME_BYTES_MAX,
    LENGTH_BYTES,
    batch_frame,
    frame_length,
    result_content,
)
from bailiwick.domain.message import ParsedMail
from bailiwick.kit.clock import SystemClock
from bailiwick.ports.mail_source import RAW_BYTES_MAX, RawMail

BATCH_MAILS_MAX: Final = 64  # ours: enough to hide the cost of a round trip
BATCH_BYTES_MAX: Final = 2 * 1024 * 1024  # ours: bounds memory on both sides
ATTEMPTS_COUNT_MAX: Final = 2  # a mail that kills its child is tried once more, alone
RECYCLE_AFTER_MAILS: Final = 20_000  # ours: a child is replaced before its memory can grow
_READ_BYTES: Final = 256 * 1024  # ours
_PIPE_BYTES: Final = 64 * 1024  # the usual size of a pipe
_END_SECONDS_MAX: Final = 5  # ours: a killed process is gone long before

COMMAND: Final = (sys.executable, "-I", "-m", "bailiwick.connectors.mailbox.child")
"""Isolated: no environment, no user site, no current folder on the path."""


class Loss(StrEnum):
    """How a child can be lost; the value is the defect's name."""

    DIED = "parser_died"
    TIMED_OUT = "parser_timed_out"
    MALFORMED = "parser_answer_malformed"


class ChildDied(Exception):
    """The child ended, fell silent, or answered nonsense."""

    def __init__(self, loss: Loss) -> None:
        super().__init__(loss.value)
        self.loss = loss


class ParserChild:
    """One parsing process; started on first use, started again after it died."""

    def __init__(
        self, *, command: Sequence[str] = COMMAND, wall_seconds_max: float = WALL_SECONDS_MAX
    ) -> None:
        self._command = tuple(command)
        self._wall_seconds_max = wall_seconds_max
        self._clock = SystemClock()
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()
        self._mails_count = 0

    @property
    def pid(self) -> int | None:
        """The process id while it lives."""
        return self._process.pid if self._process else None

    def ask(self, raws: Sequence[bytes]) -> None:
        """Hand over a batch. Raises ChildDied."""
        if self._mails_count > RECYCLE_AFTER_MAILS:
            self.close()
        process = self._process or self._start()
        self._mails_count += len(raws)
        assert process.stdin is not None
        descriptor = process.stdin.fileno()
        until = self._clock.monotonic() + self._wall_seconds_max
        rest = memoryview(batch_frame(raws))
        while rest:  # ends by bytes, by a broken pipe or by the deadline
            left = until - self._clock.monotonic()
            if not _ready(descriptor, select.POLLOUT, seconds=left):
                raise self._died(Loss.TIMED_OUT)
            try:
                rest = rest[os.write(descriptor, rest[:_PIPE_BYTES]) :]
            except OSError as error:
                raise self._died(Loss.DIED) from error

    def answer(self) -> ParsedMail:
        """Return the next result. Raises ChildDied."""
        until = self._clock.monotonic() + self._wall_seconds_max
        length = frame_length(self._take(LENGTH_BYTES, until=until))
        if length > FRAME_BYTES_MAX:
            raise self._died(Loss.MALFORMED)
        content = self._take(length, until=until)
        try:
            return result_content(content)
        except ValidationError as error:
            raise self._died(Loss.MALFORMED) from error

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait(timeout=_END_SECONDS_MAX)

    def _start(self) -> subprocess.Popen[bytes]:
        self._buffer.clear()
        self._mails_count = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            bufsize=0,
        )
        assert self._process.stdin is not None
        os.set_blocking(self._process.stdin.fileno(), False)
        return self._process

    def _take(self, length: int, *, until: float) -> bytes:
        """Read exactly this many bytes before the deadline."""
        process = self._process
        if process is None or process.stdout is None:
            raise self._died(Loss.DIED)
        descriptor = process.stdout.fileno()
        while len(self._buffer) < length:  # ends by bytes, by end of file or by the deadline
            left = until - self._clock.monotonic()
            if not _ready(descriptor, select.POLLIN, seconds=left):
                raise self._died(Loss.TIMED_OUT)
            content = os.read(descriptor, _READ_BYTES)
            if not content:
                raise self._died(Loss.DIED)
            self._buffer += content
        taken = bytes(self._buffer[:length])
        del self._buffer[:length]
        return taken

    def _died(self, loss: Loss) -> ChildDied:
        self.close()
        return ChildDied(loss)


@dataclass(slots=True)
class _Batch:
    """A batch on its way through one child."""

    child: ParserChild
    mails: list[RawMail]
    loss: Loss | None = None
    """Why the child is gone, when it is."""

    def answer(self) -> ParsedMail:
        """Return the next result. Raises ChildDied."""
        if self.loss:
            raise ChildDied(self.loss)
        return self.child.answer()


@dataclass(slots=True)
class _Gathering:
    """Mails that will make the next batch."""

    mails: list[RawMail] = field(default_factory=list[RawMail])
    size_bytes: int = 0

    @property
    def full(self) -> bool:
        """Whether the batch should go."""
        return len(self.mails) >= BATCH_MAILS_MAX or self.size_bytes >= BATCH_BYTES_MAX


class ParserPool:
    """A few children in turn; implements `MailParser`."""

    def __init__(
        self,
        *,
        children_count: int = 2,
        command: Sequence[str] = COMMAND,
        wall_seconds_max: float = WALL_SECONDS_MAX,
    ) -> None:
        assert children_count > 0, children_count
        self._children = [
            ParserChild(command=command, wall_seconds_max=wall_seconds_max)
            for _ in range(children_count)
        ]

    def parse_all(self, mails: Iterable[RawMail]) -> Iterator[tuple[RawMail, ParsedMail]]:
        """Yield every mail with its one result, in order; one caller at a time."""
        free = deque(self._children)
        flying: deque[_Batch] = deque()
        try:
            for batch in _batches(mails):
                if not free:
                    done = flying.popleft()
                    yield from self._results(done)
                    free.append(done.child)
                flying.append(self._sent(free.popleft(), batch))
            while flying:  # shrinks each turn
                yield from self._results(flying.popleft())
        finally:
            # A caller that stops early leaves answers in the pipes: those children start afresh.
            if flying or len(free) < len(self._children):
                self.close()

    def parse(self, raw: bytes) -> ParsedMail:
        """Read one message."""
        mail = RawMail(raw=raw, size_bytes=len(raw), folder="", external_id="")
        ((_, parsed),) = self.parse_all([mail])
        return parsed

    def close(self) -> None:
        """End the children; the pool can be used again."""
        for child in self._children:
            child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def _sent(child: ParserChild, mails: list[RawMail]) -> _Batch:
        batch = _Batch(child, mails)
        try:
            child.ask([m.raw for m in mails if not _too_large(m)])
        except ChildDied as died:
            batch.loss = died.loss
        return batch

    def _results(self, batch: _Batch) -> Iterator[tuple[RawMail, ParsedMail]]:
        rest = deque(batch.mails)
        while rest:  # shrinks each turn
            mail = rest.popleft()
            if _too_large(mail):
                yield mail, quarantined(sha256(mail.raw).hexdigest(), "size_exceeded")
                continue
            try:
                result = batch.answer()
            except ChildDied as died:
                result = self._alone(batch.child, mail, loss=died.loss)
                batch.loss = self._sent(batch.child, list(rest)).loss if rest else None
            yield mail, _checked(mail, result)

    @staticmethod
    def _alone(child: ParserChild, mail: RawMail, *, loss: Loss) -> ParsedMail:
        """Try a mail that lost its child once more, in a fresh one."""
        for _ in range(ATTEMPTS_COUNT_MAX - 1):
            try:
                child.ask([mail.raw])
                return child.answer()
            except ChildDied as died:
                loss = died.loss
        return quarantined(sha256(mail.raw).hexdigest(), loss.value)


def _batches(mails: Iterable[RawMail]) -> Iterator[list[RawMail]]:
    gathering = _Gathering()
    for mail in mails:
        gathering.mails.append(mail)
        gathering.size_bytes += len(mail.raw)
        if gathering.full:
            yield gathering.mails
            gathering = _Gathering()
    if gathering.mails:
        yield gathering.mails


def _ready(descriptor: int, event: int, *, seconds: float) -> bool:
    """Wait until a pipe can be read or written; `poll`, because `select` stops at 1,024 files."""
    waiting = select.poll()
    waiting.register(descriptor, event)
    return seconds > 0 and bool(waiting.poll(seconds * 1000))


def _too_large(mail: RawMail) -> bool:
    return mail.size_bytes > len(mail.raw) or len(mail.raw) > RAW_BYTES_MAX


def _checked(mail: RawMail, result: ParsedMail) -> ParsedMail:
    """Take no answer for another message than the one that was asked about."""
    digest = sha256(mail.raw).hexdigest()
    return result if result.raw_sha256 == digest else quarantined(digest, Loss.MALFORMED.value)
