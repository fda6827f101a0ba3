"""Signs of life, from a pool's process to its supervisor: lines of JSON."""

from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter

from bailiwick.ports.queue import Job

BEAT_SECONDS: Final = 1.0  # ours: how often the supervisor hears of a process


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldJob:
    """A job under way, as the supervisor is told of it."""

    job: Job
    age_seconds: float
    seconds_max: float
    """How long it may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A sign of life."""

    tick_age_seconds: float
    """How long the loop has not turned."""
    held: tuple[HeldJob, ...] = ()
    done_count: int = 0


_BEAT: Final = TypeAdapter(Beat)


def beat_line(beat: Beat) -> bytes:
    """Return one line."""
    return _BEAT.dump_json(beat) + b"\n"


def read_beat(line: bytes) -> Beat:
    """Read one line. Raises ValidationError when it is no beat."""
    return _BEAT.validate_json(line)
