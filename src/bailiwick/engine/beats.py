"""Signs of life as lines of JSON, from a pool's process to its supervisor."""

from typing import Final

from pydantic import TypeAdapter

from bailiwick.engine.pool import Beat

_BEAT: Final = TypeAdapter(Beat)


def beat_line(beat: Beat) -> bytes:
    """Return one line."""
    return _BEAT.dump_json(beat) + b"\n"


def read_beat(line: bytes) -> Beat:
    """Read one line. Raises ValidationError when it is no beat."""
    return _BEAT.validate_json(line)
