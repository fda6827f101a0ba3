"""Plants one fault at a time into a copy of the source and demands that a test notices.

    python -m bench.outreach mutants [--only NAME ...]

A mutant is killed when one of its tests fails: not when the source cannot be imported any more, and
not when time runs out (reliability, section 6).
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from bench.outreach.mutant import Mutant
from bench.outreach.planted import PLANTED
from bench.result_file import Plain, keep_result, result_text

ROOT: Final = Path(__file__).parents[2]
SECONDS_MAX: Final = 60.0  # reliability, section 6; of the processor, so that neighbours count not
WAIT_SECONDS_MAX: Final = 600  # ours: ten times that, on a machine that others use as well
_NO_CHECK: Final = ("ImportError", "ModuleNotFoundError", "SyntaxError", "NameError")
"""A test that fails with one of these did not check anything."""
_TEST_FAILED: Final = 1
"""The exit code of pytest when tests ran and some failed; other codes are no verdict."""


class UnableToPlant(ValueError):
    """The text that a mutant changes is not in the source exactly once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of one mutant."""

    name: str
    killed: bool
    by: str
    """The test that failed first; else what happened instead."""
    seconds: float
    """Of the processor, with the start of the interpreter."""


def planted(mutant: Mutant, source: Path) -> None:
    """Change a copy of the source. Raises UnableToPlant."""
    path = source / mutant.file
    text = path.read_text("utf-8")
    found = text.count(mutant.old)
    if found != 1:
        message = f"{mutant.name}: its text is in {mutant.file} {found} times; write it anew"
        raise UnableToPlant(message)
    path.write_text(text.replace(mutant.old, mutant.new), "utf-8")


def tried(mutant: Mutant) -> Trial:
    """Run the tests of a mutant against a source that has it. Raises UnableToPlant."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        source = Path(name) / "src"
        shutil.copytree(
            ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
        planted(mutant, source)
        killed, by, seconds = _run(mutant.tests, source, Path(name) / "report.xml")
        if killed and seconds > SECONDS_MAX:
            killed, by = False, f"too late, by {by}"
        return Trial(name=mutant.name, killed=killed, by=by, seconds=round(seconds, 1))


def _run(tests: Sequence[str], source: Path, report: Path) -> tuple[bool, str, float]:
    """Tell whether a test failed, which, and what that took of the processor."""
    command = [
        sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider",
        "-p", "no:randomly", f"--junitxml={report}", *tests,
    ]  # fmt: skip
    environment = {
        **os.environ,  # noqa: TID251 - the child gets ours, with another source in front
        "PYTHONPATH": str(source),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + WAIT_SECONDS_MAX
    while True:
        done, status, used = os.wait4(process.pid, os.WNOHANG)
        if done:
            break
        if time.monotonic() > until:
            process.kill()
            process.wait()
            return False, f"no test failed within {WAIT_SECONDS_MAX} s", float(WAIT_SECONDS_MAX)
        time.sleep(0.05)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = used.ru_utime + used.ru_stime
    if process.returncode == _TEST_FAILED:
        return *_verdict(report), seconds
    ended = f"pytest ended with {process.returncode}" if process.returncode else "all passed"
    return False, ended, seconds


def _verdict(report: Path) -> tuple[bool, str]:
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - pytest wrote it just now
        failure = case.find("failure")
        if failure is None:
            continue
        said = failure.get("message", "")
        by = f"{case.get('classname', '')}::{case.get('name', '')}"
        return not said.startswith(_NO_CHECK), by
    return False, "a fixture failed, no test"


def main(arguments: Sequence[str]) -> int:
    """Try the mutants; 0 when each was killed."""
    parser = argparse.ArgumentParser(prog="bench.outreach mutants", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], help="names of mutants; no file is kept")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at once; 2, as CI has cores")
    options = parser.parse_args(arguments)
    chosen = [m for m in PLANTED if not options.only or m.name in options.only]
    if options.list:
        for mutant in chosen:
            print(f"{mutant.name}: {mutant.file}")
        return 0
    with ThreadPoolExecutor(options.jobs) as pool:
        trials = list(pool.map(_told, chosen))
    if not options.only:
        keep_result("outreach-mutants", _result(trials))
    return int(not all(trial.killed for trial in trials))


def _told(mutant: Mutant) -> Trial:
    trial = tried(mutant)
    verdict = "killed" if trial.killed else "ALIVE "
    print(f"{verdict} {trial.seconds:5.1f} s  {trial.name}: {trial.by}", flush=True)
    return trial


def _result(trials: Sequence[Trial]) -> str:
    rows: list[dict[str, Plain]] = [
        {"name": t.name, "killed": t.killed, "by": t.by, "seconds": t.seconds} for t in trials
    ]
    return result_text(
        "outreach-mutants",
        {
            "planted": len(trials),
            "killed": sum(t.killed for t in trials),
            "seconds_max": max((t.seconds for t in trials), default=0.0),
            "mutants": rows,
        },
        command="python -m bench.outreach mutants",
    )
