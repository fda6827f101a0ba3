"""Workers die for real; an external mail server's ledger tells what was sent."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNS = {
    "points": ["points"],
    "kill": ["kill", "--kills", "12", "--dry"],
    "kill-postgres": ["kill", "--kills", "5", "--dry", "--database", "postgres", "--seed", "7"],
    "absent": ["points", "--lie", "absent"],
    "present": ["points", "--lie", "present"],
}


@dataclass(frozen=True)
class Ran:
    code: int
    figures: dict[str, object]
    account: dict[str, int]


@pytest.fixture(scope="module")
def runs() -> Iterator[dict[str, "subprocess.Popen[bytes]"]]:
    """All harnesses side by side: they mostly wait for each other's processes."""
    started = {
        name: subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            [sys.executable, "-m", f"bench.reliability.{module}", *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        for name, (module, *options) in RUNS.items()
    }
    yield started
    for process in started.values():
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def ran(process: "subprocess.Popen[bytes]") -> Ran:
    output, _ = process.communicate(timeout=120)
    figures = json.loads(output)
    return Ran(code=process.returncode, figures=figures, account=figures["account"])


class TestAWorkerThatDies:
    def test_at_any_point_of_a_send_loses_and_doubles_nothing(
        self, runs: dict[str, "subprocess.Popen[bytes]"]
    ) -> None:
        """Killed before and after each commit and the send itself, and again while recovering."""
        result = ran(runs["points"])
        assert result.figures["points_of_a_send"] == 8
        assert (result.account["lost"], result.account["doubled"]) == (0, 0)
        assert result.code == 0

    @pytest.mark.parametrize("name", ["kill", "kill-postgres"])
    def test_at_random_loses_and_doubles_nothing(
        self, runs: dict[str, "subprocess.Popen[bytes]"], name: str
    ) -> None:
        """Killed at random, every mail reaches the server exactly once and the chain holds."""
        result = ran(runs[name])
        assert (result.account["lost"], result.account["doubled"]) == (0, 0)
        assert result.code == 0

    @pytest.mark.parametrize(("lie", "harm"), [("absent", "doubled"), ("present", "lost")])
    def test_is_seen_to_do_harm_when_look_ups_lie(
        self, runs: dict[str, "subprocess.Popen[bytes]"], lie: str, harm: str
    ) -> None:
        """With made-up answers the same harness shows doubled and lost mail: it can fail."""
        result = ran(runs[lie])
        assert result.account[harm] > 0
        assert result.code == 1
