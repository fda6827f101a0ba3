"""By which clock and whose holidays a recipient lives."""

from datetime import date

import pytest

from bailiwick.domain.campaign.rest_days import rests_in
from bailiwick.domain.campaign.zones import country_of, zones_of
from bailiwick.domain.crm import Account, Contact, Workspace
from bailiwick.domain.ids import AccountId, ContactId, WorkspaceId

OURS = Workspace(
    workspace_id=WorkspaceId("wsp_1"), name="w", mailbox="", company="", timezone="Europe/Paris"
)


def contact(timezone: str = "", country: str = "") -> Contact:
    """Return a contact."""
    return Contact(contact_id=ContactId("con_1"), timezone=timezone, country=country)


def account(timezone: str = "", country: str = "") -> Account:
    """Return a company."""
    return Account(account_id=AccountId("acc_1"), name="Theirs", timezone=timezone, country=country)


class TestTheClock:
    @pytest.mark.parametrize(
        ("who", "company", "zones"),
        [
            (contact("Asia/Tokyo", "US"), account("Europe/Oslo"), ["Asia/Tokyo"]),
            (contact("", "US"), account("Europe/Oslo"), ["Europe/Oslo"]),
            (contact("", "US"), account(), ["America/Los_Angeles", "America/New_York"]),
            (contact(), account("", "PL"), ["Europe/Warsaw"]),
            (contact("Mars/Olympus"), account(), ["Europe/Paris"]),
            (contact(), None, ["Europe/Paris"]),
        ],
    )
    def test_is_theirs_then_their_companys_then_the_senders(
        self, who: Contact, company: Account | None, zones: list[str]
    ) -> None:
        """A known zone wins; else all ends of a country hold at once; else the sender's."""
        assert [zone.key for zone in zones_of(who, company, OURS)] == zones


class TestTheCountry:
    @pytest.mark.parametrize(
        ("who", "company", "country"),
        [
            (contact("Asia/Tokyo", "us"), account("", "PL"), "US"),
            (contact("Asia/Tokyo"), account("", "PL"), "JP"),
            (contact(), account("", "pl"), "PL"),
            (contact(), account("Europe/Oslo"), "NO"),
            (contact("Etc/UTC"), None, ""),
            (contact(), None, ""),
        ],
    )
    def test_is_theirs_then_that_of_their_clock_then_their_companys(
        self, who: Contact, company: Account | None, country: str
    ) -> None:
        """Nobody's holidays are kept where nobody knows the country."""
        assert country_of(who, company) == country


class TestRestDays:
    @pytest.mark.parametrize(
        ("country", "day", "rests"),
        [
            ("DE", date(2026, 10, 3), True),
            ("FR", date(2026, 10, 3), False),
            ("US", date(2026, 7, 3), True),  # the Fourth is a Saturday: observed the day before
            ("US", date(2026, 7, 6), False),
            ("DE", date(2026, 6, 4), False),  # Corpus Christi: in some of its states only
            ("", date(2026, 12, 25), False),
            ("XX", date(2026, 12, 25), False),
        ],
    )
    def test_are_the_public_holidays_of_the_whole_country(
        self, country: str, day: date, *, rests: bool
    ) -> None:
        """Those of a part do not count, nor those of a country that nobody knows."""
        assert rests_in(country)(day) is rests
