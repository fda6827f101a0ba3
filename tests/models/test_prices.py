"""What tokens cost."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.model_call import Usage
from bailiwick.models.prices import Calendar, PriceRow, Prices, published_prices, read_prices

THURSDAY = datetime(2026, 11, 19, 12, tzinfo=UTC)
USAGE = Usage(prompt_tokens=600, cached_tokens=512, completion_tokens=200)
ROW = PriceRow(
    model="mine",
    valid_from=datetime(2026, 1, 1, tzinfo=UTC),
    hit_picodollars=1,
    miss_picodollars=2,
    output_picodollars=3,
    source="test",
    read_on=date(2026, 1, 1),
)


def _cost(prices: Prices, model: str, at: datetime, *, until: datetime | None = None) -> int:
    return prices.cost(model, USAGE, began=at, ended=until or at).picodollars


class TestPrices:
    def test_follow_the_published_example(self) -> None:
        """600 in of which 512 cached and 200 out on the flash model cost 134,736,000 off-peak."""
        assert _cost(published_prices(), "deepseek-flash", THURSDAY) == 134_736_000
        assert _cost(published_prices(), "deepseek-v4-flash", THURSDAY) == 134_736_000

    @pytest.mark.parametrize(
        ("hour", "minute", "factor"),
        [(0, 59, 1), (1, 0, 2), (3, 59, 2), (4, 0, 1), (6, 0, 2), (9, 59, 2), (10, 0, 1)],
    )
    def test_double_at_peak(self, hour: int, minute: int, factor: int) -> None:
        """Peak windows start on the hour and end before it."""
        at = THURSDAY.replace(hour=hour, minute=minute)
        assert _cost(published_prices(), "deepseek-flash", at) == 134_736_000 * factor

    def test_are_low_all_weekend(self) -> None:
        """Saturday at two is off-peak."""
        saturday = THURSDAY.replace(hour=2) + timedelta(days=2)
        assert _cost(published_prices(), "deepseek-flash", saturday) == 134_736_000

    def test_take_the_dearer_side_of_an_edge(self) -> None:
        """A call that ends inside a window pays the window's price."""
        began = THURSDAY.replace(hour=0, minute=59, second=59)
        until = began + timedelta(seconds=2)
        assert _cost(published_prices(), "deepseek-flash", began, until=until) == 269_472_000

    def test_take_the_dearest_row_for_an_unknown_model(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        """An unknown model is never free, and we say so once."""
        prices = published_prices()
        cost = prices.cost("new-model", USAGE, began=THURSDAY, ended=THURSDAY)
        dearest = prices.cost("deepseek-v4-pro", USAGE, began=THURSDAY, ended=THURSDAY)
        assert (cost.picodollars, cost.known) == (dearest.picodollars, False)
        assert dearest.known
        prices.cost("new-model", USAGE, began=THURSDAY, ended=THURSDAY)
        assert [r.getMessage() for r in caplog.records if "new-model" in r.getMessage()] == [
            "no price row names model 'new-model': its calls count at the dearest row"
        ]

    def test_use_the_row_that_was_valid_then(self) -> None:
        """A later price does not change what an earlier call cost."""
        later = ROW.model_copy(
            update={"valid_from": THURSDAY + timedelta(days=1), "output_picodollars": 300}
        )
        prices = Prices((ROW, later), {})
        assert _cost(prices, "mine", THURSDAY) == 512 + 88 * 2 + 200 * 3
        assert _cost(prices, "mine", THURSDAY + timedelta(days=2)) == 512 + 88 * 2 + 200 * 300

    def test_prefer_a_row_of_the_settings(self) -> None:
        """A model on one's own machine can be priced at nothing."""
        free = ROW.model_copy(
            update={"hit_picodollars": 0, "miss_picodollars": 0, "output_picodollars": 0}
        )
        prices = Prices((ROW,), {}).with_row(free)
        assert _cost(prices, "mine", THURSDAY) == 0

    def test_reserve_the_worst_case(self) -> None:
        """A ceiling is at peak, nothing cached, every token used; no cost is above it."""
        prices = published_prices()
        ceiling = prices.ceiling("deepseek-flash", prompt_tokens=600, tokens_max=200, at=THURSDAY)
        assert ceiling == 2 * (600 * 150_000 + 200 * 600_000)
        assert prices.ceiling("who", prompt_tokens=1, tokens_max=1, at=THURSDAY) >= 2 * 1_980_000

    def test_spare_the_holidays_that_are_known(self) -> None:
        """A weekday that is a holiday is off-peak; a year without holidays is peak."""
        calendar = Calendar.model_validate(
            {
                "windows": [{"from_hour": 1, "to_hour": 4}],
                "holidays": {2026: [date(2026, 11, 19)]},
            }
        )
        assert not calendar.peak(THURSDAY.replace(hour=2))
        assert calendar.peak(THURSDAY.replace(hour=2, year=2027, day=18))

    @pytest.mark.parametrize(
        "content",
        [b"", b"{}", b'{"rows": []}', b'{"rows": [{"model": "x"}]}'],
    )
    def test_refuse_a_table_that_cannot_be_used(self, content: bytes) -> None:
        """The sentence says where the table is wrong."""
        with pytest.raises(SettingsFault, match="price table cannot be used at"):
            read_prices(content)

    def test_refuse_a_calendar_that_is_not_there(self) -> None:
        """A row that names a missing calendar would be silently cheap."""
        with pytest.raises(SettingsFault, match="calendars"):
            Prices((ROW.model_copy(update={"peaks": "mars"}),), {})
