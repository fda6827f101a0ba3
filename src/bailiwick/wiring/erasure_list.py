"""The list of erasures outside the database: a restore reads it and erases again."""

import os
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bailiwick.domain.fault import SettingsFault
from bailiwick.ports.care import Erasure
from bailiwick.settings import Settings

_ERASURE = TypeAdapter(Erasure)


class UnableToUseErasureList(SettingsFault):
    """The file of erasures cannot be read or written."""


def add_erasure(settings: Settings, erasure: Erasure) -> Path:
    """Append an erasure to the list, one JSON document a line. Raises UnableToUseErasureList."""
    path = Path(settings.care.erasures_file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(_ERASURE.dump_json(erasure) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}; set [care] erasures_file"
        raise UnableToUseErasureList(message) from error
    return path


def read_erasures(settings: Settings) -> tuple[Erasure, ...]:
    """Return the list; empty when nobody was erased. Raises UnableToUseErasureList."""
    path = Path(settings.care.erasures_file)
    if not path.exists():
        return ()
    try:
        lines = path.read_bytes().splitlines()
        return tuple(_ERASURE.validate_json(line) for line in lines if line)
    except (OSError, ValidationError) as error:
        message = f"the list of erasures {path} cannot be read; restore a copy of it"
        raise UnableToUseErasureList(message) from error
