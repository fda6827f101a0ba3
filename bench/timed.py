"""Runs a part of a bench in a process of its own, and ends it when its time is over."""

import os
import signal
import subprocess
import sys
from typing import Final

STOP_SECONDS_MAX: Final = 60  # ours: half a dozen servers, each within its drain
LATE: Final = 124  # as of timeout(1)


def timed(name: str, module: str, flags: list[str], *, seconds: int) -> int:
    """Run a module as a command and return its exit code; 124 when it was ended for its time."""
    print(f"\n{name}: at most {seconds} s", flush=True)
    process = subprocess.Popen([sys.executable, "-m", module, *flags], start_new_session=True)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        print(f"{name}: not done after {seconds} s, ended", flush=True)
        process.send_signal(signal.SIGINT)  # it stops its servers, as after Ctrl-C
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return LATE
