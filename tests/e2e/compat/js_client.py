"""The JavaScript conversation, with its SDK installed from the lock beside it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

SOURCES: Final = Path(__file__).parent / "js"
INSTALL_SECONDS_MAX: Final = 120  # ours: eight small packages from a registry
TALK_SECONDS_MAX: Final = 120  # ours: sixty calls, of which a few wait for seconds


def install(folder: Path) -> Path:
    """Put the pinned SDK and the conversation into a folder, and return it."""
    shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
    _run(["npm", "ci"], folder, seconds_max=INSTALL_SECONDS_MAX)
    return folder


def converse(folder: Path, url: str, *, api_key: str = "") -> bytes:
    """Hold the conversation with a server and return what it printed."""
    command = ["node", "conversation.mjs", url, *([api_key] if api_key else [])]
    return _run(command, folder, seconds_max=TALK_SECONDS_MAX)


def _run(command: list[str], folder: Path, *, seconds_max: int) -> bytes:
    # Node comes with a development dependency; its programs lie beside Python's.
    beside = Path(sys.executable).parent
    surroundings = {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ['PATH']}"}  # noqa: TID251 - a child process inherits ours
    ended = subprocess.run(  # noqa: S603 - our own script
        [str(beside / command[0]), *command[1:]],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        timeout=seconds_max,
        check=False,
    )
    assert ended.returncode == 0, f"{command[0]}: {ended.stderr.decode()[-2_000:]}"
    return ended.stdout
