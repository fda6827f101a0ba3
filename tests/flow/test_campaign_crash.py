"""The machine is killed before each of its commits: one mail, and an end for everybody."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POINTS_MIN = 12  # tick, run, card, claim, permit, send, receipt, settling, end: each has its commit


@pytest.fixture(params=["sqlite", "postgresql"])
def where(tmp_path: Path, request: pytest.FixtureRequest) -> list[str]:
    """Name a folder, and the server where the databases are not in it."""
    if request.param == "sqlite":
        return [str(tmp_path)]
    return [str(tmp_path), str(request.getfixturevalue("postgres_server").url)]


class TestAMachineThatDies:
    def test_at_any_commit_sends_one_mail(self, where: list[str]) -> None:
        """A-CAMP-1: between two commits of tick, run, delivery and settling: exactly one mail."""
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "tests.flow.campaign_points", *where],
            cwd=ROOT, capture_output=True, check=True, timeout=600,
        )  # fmt: skip
        *killed, undisturbed = json.loads(done.stdout)
        assert len(killed) >= POINTS_MIN
        assert {life["killed"] for life in killed} == {signal.SIGKILL}
        assert undisturbed["killed"] == 0, "every point was tried"
        odd = [
            life
            for life in (*killed, undisturbed)
            if (life["mails"], life["end"]) != (1, "finished completed")
        ]
        assert odd == []
