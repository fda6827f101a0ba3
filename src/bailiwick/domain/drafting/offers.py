"""Meeting times that a reply offers; each is its own evidence reference, of one closed form."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bailiwick.domain.drafting.pack import Pack
from bailiwick.domain.reading import Intent, Reading

CALENDAR_REF: Final = "calendar:"
_MEETING: Final = "meeting"
"""The reader's topic of one who asks for a talk."""


def offer_of(start: datetime, zone: ZoneInfo) -> str:
    """Return the reference of a free time of ours, as the recipient's clock has it."""
    assert start.tzinfo is not None, "an offer is an instant"
    return f"{CALENDAR_REF}{start.astimezone(zone).isoformat()}/{zone.key}"


def offer_read(reference: str) -> tuple[datetime, ZoneInfo] | None:
    """Read a reference back; None when it is of another form than `offer_of` writes."""
    if not reference.startswith(CALENDAR_REF):
        return None
    instant, _, name = reference.removeprefix(CALENDAR_REF).partition("/")
    try:
        start, zone = datetime.fromisoformat(instant), ZoneInfo(name)
        same = start.tzinfo is not None and offer_of(start, zone) == reference
        return (start.astimezone(zone), zone) if same else None
    except (ValueError, OverflowError, ZoneInfoNotFoundError, OSError):
        return None


def asks_to_meet(reading: Reading) -> bool:
    """Tell whether an answer may offer times: to who is interested, or speaks of a meeting."""
    return reading.intent in {Intent.INTERESTED, Intent.MEETING_SCHEDULED} or (
        reading.intent is Intent.INFO_REQUEST and _MEETING in reading.topics
    )


def offers_said(offers: Iterable[str], pack: Pack) -> dict[str, str]:
    """Return what each offer says, with its zone; a reference of another form says nothing."""
    return {one: f"{when} ({zone})" for one in offers for when, zone in _read(one, pack)}


def offers_listed(offers: Iterable[str], pack: Pack) -> str:
    """Write offers in one line, the zone once at its end; empty when there are none."""
    read = [found for one in offers for found in _read(one, pack)]
    return "; ".join(when for when, _ in read) + f" ({read[0][1]})" if read else ""


def _read(reference: str, pack: Pack) -> tuple[tuple[str, str], ...]:
    """Return the time and the zone in words of a language; nothing for another form."""
    parsed = offer_read(reference)
    if parsed is None:
        return ()
    start, zone = parsed
    when = pack.slot.format(
        weekday=pack.weekdays[start.weekday()],
        day=pack.day_written(start.date()),
        time=f"{start:%H:%M}",
    )
    return ((when, zone.key.replace("_", " ")),)
