"""Places that were promised: never more in a stretch than fit, and no later than needed."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.campaign.pace import DAY, HOUR, Limit, Over
from bailiwick.engine.campaign.ahead import Ahead, longest_wait

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOURLY = Limit(over=Over.MAILBOX, count=3, within=HOUR)
DAILY = Limit(over=Over.MAILBOX, count=10, within=DAY)


def always(at: datetime) -> datetime:
    """Return the instant: the window is never shut."""
    return at


class TestPlaces:
    @given(st.lists(st.integers(0, 600), min_size=1, max_size=60))
    def test_are_never_more_in_an_hour_than_fit(self, minutes: list[int]) -> None:
        """Whenever somebody asks, they get the instant they asked for or a later one."""
        ahead, found = Ahead(), list[datetime]()
        for minute in minutes:
            at = BEGIN + timedelta(minutes=minute)
            place = ahead.promise({HOURLY: ""}, at, always)
            assert place >= at
            found.append(place)
        hours = Counter(place.replace(minute=0, second=0, microsecond=0) for place in found)
        assert max(hours.values()) <= HOURLY.count

    def test_keep_two_limits_at_once(self) -> None:
        """Three an hour and ten a day: the eleventh waits for the next day."""
        ahead = Ahead()
        found = [ahead.promise({HOURLY: "", DAILY: ""}, BEGIN, always) for _ in range(11)]
        assert [(place - BEGIN) // HOUR for place in found[:10]] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]
        assert found[10].date() == (BEGIN + DAY).date()

    def test_of_one_company_leave_those_of_another(self) -> None:
        """What is counted apart is promised apart."""
        ahead, one = Ahead(), Limit(over=Over.ACCOUNT, count=1, within=HOUR)
        places = [ahead.promise({one: name}, BEGIN, always) for name in ("a", "b", "a")]
        assert [(place - BEGIN) // HOUR for place in places] == [0, 0, 1]

    def test_lie_evenly_in_their_hour(self) -> None:
        """Three in an hour come twenty minutes apart."""
        ahead = Ahead()
        places = [ahead.promise({HOURLY: ""}, BEGIN, always) for _ in range(3)]
        assert [(place - BEGIN) // timedelta(minutes=1) for place in places] == [0, 20, 40]

    def test_are_sought_anew_only_after_a_while(self) -> None:
        """A quarter of the shortest stretch is waited for as it is."""
        assert longest_wait([HOURLY, DAILY]) == HOUR / 4
