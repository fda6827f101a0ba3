"""The fast part of the trials under `bench/reliability`: what was accepted is carried out, once.

Each trial is a process of its own, since it forks workers and kills them, and is judged by files
that other processes wrote. It ends with 0 when it was clean, and prints its seed and figures.
"""

import subprocess
import sys

import pytest
from bench.reliability.image import missing

SECONDS_MAX = 330  # ours: ten times what a trial takes on two quiet cores; neighbours may compute
PATIENT = ("--seconds-max", "300")


def run(name: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a trial to its end."""
    command = [sys.executable, "-m", f"bench.reliability.{name}", *arguments, "--seed", "7"]
    return subprocess.run(  # noqa: S603 - our own module
        command, check=False, capture_output=True, text=True, timeout=SECONDS_MAX
    )


def broken(name: str, *arguments: str) -> str:
    """Run a trial and return what it found if it was not clean; empty when it was."""
    ran = run(name, *arguments)
    told = [" ".join(map(str, ran.args)), ran.stdout, ran.stderr]
    return "" if ran.returncode == 0 else "\n".join(told)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
class TestAStorm:
    def test_loses_and_doubles_nothing(self, database: str) -> None:
        """Workers and callers die, the database restarts, connections are cut: all runs end."""
        storm = ("--restart-seconds", "2", "5", "--storm-seconds", "30", *PATIENT)
        assert not broken("chaos", "--database", database, "--runs", "40", *storm)

    def test_lets_no_thawed_worker_write(self, database: str) -> None:
        """Who was frozen beyond its lease finds its run ended by another, and writes nothing."""
        assert not broken("freeze", "--database", database, "--trials", "3", *PATIENT)


class TestTooMuch:
    def test_is_told_so_and_what_was_accepted_is_kept(self) -> None:
        """Three times the load that a server can carry: 429 and no 5xx, and no run is lost."""
        assert not broken("overload", "--seconds", "1")

    def test_a_server_that_is_told_to_stop_keeps_what_it_accepted(self) -> None:
        """SIGTERM under load: it ends with every accepted run stored; the bench judges how soon."""
        assert not broken("overload", "--stops", "2", "--stop-seconds-max", "60")


class TestAPowerCut:
    def test_keeps_what_was_acknowledged(self) -> None:
        """The image of a disk at a chance moment holds it; without root it says what is missing."""
        ran = run("power", "--cuts", "2", "--dry")
        lacking = missing()
        assert ran.returncode == (2 if lacking else 0), ran.stdout + ran.stderr
        assert all(name in ran.stdout for name in lacking)
