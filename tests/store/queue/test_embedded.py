import os
import subprocess
import sys
from pathlib import Path

import pytest

from bailiwick.domain.pool import Pool
from bailiwick.store.queue.embedded import LISTENERS_COUNT_MAX, PipeBell


@pytest.fixture
def bell(tmp_path: Path) -> PipeBell:
    return PipeBell(tmp_path / "store.db")


def _pipes(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "store.db-bells").iterdir())


class TestPipeBell:
    def test_may_be_rung_when_nobody_listens(self, bell: PipeBell, tmp_path: Path) -> None:
        """Ringing needs no listener, and makes nothing."""
        bell.ring_after([Pool.CORE])
        assert list(tmp_path.iterdir()) == []

    def test_leaves_nothing_of_a_closed_listener(self, bell: PipeBell, tmp_path: Path) -> None:
        """A listener that closes removes its pipe."""
        listener = bell.listen([Pool.CORE])
        assert len(_pipes(tmp_path)) == 1
        listener.close()
        assert _pipes(tmp_path) == []

    def test_removes_the_pipes_of_the_dead(self, bell: PipeBell, tmp_path: Path) -> None:
        """The pipe of a process that was killed is gone after the next ring."""
        code = (
            "import os, sys; from pathlib import Path;"
            "from bailiwick.store.queue.embedded import PipeBell; from bailiwick.domain.pool import"
            " Pool; PipeBell(Path(sys.argv[1])).listen([Pool.CORE]); os.kill(os.getpid(), 9)"
        )
        command = [sys.executable, "-c", code, str(tmp_path / "store.db")]
        assert subprocess.run(command, check=False).returncode == -9  # noqa: S603 - this interpreter
        assert len(_pipes(tmp_path)) == 1
        bell.ring_after([Pool.EMAIL])
        assert len(_pipes(tmp_path)) == 1
        bell.ring_after([Pool.CORE])
        assert _pipes(tmp_path) == []

    def test_never_blocks_on_a_listener_that_does_not_read(self, bell: PipeBell) -> None:
        """Rings fill a pipe and are then left away."""
        listener = bell.listen([Pool.CORE, Pool.EMAIL])
        for _ in range(70_000):  # a pipe holds 65,536 bytes
            bell.ring_after([Pool.EMAIL])
        listener.wait(seconds_max=0)
        listener.close()

    def test_rings_at_a_bounded_number(self, bell: PipeBell, tmp_path: Path) -> None:
        """A folder full of pipes is not walked beyond the bound."""
        folder = tmp_path / "store.db-bells"
        folder.mkdir()
        for number in range(LISTENERS_COUNT_MAX + 1):
            os.mkfifo(folder / f"core.{number:04}")
        bell.ring_after([Pool.CORE])
        assert len(_pipes(tmp_path)) == 1
