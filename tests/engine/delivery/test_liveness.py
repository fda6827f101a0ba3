import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bailiwick.engine.delivery.liveness import FOREIGN_WAIT_SECONDS, ProcessHolders

AT = datetime(2026, 3, 2, tzinfo=UTC)


def gone(holder: str, *, after: int = 0) -> bool:
    at = AT + timedelta(seconds=after)
    return ProcessHolders(token="me").gone(holder, attempted_at=AT, at=at)


def token_of_a_child() -> tuple["subprocess.Popen[bytes]", str]:
    code = (
        "from bailiwick.engine.delivery.liveness import ProcessHolders; import sys;"
        "print(ProcessHolders(token='c').mine(), flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    return child, child.stdout.readline().decode().strip()


class TestALeaseHolder:
    def test_lives_while_its_process_lives(self) -> None:
        """Neither this process nor a running child is ever proven gone, however late it is."""
        assert not gone(ProcessHolders(token="x").mine(), after=10**6)
        child, token = token_of_a_child()
        with child:
            assert not gone(token, after=10**6)
            child.kill()

    def test_is_gone_once_its_process_ended(self) -> None:
        """A killed process is proven gone at once, even before its parent noticed."""
        child, token = token_of_a_child()
        with child:
            child.kill()
            assert child.stdout is not None
            child.stdout.read()  # the end of its output is the end of the process
            for _ in range(1000):
                if gone(token):
                    break
            assert gone(token)

    def test_is_not_mistaken_for_a_later_process(self) -> None:
        """A process number used again belongs to somebody else: the start time tells."""
        place, pid, started, token = ProcessHolders(token="x").mine().split(":")
        assert gone(f"{place}:{pid}:{int(started) - 1}:{token}")

    def test_of_another_machine_is_waited_for(self) -> None:
        """A holder that cannot be seen from here is gone only when every server dropped it."""
        for holder in ("other-boot.1:1:1:x", "", "junk", ":::", "a:b:c:d"):
            assert not gone(holder, after=FOREIGN_WAIT_SECONDS - 1)
            assert gone(holder, after=FOREIGN_WAIT_SECONDS)

    def test_without_proc_is_waited_for(self, tmp_path: Path) -> None:
        """A system without /proc proves nothing, and says so by waiting."""
        blind = ProcessHolders(token="x", proc=tmp_path)
        assert not blind.gone(blind.mine(), attempted_at=AT, at=AT)
