"""Which consent law applies where a person lives, and which clocks they may live by."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

OPT_OUT_COUNTRIES: Final = frozenset({"US"})
"""CAN-SPAM lets a business write until told to stop; elsewhere consent comes first (ours)."""

QUIET_FROM_HOUR: Final = 20  # capabilities 18.3: quiet hours 20:00-08:00
QUIET_UNTIL_HOUR: Final = 8
_SATURDAY: Final = 5

ZONES: Final[dict[str, tuple[str, ...]]] = {
    "AT": ("Europe/Vienna",), "AU": ("Australia/Perth", "Australia/Sydney"),
    "BE": ("Europe/Brussels",), "BR": ("America/Manaus", "America/Sao_Paulo"),
    "CA": ("America/Vancouver", "America/Halifax"), "CH": ("Europe/Zurich",),
    "CN": ("Asia/Shanghai",), "CZ": ("Europe/Prague",), "DE": ("Europe/Berlin",),
    "DK": ("Europe/Copenhagen",), "ES": ("Europe/Madrid",), "FI": ("Europe/Helsinki",),
    "FR": ("Europe/Paris",), "GB": ("Europe/London",), "IE": ("Europe/Dublin",),
    "IN": ("Asia/Kolkata",), "IT": ("Europe/Rome",), "JP": ("Asia/Tokyo",),
    "KR": ("Asia/Seoul",), "MX": ("America/Tijuana", "America/Mexico_City"),
    "NL": ("Europe/Amsterdam",), "NO": ("Europe/Oslo",), "NZ": ("Pacific/Auckland",),
    "PL": ("Europe/Warsaw",), "PT": ("Europe/Lisbon",), "SE": ("Europe/Stockholm",),
    "SG": ("Asia/Singapore",), "US": ("America/Los_Angeles", "America/New_York"),
    "ZA": ("Africa/Johannesburg",),
}  # fmt: skip
"""Country to its zone, or for wide countries the two ends: both must be awake (IANA tz 2026)."""


def jurisdiction(countries: Iterable[str], *, default: str) -> str:
    """Return `opt_out` or `opt_in` for the first known country, else the workspace's default."""
    for country in countries:
        if country:
            return "opt_out" if country.upper() in OPT_OUT_COUNTRIES else "opt_in"
    return default


def zones(
    timezones: Iterable[str], countries: Iterable[str], *, default: str
) -> tuple[ZoneInfo, ...]:
    """Return the zones a person may live in.

    The first zone that is known, their own and then their company's; else the ends of the first
    country that is; else the default, which is the sender's.
    """
    for own in map(_zone, timezones):
        if own is not None:
            return (own,)
    for country in countries:
        named = ZONES.get(country.upper(), ())
        found = tuple(zone for zone in map(_zone, named) if zone is not None)
        if found:
            return found
    return (_zone(default) or ZoneInfo("UTC"),)


def is_quiet(at: datetime, in_zones: tuple[ZoneInfo, ...]) -> bool:
    """Tell whether it is night or a weekend in any of the zones."""
    for zone in in_zones:
        local = at.astimezone(zone)
        if local.weekday() >= _SATURDAY:
            return True
        if local.hour >= QUIET_FROM_HOUR or local.hour < QUIET_UNTIL_HOUR:
            return True
    return False


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
