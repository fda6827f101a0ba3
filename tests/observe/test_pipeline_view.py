from datetime import date

import pytest

from bailiwick.domain.crm import Opportunity
from bailiwick.domain.ids import OpportunityId
from bailiwick.observe.pipeline_view import NO_STAGE, added_up

TODAY = date(2026, 7, 14)


def deal(
    stage: str = "new", currency: str = "EUR", amount: int | None = 100, close_on: str = ""
) -> Opportunity:
    return Opportunity(
        opportunity_id=OpportunityId("opp_a"), name="Deal", stage=stage, amount_minor=amount,
        currency=currency, close_on=close_on,
    )  # fmt: skip


class TestThePipeline:
    def test_never_adds_currencies_up(self) -> None:
        """Each stage has one sum a currency; what has no amount is counted apart."""
        deals = [deal(), deal(amount=None), deal(currency="GBP"), deal(stage="")]
        found = added_up(deals, today=TODAY, complete=True)
        assert found.count == 4
        assert [
            (s.stage, s.currency, s.count, s.amount_minor, s.without_amount_count)
            for s in found.sums
        ] == [
            (NO_STAGE, "EUR", 1, 100, 0),
            ("new", "EUR", 2, 100, 1),
            ("new", "GBP", 1, 100, 0),
        ]

    @pytest.mark.parametrize(
        ("close_on", "age"),
        [
            ("2026-04-14", "overdue_over_90_days"),
            ("2026-04-15", "overdue_31_to_90_days"),
            ("2026-06-13", "overdue_31_to_90_days"),
            ("2026-06-14", "overdue_1_to_30_days"),
            ("2026-07-13", "overdue_1_to_30_days"),
            ("2026-07-14", "due_within_30_days"),
            ("2026-08-13", "due_within_30_days"),
            ("2026-08-14", "due_later"),
            ("", "no_close_date"),
            ("soon", "no_close_date"),
        ],
    )
    def test_tells_the_age_by_the_close_date(self, close_on: str, age: str) -> None:
        """Both sides of every border; a date that is none counts as none."""
        found = added_up([deal(close_on=close_on)], today=TODAY, complete=True)
        assert [(a.age, a.count) for a in found.ages] == [(age, 1)]

    def test_is_empty_without_deals(self) -> None:
        """Nothing adds up to nothing."""
        found = added_up([], today=TODAY, complete=False)
        assert (found.count, found.sums, found.ages, found.complete) == (0, (), (), False)
