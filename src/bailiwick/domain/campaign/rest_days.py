"""On which days a country rests."""

from datetime import date
from functools import lru_cache
from typing import Final

import holidays

from bailiwick.domain.campaign.window import Rests

YEARS_COUNT_MAX: Final = 1_000  # ours: each country that `holidays` knows, for four years
COUNTRIES_COUNT_MAX: Final = 512  # ours: more than there are


@lru_cache(maxsize=COUNTRIES_COUNT_MAX)
def rests_in(country: str) -> Rests:
    """Return what tells a country's public holidays; one that nobody knows has none.

    Holidays of a part of the country only are left out, since nobody knows where in it.
    """
    if country not in _known():
        return never

    def rests(day: date) -> bool:
        return day in _days(country, day.year)

    return rests


def never(day: date) -> bool:
    """Tell that no day is a holiday."""
    del day
    return False


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=YEARS_COUNT_MAX)
def _days(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))
