"""What must hold of the mails that arrived, worked out anew: none of it asks the product's code."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import holidays
from tests.fakes.campaign_wire import Arrived
from tests.fakes.campaign_world import BY_ADDRESS, LIMITS, Recipient

from bailiwick.domain.campaign.pace import Over

OPENS, SHUTS = 8, 18
_RESTS: Final = {
    country: holidays.country_holidays(country, years=(2026, 2027))
    for country in ("GB", "US", "JP")
}
_SATURDAY: Final = 5


def works(day: date, country: str) -> bool:
    """Tell whether people of a country work on a day."""
    return day.weekday() < _SATURDAY and day not in _RESTS[country]


def in_office(at: datetime, who: Recipient) -> bool:
    """Tell whether it is office hours in every zone where somebody may live."""
    for name in who.zones:
        local = at.astimezone(ZoneInfo(name))
        if not (OPENS <= local.hour < SHUTS and works(local.date(), who.country)):
            return False
    return True


def days_between(first: datetime, second: datetime, who: Recipient) -> int:
    """Count the working days after the first instant's day up to that of the second."""
    zone = ZoneInfo(who.zones[0])
    day, last = first.astimezone(zone).date(), second.astimezone(zone).date()
    count = 0
    while day < last:
        day += timedelta(days=1)
        count += works(day, who.country)
    return count


def check_once(mails: Sequence[Arrived]) -> None:
    """Each mail arrived once."""
    counts = Counter(mail.message_id for mail in mails)
    doubled = [name for name, count in counts.items() if count > 1]
    assert not doubled, f"doubled: {doubled}"


def check_window(mail: Arrived) -> None:
    """It went in office hours, wherever its recipient may live."""
    who = BY_ADDRESS[mail.to]
    assert in_office(mail.at, who), f"{mail.to} at {mail.at}: outside office hours in {who.zones}"


def check_limits(mails: Sequence[Arrived]) -> None:
    """No stretch of time holds more mails than its limit."""
    for limit in LIMITS:
        groups: dict[str, list[datetime]] = {}
        for mail in mails:
            groups.setdefault(_counted_by(limit.over, mail), []).append(mail.at)
        for subject, times in groups.items():
            times.sort()
            for first, last in zip(times, times[limit.count :], strict=False):
                assert last - first >= limit.within, (
                    f"more than {limit.count} within {limit.within} for {limit.over} {subject!r}: "
                    f"{first} and {last}"
                )


def _counted_by(over: Over, mail: Arrived) -> str:
    match over:
        case Over.MAILBOX:
            return ""
        case Over.DOMAIN:
            return mail.to.rpartition("@")[2]
        case Over.ACCOUNT:
            return BY_ADDRESS[mail.to].account
        case Over.CONTACT:
            return mail.to


def check_gap(first: Arrived, second: Arrived, *, gap_days: int) -> None:
    """A touch follows the one before by its working days at least, as they really went."""
    who = BY_ADDRESS[second.to]
    assert first.at < second.at, f"{second.to}: the later touch went first"
    found = days_between(first.at, second.at, who)
    assert found >= gap_days, f"{second.to}: {found} working days between touches, not {gap_days}"
