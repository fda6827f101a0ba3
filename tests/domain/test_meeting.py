from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.campaign.rest_days import never
from bailiwick.domain.campaign.window import is_open
from bailiwick.domain.drafting.offers import offer_of
from bailiwick.domain.meeting import (
    MEETING,
    MEETING_HOURS,
    NOTICE,
    SLOTS_COUNT,
    Busy,
    offers_standing,
    proposals,
)

BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")
AUCKLAND = ZoneInfo("Pacific/Auckland")
TUESDAY = datetime(2026, 7, 14, 9, 0, tzinfo=UTC)


def local(found: tuple[datetime, ...], zone: ZoneInfo = BERLIN) -> list[str]:
    return [one.astimezone(zone).strftime("%a %H:%M") for one in found]


def test_three_days_are_offered_in_the_recipient_s_time() -> None:
    """Three starts on three days, at hours of their clock."""
    found = proposals((), now=TUESDAY, zones=(BERLIN,), rests=never)
    assert local(found) == ["Wed 11:00", "Thu 14:00", "Fri 11:00"]
    assert local(proposals((), now=TUESDAY, zones=(TOKYO,), rests=never), TOKYO) == [
        "Thu 10:00", "Fri 14:00", "Mon 11:00",
    ]  # fmt: skip


def test_what_is_taken_is_not_offered() -> None:
    """A meeting of ours moves the offer behind it, a whole day moves it to the next."""
    morning = Busy(
        start=datetime(2026, 7, 15, 8, 30, tzinfo=UTC),
        end=datetime(2026, 7, 15, 10, 15, tzinfo=UTC),
    )
    thursday = Busy(start=datetime(2026, 7, 16, tzinfo=UTC), end=datetime(2026, 7, 17, tzinfo=UTC))
    found = proposals((morning, thursday), now=TUESDAY, zones=(BERLIN,), rests=never)
    assert local(found) == ["Wed 12:30", "Fri 14:00", "Mon 11:00"]


def test_a_holiday_of_theirs_is_left_out() -> None:
    """Nobody is asked to meet on a day of rest."""
    found = proposals((), now=TUESDAY, zones=(BERLIN,), rests=lambda day: day == date(2026, 7, 16))
    assert [one.date().day for one in found] == [15, 17, 20]


def test_an_unknown_zone_is_met_in_all_of_them() -> None:
    """Where somebody may live in one of two zones, the hour suits both; or there is none."""
    found = proposals((), now=TUESDAY, zones=(BERLIN, ZoneInfo("Europe/Lisbon")), rests=never)
    assert len(found) == 3
    assert proposals((), now=TUESDAY, zones=(BERLIN, AUCKLAND), rests=never) == ()


def test_a_full_calendar_offers_nothing() -> None:
    """Where nothing is free nothing is proposed."""
    full = Busy(start=TUESDAY, end=TUESDAY + timedelta(days=60))
    assert proposals((full,), now=TUESDAY, zones=(BERLIN,), rests=never) == ()


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - made aware below
    hours=st.lists(st.integers(min_value=0, max_value=400), max_size=30),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham"]),
)
def test_every_offer_can_be_kept(start: datetime, hours: list[int], zone: str) -> None:
    """Whatever the calendar and the clock: in time, in hours, free, and one a day."""
    now = start.replace(tzinfo=UTC)
    there = ZoneInfo(zone)
    busy = tuple(
        Busy(start=now + timedelta(hours=h), end=now + timedelta(hours=h + 1)) for h in hours
    )
    found = proposals(busy, now=now, zones=(there,), rests=never)
    for one in found:
        assert one >= now + NOTICE
        assert is_open(one, MEETING_HOURS, (there,), never)
        assert all(taken.end <= one or one + MEETING <= taken.start for taken in busy)
    assert len({one.astimezone(there).date() for one in found}) == len(found)


def test_an_offer_stands_until_it_is_past() -> None:
    """What was proposed may be said until its time comes, on the recipient's clock alone."""
    starts = proposals((), now=TUESDAY, zones=(BERLIN,), rests=never)
    made = [offer_of(one, BERLIN) for one in starts]

    def standing(at: datetime, zone: ZoneInfo = BERLIN) -> list[str]:
        return list(offers_standing(made, zones=(zone,), rests=never, at=at))

    assert standing(TUESDAY) == made
    assert standing(starts[0]) == made[1:]
    assert standing(TUESDAY, TOKYO) == []


def test_no_other_time_stands() -> None:
    """Nights, holidays, other references and more than are ever offered are refused."""
    night = offer_of(datetime(2026, 7, 15, 2, 0, tzinfo=UTC), BERLIN)
    noon = offer_of(datetime(2026, 7, 16, 10, 0, tzinfo=UTC), BERLIN)
    assert offers_standing((night, "fact:1"), zones=(BERLIN,), rests=never, at=TUESDAY) == ()
    assert offers_standing((noon,), zones=(BERLIN,), rests=never, at=TUESDAY) == (noon,)
    assert (
        offers_standing((noon,), zones=(BERLIN,), rests=lambda day: day.day == 16, at=TUESDAY) == ()
    )
    many = [offer_of(datetime(2026, 7, 16, hour, 0, tzinfo=UTC), BERLIN) for hour in range(8, 14)]
    found = offers_standing(many, zones=(BERLIN,), rests=never, at=TUESDAY)
    assert len(found) == SLOTS_COUNT
