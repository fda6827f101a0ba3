"""Places that were promised: never more in any stretch than fit, and no later than needed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.campaign.enrolment import EnrolmentId
from bailiwick.domain.campaign.pace import DAY, HOUR, Limit, Over
from bailiwick.engine.campaign.ahead import Ahead

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOURLY = Limit(over=Over.DOMAIN, count=3, within=HOUR)
DAILY = Limit(over=Over.DOMAIN, count=10, within=DAY)


def always(at: datetime) -> datetime:
    """Return the instant: the window is never shut."""
    return at


def even_hours(at: datetime) -> datetime:
    """Return the instant in an even hour, the next one otherwise."""
    return at if at.hour % 2 == 0 else at.replace(minute=0, second=0) + HOUR


def place(
    ahead: Ahead,
    who: str,
    *limits: Limit,
    at: datetime = BEGIN,
    subject: str = "a.example",
    taken: Sequence[datetime] = (),
    shuts: bool = False,
) -> datetime:
    """Ask for a place for somebody."""
    return ahead.place(
        dict.fromkeys(limits, taken),
        dict.fromkeys(limits, subject),
        EnrolmentId(who),
        at=at,
        opening=even_hours if shuts else always,
    )


class TestPlaces:
    @given(minutes=st.lists(st.integers(0, 600), min_size=1, max_size=40), shuts=st.booleans())
    def test_are_never_more_in_any_hour_than_fit(self, minutes: list[int], *, shuts: bool) -> None:
        """Whenever somebody asks: at once or later, in the window, four never in one hour."""
        ahead, found = Ahead(), list[datetime]()
        for number, minute in enumerate(sorted(minutes)):
            at = BEGIN + minute * MINUTE
            gone = sorted(one for one in found if one <= at)
            now = place(ahead, str(number), HOURLY, at=at, taken=gone, shuts=shuts)
            assert now >= at
            assert not shuts or now.hour % 2 == 0
            found.append(now)
        found.sort()
        assert all(fourth - first >= HOUR for first, fourth in zip(found, found[3:], strict=False))

    def test_keep_two_limits_at_once(self) -> None:
        """Three an hour and ten a day; nobody waits longer than both ask for."""
        ahead, taken = Ahead(), [BEGIN] * 3
        found = [
            place(ahead, str(number), HOURLY, DAILY, at=BEGIN, taken=taken) for number in range(8)
        ]
        assert [(one - BEGIN) // HOUR for one in found] == [1, 1, 1, 2, 2, 2, 3, 24]

    def test_of_one_company_leave_those_of_another(self) -> None:
        """What is counted apart is promised apart."""
        ahead, one = Ahead(), Limit(over=Over.ACCOUNT, count=1, within=HOUR)
        found = [
            place(ahead, who, one, subject=subject, taken=[BEGIN])
            for who, subject in (("ada", "a"), ("bob", "b"), ("cyd", "a"))
        ]
        assert [(place - BEGIN) // HOUR for place in found] == [1, 1, 2]

    def test_are_kept_for_who_asks_again(self) -> None:
        """Their own promise does not push them back; that of another is not taken from them."""
        ahead = Ahead()
        limits = {HOURLY: "a.example"}
        for who in ("ada", "bob", "ada"):
            assert place(ahead, who, HOURLY, taken=[BEGIN] * 3) == BEGIN + HOUR
        assert ahead.counts(limits, EnrolmentId("cyd"), at=BEGIN)
        soon, gone = BEGIN + MINUTE, [BEGIN] * 2
        assert place(ahead, "cyd", HOURLY, at=soon, taken=gone) == soon
        assert place(ahead, "dan", HOURLY, at=soon, taken=[*gone, soon]) == soon + HOUR

    def test_are_given_back_by_who_goes(self) -> None:
        """Then nobody is told to wait for them."""
        ahead, limits = Ahead(), {HOURLY: "a.example"}
        place(ahead, "ada", HOURLY, taken=[BEGIN] * 3)
        assert not ahead.counts(limits, EnrolmentId("ada"), at=BEGIN)
        assert ahead.counts(limits, EnrolmentId("bob"), at=BEGIN)
        ahead.forget(limits, EnrolmentId("ada"))
        assert not ahead.counts(limits, EnrolmentId("bob"), at=BEGIN)

    def test_are_forgotten_a_stretch_later(self) -> None:
        """Whoever did not come for theirs holds nobody up for ever."""
        ahead, limits = Ahead(), {HOURLY: "a.example"}
        place(ahead, "ada", HOURLY, taken=[BEGIN] * 3)
        late = BEGIN + 2 * HOUR
        assert ahead.counts(limits, EnrolmentId("bob"), at=late - MINUTE)
        assert not ahead.counts(limits, EnrolmentId("bob"), at=late)
