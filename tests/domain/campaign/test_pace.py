"""Rolling limits: never above, and no later than needed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.campaign.pace import HOUR, Limit, Over, WarmUp, next_free

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 600).map(lambda n: BEGIN + timedelta(minutes=n))
LIMITS = st.builds(
    Limit,
    over=st.just(Over.MAILBOX),
    count=st.integers(1, 5),
    within=st.integers(1, 180).map(lambda n: timedelta(minutes=n)),
)


def keeps(sent: list[datetime], limit: Limit) -> bool:
    """Tell whether no stretch holds more than the limit, the slow and plain way."""
    return all(
        sum(1 for other in sent if begin <= other < begin + limit.within) <= limit.count
        for begin in sent
    )


class TestTheNextFreeMoment:
    @given(st.lists(MOMENTS, max_size=40), MOMENTS, LIMITS)
    def test_keeps_the_limit_that_was_kept_before(
        self, wished: list[datetime], at: datetime, limit: Limit
    ) -> None:
        """Mails placed one by one never exceed the limit, in whatever order they are placed."""
        sent: list[datetime] = []
        for wish in [*wished, at]:
            found = next_free(wish, sorted(sent), limit)
            assert found >= wish
            sent = sorted([*sent, found])
            assert keeps(sent, limit), (found, sent)

    @given(st.lists(MOMENTS, max_size=30), MOMENTS, LIMITS)
    def test_is_no_later_than_needed(
        self, wished: list[datetime], at: datetime, limit: Limit
    ) -> None:
        """No earlier minute would have kept the limit."""
        sent: list[datetime] = []
        for wish in wished:
            sent = sorted([*sent, next_free(wish, sent, limit)])
        found = next_free(at, sent, limit)
        minutes = int((found - at) / timedelta(minutes=1))
        for earlier in range(minutes):
            moment = at + timedelta(minutes=earlier)
            assert not keeps(sorted([*sent, moment]), limit), moment

    def test_makes_nothing_up(self) -> None:
        """After a silence of a day the hour's limit is the hour's limit."""
        limit = Limit(over=Over.MAILBOX, count=6, within=HOUR)
        sent: list[datetime] = []
        for _ in range(18):
            sent.append(next_free(BEGIN, sent, limit))
        assert [int((one - BEGIN) / HOUR) for one in sent] == [0] * 6 + [1] * 6 + [2] * 6


class TestALimit:
    @pytest.mark.parametrize(("count", "hours"), [(0, 1), (1, 0)])
    def test_lets_something_through(self, count: int, hours: int) -> None:
        """Nothing within any time, or anything within no time, is no limit."""
        with pytest.raises(ValueError, match="more than nothing"):
            Limit(over=Over.MAILBOX, count=count, within=timedelta(hours=hours))


class TestWarmingUp:
    def test_grows_over_four_weeks_and_stays(self) -> None:
        """Ten a day at first, fifty from the fifth week on, never less than the day before."""
        since, warm = date(2026, 3, 1), WarmUp()
        counts = [warm.on(since + timedelta(days=n), since=since) for n in range(40)]
        assert (counts[0], counts[14], counts[28], counts[-1]) == (10, 30, 50, 50)
        assert counts == sorted(counts)
