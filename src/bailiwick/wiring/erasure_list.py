"""The list of erasures outside the database: a restore reads it and erases again."""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bailiwick.domain.fault import SettingsFault
from bailiwick.ports.care import Erasure
from bailiwick.settings import Settings

_ERASURE = TypeAdapter(Erasure)


class UnableToUseErasureList(SettingsFault):
    """The file of erasures cannot be read or written."""


def add_erasures(settings: Settings, erasures: Sequence[Erasure]) -> Path:
    """Append those erasures that the list has not, one JSON document a line.

    A line that a crash cut short goes: the database still has it. Raises UnableToUseErasureList.
    """
    path = Path(settings.care.erasures_file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # whoever erases beside us waits until we have closed
            found = file.read()
            whole = found[: found.rfind(b"\n") + 1]
            known = {erasure.erasure_id for erasure in _parsed(path, whole)}
            file.truncate(len(whole))
            file.seek(len(whole))
            for erasure in erasures:
                if erasure.erasure_id not in known:
                    file.write(_ERASURE.dump_json(erasure) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        _keep_name(path.parent)
    except OSError as error:
        message = (
            f"{path} cannot be written: {error.strerror}; set [care] erasures_file, then erase the"
            " same contact id again, which finishes it"
        )
        raise UnableToUseErasureList(message) from error
    return path


def read_erasures(settings: Settings) -> tuple[Erasure, ...]:
    """Return the list; empty when nobody was erased. Raises UnableToUseErasureList."""
    path = Path(settings.care.erasures_file)
    if not path.exists():
        return ()
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"the list of erasures {path} cannot be read: {error.strerror}"
        raise UnableToUseErasureList(message) from error
    return _parsed(path, content)


def _parsed(path: Path, content: bytes) -> tuple[Erasure, ...]:
    try:
        return tuple(_ERASURE.validate_json(line) for line in content.splitlines() if line)
    except ValidationError as error:
        message = f"the list of erasures {path} cannot be read; restore a copy of it"
        raise UnableToUseErasureList(message) from error


def _keep_name(folder: Path) -> None:
    """Make the name of a new file durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
