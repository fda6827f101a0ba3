import pytest

from bailiwick.connectors.calendar.caldav import CalDavCalendar
from bailiwick.connectors.egress.guarded import GuardedEgress
from bailiwick.domain.fault import SettingsFault
from bailiwick.settings import CalendarSettings, EgressSettings, Settings
from bailiwick.wiring.calendar import calendar

URL = "https://cal.example.com/meetings/"
PLAIN = "http://cal.example.com/meetings/"


def named(url: str = URL, *, word: str = "p", allowed: tuple[str, ...] = ()) -> Settings:
    return Settings(
        calendar=CalendarSettings(url=url, user="dana", password=word),
        egress=EgressSettings(allowed=allowed),
    )


def test_a_named_calendar_is_made() -> None:
    """With address, user and password there is one; without an address there is none."""
    assert isinstance(calendar(named(), GuardedEgress), CalDavCalendar)
    assert calendar(Settings(), GuardedEgress) is None


def test_plain_http_is_for_the_own_network() -> None:
    """A password goes in plain text only to an address that somebody allowed by name."""
    with pytest.raises(SettingsFault, match="plain http"):
        calendar(named(PLAIN), GuardedEgress)
    assert calendar(named(PLAIN, allowed=("cal.example.com:80",)), GuardedEgress) is not None


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (named(word=""), "password"),
        (named("https://127.0.0.1/"), "egress"),
        (named("caldav://cal.example.com/"), "only https and http"),
    ],
)
def test_a_calendar_that_cannot_be_asked_is_told_at_once(settings: Settings, told: str) -> None:
    """What is missing or leads nowhere is refused with what to do, without naming the user."""
    with pytest.raises(SettingsFault, match=told) as caught:
        calendar(settings, GuardedEgress)
    assert "dana" not in str(caught.value)
