"""When a cron expression comes next in an IANA zone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

_FIELDS_COUNT: Final = 5
_STEPS_COUNT_MAX: Final = 5_000  # ours: more than the minutes of any gap or double hour
_MINUTE: Final = timedelta(minutes=1)


class CronError(ValueError):
    """The expression or the zone cannot be read, or never comes."""


def next_occurrence(cron: str, zone: str, *, after: datetime) -> datetime:
    """Return the first instant after `after`, in UTC.

    A time of day that a clock change leaves out comes at the next valid instant, and one that it
    repeats comes the first time only. An expression for every hour follows the time that passes.
    Raises CronError.
    """
    assert after.tzinfo is not None, "instants are aware"
    place = _zone(zone)
    fields = cron.split()
    if len(fields) != _FIELDS_COUNT:
        message = f"the cron expression {cron!r} has {len(fields)} fields, not 5: `m h dom mon dow`"
        raise CronError(message)
    local = after.astimezone(place)
    by_elapsed_time = fields[1].startswith("*")
    try:
        steps = CronSim(cron, local if by_elapsed_time else local.replace(tzinfo=None))
        found = _first_after(islice(steps, _STEPS_COUNT_MAX), place, after)
    except CronSimError as error:
        message = f"the cron expression {cron!r} cannot be read: {error}"
        raise CronError(message) from None
    if found is None:
        message = f"the cron expression {cron!r} never comes"
        raise CronError(message)
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"{name!r} is no IANA time zone, such as Europe/Berlin or UTC"
        raise CronError(message) from None


def _first_after(steps: Iterator[datetime], zone: ZoneInfo, after: datetime) -> datetime | None:
    return next((at for at in (_instant(step, zone) for step in steps) if at > after), None)


def _instant(step: datetime, zone: ZoneInfo) -> datetime:
    if step.tzinfo is not None:
        return step.astimezone(UTC)
    while _is_left_out(step, zone):
        step += _MINUTE
    return step.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _is_left_out(step: datetime, zone: ZoneInfo) -> bool:
    there = step.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None) != step
