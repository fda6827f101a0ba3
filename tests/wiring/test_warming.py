"""How fast a mailbox begins is set: it reaches the clock of campaigns and what `doctor` tells."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bailiwick.domain.fault import SettingsFault
from bailiwick.settings import MailSettings
from bailiwick.wiring.warming import warm_up

SINCE = date(2026, 7, 1)


class TestTheSetting:
    def test_is_by_default_that_of_a_new_mailbox(self) -> None:
        """Ten mails on the first day, fifty after four weeks."""
        grows = warm_up(MailSettings())
        assert [grows.on(SINCE + timedelta(days=n), since=SINCE) for n in (0, 14, 28, 99)] == [
            10, 30, 50, 50,
        ]  # fmt: skip

    def test_of_no_days_is_a_mailbox_that_is_known(self) -> None:
        """Its whole number goes from the first day on, whatever the first day's would be."""
        grows = warm_up(MailSettings(warm_up_days=0, mails_a_day=400, mails_first_day=999))
        assert grows.on(SINCE, since=SINCE) == 400

    @pytest.mark.parametrize(
        "wrong",
        [
            {"mails_a_day": 0},
            {"mails_a_day": 9},
            {"mails_first_day": 0},
            {"mails_first_day": 51},
            {"warm_up_days": -1},
            {"warm_up_days": 367},
            {"mails_a_day": 100_001},
        ],
    )
    def test_that_cannot_be_kept_is_refused(self, wrong: dict[str, int]) -> None:
        """With the names of the settings, so that whoever starts knows what to correct."""
        settings = replace(MailSettings(), **wrong)  # pyright: ignore[reportArgumentType] - numbers
        with pytest.raises(SettingsFault, match="mails_first_day, mails_a_day, warm_up_days"):
            warm_up(settings)
