"""Makes the calendar that settings name."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bailiwick.domain.fault import SettingsFault
from bailiwick.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from bailiwick.ports.calendar import Calendar
    from bailiwick.ports.egress import Egress


def calendar(settings: Settings, egress: "Callable[[], Egress]") -> "Calendar | None":
    """Return the calendar, or None when none is set. Raises SettingsFault; asks nobody."""
    named = settings.calendar
    if not named.url:
        return None
    if not named.user or not named.password:
        message = "[calendar] has a url, but no user or no password; set both"
        raise SettingsFault(message)
    from bailiwick.connectors.calendar.caldav import CalDavCalendar

    way_out = egress()
    blocked = way_out.check(named.url)
    if blocked is not None:
        message = (
            f"[calendar] url cannot be asked: {blocked.reason}; a calendar of your own network "
            "is named as host:port in `allowed` of [egress], too"
        )
        raise SettingsFault(message)
    if _in_the_open(named.url, frozenset(settings.egress.allowed)):
        message = (
            "[calendar] url is plain http, which shows the password to all on the way; use https, "
            "or name host:port in `allowed` of [egress] if it is your own network"
        )
        raise SettingsFault(message)
    return CalDavCalendar(way_out, url=named.url, user=named.user, password=named.password)


def _in_the_open(url: str, allowed: frozenset[str]) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and f"{parts.hostname}:{parts.port or 80}" not in allowed
