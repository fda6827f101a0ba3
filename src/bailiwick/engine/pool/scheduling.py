"""Chores that come back: put on a schedule, listed, paused, resumed and removed, by name."""

import re
from collections.abc import Callable
from typing import Final

from bailiwick.domain.fault import InputFault
from bailiwick.domain.pool import Pool
from bailiwick.ports.queue import JobKind
from bailiwick.ports.schedules import NewSchedule, Schedule
from bailiwick.ports.unit import Unit

CHORES: Final = ("campaigns", "events", "mail", "retention", "sweep", "threads")
"""What can be scheduled by name: settle and begin touches of campaigns, make deliveries of events,
read the mailbox, remove what is too old, plan for who is due, mend and tidy threads."""
HOUSE: Final = (
    ("campaigns", "* * * * *"),
    ("events", "* * * * *"),
    ("retention", "30 3 * * *"),
    ("threads", "*/5 * * * *"),
)
"""What every workspace needs, under the chore's own name: ours, each minute, at night and every few
minutes."""
POOLS: Final = {"campaigns": Pool.EMAIL}
"""Whose process does a chore, where it is not the core's."""
HOUSE_ZONE: Final = "UTC"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}", re.ASCII)  # ours: fits a column, a shell


class UnableToFindSchedule(InputFault):
    """There is no chore on a schedule of this name."""


class UnableToPutSchedule(InputFault):
    """The name or the chore cannot be used."""


def put_chore(unit: Unit, name: str, *, chore: str, cron: str, zone: str) -> Schedule:
    """Put a chore on a schedule, in the place of the one of that name. The caller commits.

    Raises UnableToPutSchedule, and UnableToSchedule when cron or zone cannot be read.
    """
    if not _NAME.fullmatch(name):
        message = f"a schedule's name is lower-case letters, digits, . _ and -, not {name[:80]!r}"
        raise UnableToPutSchedule(message)
    if chore not in CHORES:
        message = f"there is no chore {chore[:80]!r}; there are: {', '.join(CHORES)}"
        raise UnableToPutSchedule(message)
    known = unit.schedules.named(name)
    if known is not None and known.kind is not JobKind.CHORE:
        message = f"{name!r} is the schedule of a client's cron; choose another name"
        raise UnableToPutSchedule(message)
    return unit.schedules.put(
        NewSchedule(
            name=name,
            cron=cron,
            zone=zone,
            pool=POOLS.get(chore, Pool.CORE),
            kind=JobKind.CHORE,
            subject=chore,
        )
    )


def keep_house(unit: Unit) -> int:
    """Put what every workspace needs on a schedule, where it is not; return how many were put.

    What somebody changed or paused stays so. The caller commits.
    """
    missing = [(name, cron) for name, cron in HOUSE if unit.schedules.named(name) is None]
    for name, cron in missing:
        put_chore(unit, name, chore=name, cron=cron, zone=HOUSE_ZONE)
    return len(missing)


def pause_chore(unit: Unit, name: str) -> Schedule:
    """Let occurrences pass until it is resumed; a paused one stays so. Raises as `found_chore`."""
    return _changed(unit, name, lambda found: unit.schedules.pause(found.schedule_id))


def resume_chore(unit: Unit, name: str) -> Schedule:
    """Go on with the next occurrence from now. Raises as `found_chore`."""
    return _changed(unit, name, lambda found: unit.schedules.resume(found.schedule_id))


def remove_chore(unit: Unit, name: str) -> Schedule:
    """Take a chore off its schedule and return how it was. Raises as `found_chore`."""
    found = found_chore(unit, name)
    unit.schedules.delete(found.schedule_id)
    return found


def found_chore(unit: Unit, name: str) -> Schedule:
    """Return a chore's schedule. Raises UnableToFindSchedule."""
    found = unit.schedules.named(name)
    if found is None or found.kind is not JobKind.CHORE:
        message = f"there is no schedule {name[:80]!r} here; `bailiwick schedule list` tells all"
        raise UnableToFindSchedule(message)
    return found


def _changed(unit: Unit, name: str, change: Callable[[Schedule], bool]) -> Schedule:
    change(found_chore(unit, name))
    return found_chore(unit, name)
