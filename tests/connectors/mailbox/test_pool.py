import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bailiwick.connectors.mailbox.limits import MEMORY_BYTES_MAX
from bailiwick.connectors.mailbox.pool import BATCH_MAILS_MAX, ParserPool
from bailiwick.domain.message import Parse, ParsedMail
from bailiwick.ports.mail_source import RAW_BYTES_MAX, RawMail

MORTAL = """
import os, sys, time
from bailiwick.connectors.mailbox import child
from bailiwick.connectors.mailbox.parse import parse
def read(raw):
    if b"poison" in raw:
        os._exit(1)
    if b"asleep" in raw:
        time.sleep(60)
    if b"spin" in raw:
        while True: pass
    if b"hungry" in raw:
        bytearray(%d)
    if b"write" in raw:
        with open(__file__ + ".out", "w") as file:
            file.write("x" * 9)
    if b"liar" in raw:
        return parse(b"other")
    if b"babble" in raw:
        sys.stdout.buffer.write(b"\\x00\\x00\\x00\\x02{}")
    return parse(raw)
child.limit_self()
child.serve(sys.stdin.buffer, sys.stdout.buffer, read)
"""


def raw(text: str, *, size_bytes: int | None = None) -> RawMail:
    content = f"From: dana@acme.example\nSubject: {text}\n\n{text}\n".encode()
    return RawMail(
        raw=content,
        size_bytes=size_bytes or len(content),
        folder="INBOX",
        external_id=text,
    )


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ParserPool]:
    script: Path = tmp_path_factory.mktemp("child") / "mortal.py"
    script.write_text(MORTAL % (2 * MEMORY_BYTES_MAX), encoding="utf-8")
    with ParserPool(command=(sys.executable, "-I", str(script)), wall_seconds_max=8.0) as pool:
        yield pool


def parsed(pool: ParserPool, *texts: str) -> list[ParsedMail]:
    return [mail for _, mail in pool.parse_all(raw(text) for text in texts)]


class TestPool:
    def test_answers_every_mail_in_order(self) -> None:
        """More mails than one batch come back once each, beside their own raw mail."""
        count = 2 * BATCH_MAILS_MAX + 3
        with ParserPool() as pool:
            results = list(pool.parse_all(raw(f"mail {n}") for n in range(count)))
        assert [m.external_id for m, _ in results] == [f"mail {n}" for n in range(count)]
        assert all(m.external_id == parsed_mail.subject for m, parsed_mail in results)

    def test_reads_one_mail(self) -> None:
        """A single message is read without a source."""
        with ParserPool(children_count=1) as pool:
            assert pool.parse(raw("hello").raw).own_text == "hello"

    def test_quarantines_a_mail_that_is_too_large(self) -> None:
        """A cut or oversized message is not handed to the child; the ones around it are read."""
        huge = RawMail(
            raw=b"x" * (RAW_BYTES_MAX + 1),
            size_bytes=RAW_BYTES_MAX + 1,
            folder="",
            external_id="huge",
        )
        with ParserPool(children_count=1) as pool:
            results = [
                m for _, m in pool.parse_all([raw("a"), raw("b", size_bytes=10**9), huge, raw("c")])
            ]
        assert [m.parse is Parse.QUARANTINED for m in results] == [False, True, True, False]
        assert results[1].defects == ("size_exceeded",)

    def test_starts_afresh_after_a_caller_stopped_early(self) -> None:
        """Answers that nobody took are not given to the next caller."""
        with ParserPool(children_count=1) as pool:
            first = next(iter(pool.parse_all(raw(f"old {n}") for n in range(200))))
            again = parsed(pool, "new")
        assert first[1].subject == "old 0"
        assert [m.subject for m in again] == ["new"]


class TestPoisonMail:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("poison", "parser_died"),
            ("hungry", "parser_died"),
            ("write", "parser_died"),
            ("babble", "parser_answer_malformed"),
            ("liar", "parser_answer_malformed"),
        ],
    )
    def test_is_quarantined_and_hurts_no_other(
        self, mortal: ParserPool, text: str, reason: str
    ) -> None:
        """Death, hunger for memory, writing files or lies cost only the mail that caused them."""
        before, bad, after = parsed(mortal, "before", text, "after")
        assert (before.parse, after.parse) == (Parse.DEFECTIVE, Parse.DEFECTIVE)
        assert (before.subject, after.subject) == ("before", "after")
        assert (bad.parse, bad.defects) == (Parse.QUARANTINED, (reason,))
        assert len(bad.raw_sha256) == 64

    def test_may_come_many_times(self, mortal: ParserPool) -> None:
        """A batch of nothing but poison ends, each mail in quarantine."""
        results = parsed(mortal, *["poison"] * 6, "fine")
        assert [m.parse is Parse.QUARANTINED for m in results] == [True] * 6 + [False]

    def test_cannot_hang_the_reader(self, tmp_path: Path) -> None:
        """A child that falls silent is ended after the wall-clock limit."""
        script = tmp_path / "sleepy.py"
        script.write_text(MORTAL % 1, encoding="utf-8")
        command = (sys.executable, "-I", str(script))
        with ParserPool(command=command, wall_seconds_max=2.0, children_count=1) as pool:
            asleep, after = parsed(pool, "asleep", "after")
        assert asleep.defects == ("parser_timed_out",)
        assert after.subject == "after"


class TestChild:
    def test_has_no_environment(self, tmp_path: Path) -> None:
        """Secrets of the parent's environment are not in the process that reads hostile bytes."""
        script = tmp_path / "curious.py"
        script.write_text(
            "import os, sys\n"
            "from bailiwick.connectors.mailbox import child\n"
            "from bailiwick.connectors.mailbox.parse import quarantined\n"
            "import hashlib\n"
            "def read(raw):\n"
            "    sha = hashlib.sha256(raw).hexdigest()\n"
            "    return quarantined(sha, ','.join(sorted(os.environ)) or 'empty')\n"
            "child.serve(sys.stdin.buffer, sys.stdout.buffer, read)\n",
            encoding="utf-8",
        )
        with ParserPool(command=(sys.executable, "-I", str(script))) as pool:
            (result,) = parsed(pool, "x")
        assert set(result.defects[0].split(",")) <= {"empty", "LC_CTYPE"}
