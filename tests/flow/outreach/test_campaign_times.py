"""When touches go: windows, zones, clock changes, delays (peers' acceptance 10, 11 and 12)."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.fakes.office import Office, dana, office
from tests.fakes.outreach import hire, recipient, run_campaign, sign, turn

from bailiwick.domain.campaign.pace import DAY, HOUR, Limit, Over
from bailiwick.domain.campaign.series import Series, Touch
from bailiwick.domain.campaign.window import Block, Window
from bailiwick.domain.crm import Account, Role
from bailiwick.domain.ids import AccountId, ContactId
from bailiwick.store.crm_rows import CrmRows

LONDON = ZoneInfo("Europe/London")
FREE = (Limit(over=Over.MAILBOX, count=1000, within=HOUR),)
TUESDAY_AND_THURSDAY = Window(
    name="early afternoon",
    blocks=tuple(Block(weekday=day, start=13 * 60, end=15 * 60) for day in (1, 3)),
)


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        yield opened


def series(*gaps: int, window: Window = TUESDAY_AND_THURSDAY) -> Series:
    """Return a series with these gaps and without limits that matter."""
    return Series(
        version=1,
        touches=tuple(Touch(gap_days=gap) for gap in gaps),
        window=window,
        limits=FREE,
        tail=2 * DAY,
    )


def written(place: Office) -> list[datetime]:
    """Return when each mail went, by its own date."""
    return [
        parsedate_to_datetime(str(message_from_bytes(raw, policy=default)["Date"]))
        for _, raw in place.mail.delivered
    ]


def live(place: Office, *, hours: int, each: float = 1.0, signing: bool = True) -> None:
    """Let so many hours pass, turning all the while."""
    for _ in range(round(hours / each)):
        turn(place)
        if signing:
            sign(place)
            turn(place)
        place.later(hours=each)


def late(place: Office, contact_id: ContactId, *, address: str, **known: object) -> ContactId:
    """Store another contact, of whom this is known."""
    with place.app.units.write() as unit:
        CrmRows(unit).add_contact(
            dana(contact_id=contact_id, first_name="Robin", addresses=(address,), **known)
        )
        unit.commit()
    return contact_id


def minutes(at: datetime, zone: ZoneInfo = LONDON) -> tuple[int, int]:
    """Return weekday and minute of the day by a clock on the wall."""
    local = at.astimezone(zone)
    return local.weekday(), local.hour * 60 + local.minute


class TestWeekdaysAndHours:
    def test_10_hold_for_every_touch(self, place: Office) -> None:
        """Peers 10: three touches over three weeks, each on one of two days within two hours."""
        run_campaign(place, series=series(0, 2, 3))
        live(place, hours=24 * 21, each=2)
        times = written(place)
        assert len(times) == 3
        for at in times:
            day, minute = minutes(at)
            assert day in {1, 3}, at
            assert 13 * 60 <= minute < 15 * 60, at

    def test_10_hold_after_a_branch(self, place: Office) -> None:
        """Peers 10: after a refusal, a pause and a late signature the next one still waits."""
        campaign = run_campaign(place, series=series(0, 2, 3))
        desk, admin = place.app.campaigns.administration, place.person(Role.ADMIN)
        place.clock.set(datetime(2026, 7, 14, 12, 30, tzinfo=UTC))
        turn(place)
        assert len(place.pending()) == 1
        place.clock.set(datetime(2026, 7, 14, 19, 30, tzinfo=UTC))  # the window has shut
        sign(place)
        turn(place)
        assert written(place) == [], "a signature in the evening sends nothing in the evening"
        desk.pause("Spring", by=admin, reason="a fair")
        live(place, hours=24 * 5)
        desk.resume("Spring", by=admin)
        live(place, hours=24 * 14, each=2)
        assert written(place)
        for at in written(place):
            assert minutes(at)[0] in {1, 3}, at
            assert 13 * 60 <= minutes(at)[1] < 15 * 60, at
        assert recipient(place, campaign).touches_count == len(written(place)) <= 3

    def test_10_are_never_kept_early(self, place: Office) -> None:
        """Peers 10: no touch begins before the instant that its recipient was to wait for."""
        campaign = run_campaign(place, series=series(0, 2, 3))
        for _ in range(24 * 21):
            before = recipient(place, campaign)
            turn(place)
            after = recipient(place, campaign)
            if after.touch > before.touch or after.stage is not before.stage:
                assert before.wake_at is None or before.wake_at <= place.clock.now()
            sign(place)
            place.later(hours=1)
        assert len(written(place)) == 3


class TestWhoseClock:
    @pytest.mark.parametrize(
        ("known", "of_account", "zone"),
        [
            ({"timezone": "Asia/Tokyo", "country": "GB"}, "America/New_York", "Asia/Tokyo"),
            ({"timezone": "", "country": ""}, "America/New_York", "America/New_York"),
            ({"timezone": "", "country": "NZ"}, "", "Pacific/Auckland"),
            ({"timezone": "", "country": ""}, "", "Europe/London"),
            ({"timezone": "Mars/Base", "country": ""}, "Asia/Kolkata", "Asia/Kolkata"),
        ],
    )
    def test_11_is_the_recipients_then_the_accounts_then_the_senders(
        self, place: Office, known: dict[str, str], of_account: str, zone: str
    ) -> None:
        """Peers 11: a zone that is unknown or makes no sense falls back in this order."""
        with place.app.units.write() as unit:
            CrmRows(unit).add_account(
                Account(
                    account_id=AccountId("acc_far"), name="Far", domain="far.example",
                    timezone=of_account,
                )
            )  # fmt: skip
            unit.commit()
        whom = late(
            place, ContactId("con_far"), address="robin@far.example", account_id="acc_far", **known
        )
        run_campaign(place, whom, series=series(0))
        live(place, hours=24 * 7)
        (at,) = written(place)
        day, minute = minutes(at, ZoneInfo(zone))
        assert day in {1, 3}
        assert 13 * 60 <= minute < 15 * 60, at.astimezone(ZoneInfo(zone))

    def test_11_is_every_clock_of_a_wide_country(self, place: Office) -> None:
        """Peers 11: of somebody in the United States it is office hours on both coasts."""
        whom = late(
            place, ContactId("con_us"), address="robin@us.example", timezone="", country="US",
            account_id=None,
        )  # fmt: skip
        office_hours = Window(
            name="office", blocks=tuple(Block(weekday=d, start=540, end=1020) for d in range(5))
        )
        run_campaign(place, whom, series=series(0, 1, window=office_hours))
        live(place, hours=24 * 7)
        assert len(written(place)) == 2
        for at in written(place):
            for name in ("America/New_York", "America/Los_Angeles"):
                day, minute = minutes(at, ZoneInfo(name))
                assert day < 5
                assert 540 <= minute < 1020, at


class TestAClockChange:
    def on(self, place: Office, day: datetime, start: time, end: time) -> list[datetime]:
        """Run one touch whose window is this stretch of the day on which the clocks change."""
        local = day.astimezone(LONDON)
        block = Block(
            weekday=local.weekday(),
            start=start.hour * 60 + start.minute,
            end=end.hour * 60 + end.minute,
        )
        place.clock.set(day - timedelta(hours=12))
        run_campaign(place, series=series(0, window=Window(name="change", blocks=(block,))))
        live(place, hours=36, each=0.25)
        return written(place)

    def test_11_that_leaves_the_start_out_begins_after_the_gap(self, place: Office) -> None:
        """Peers 11: from 01:30 on a morning without 01:00 to 02:00 is from 02:00 on."""
        day = datetime(2027, 3, 28, 0, 0, tzinfo=UTC)
        (at,) = self.on(place, day, time(1, 30), time(3, 0))
        assert at == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)

    def test_11_that_leaves_the_whole_window_out_sends_nothing(self, place: Office) -> None:
        """Peers 11: what would be within the hour that does not exist waits for another week."""
        day = datetime(2027, 3, 28, 0, 0, tzinfo=UTC)
        assert self.on(place, day, time(1, 15), time(1, 45)) == []

    def test_11_that_repeats_an_hour_sends_once(self, place: Office) -> None:
        """Peers 11: an hour that comes twice opens the window twice, and one mail goes."""
        day = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
        times = self.on(place, day, time(1, 15), time(1, 45))
        assert len(times) == 1
        assert minutes(times[0]) == (6, 75)


class TestADelay:
    def test_12_moves_all_that_follows(self, place: Office) -> None:
        """Peers 12: a first touch that waits eight days to be signed moves the second by that."""
        run_campaign(place, series=series(0, 3))
        live(place, hours=24 * 8, each=6, signing=False)
        assert written(place) == []
        live(place, hours=24 * 21, each=2)
        first, second = written(place)
        assert first >= datetime(2026, 7, 22, tzinfo=UTC)
        assert second - first >= timedelta(days=3)

    def test_12_is_followed_by_no_burst(self, place: Office) -> None:
        """Peers 12: after ten days without a worker twenty who are due go as the limits say."""
        limits = (Limit(over=Over.MAILBOX, count=4, within=DAY),)
        office_hours = Window(
            name="office", blocks=tuple(Block(weekday=d, start=540, end=1020) for d in range(5))
        )
        whom = hire(place, 20)
        many = replace(series(0, window=office_hours), limits=limits)
        run_campaign(place, *whom, series=many)
        place.later(days=10)
        live(place, hours=24 * 21, each=2)
        times = sorted(written(place))
        assert len(times) == 20, "nobody is forgotten either"
        for first, fifth in zip(times, times[4:], strict=False):
            assert fifth - first >= DAY

    def test_12_catches_no_touch_up(self, place: Office) -> None:
        """Peers 12: a month without a worker is one touch later, not three at once."""
        office_hours = Window(
            name="office", blocks=tuple(Block(weekday=d, start=540, end=1020) for d in range(5))
        )
        run_campaign(place, series=series(0, 2, 2, window=office_hours))
        live(place, hours=1)
        assert len(written(place)) == 1
        place.later(days=30)
        live(place, hours=24)
        assert len(written(place)) == 2
        live(place, hours=24 * 7)
        times = written(place)
        assert len(times) == 3
        assert times[2] - times[1] >= timedelta(days=1)
