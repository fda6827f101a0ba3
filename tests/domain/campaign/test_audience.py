"""Who would be reached: one reason each, and counts that add up."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.campaign.audience import LEFT_OUT, Obstacle, Standing, obstacle, reception

NIGHT_IN_BERLIN = datetime(2026, 11, 19, 22, 0, tzinfo=UTC)
STANDINGS = st.builds(
    Standing,
    enrolled=st.booleans(),
    addressed=st.booleans(),
    suppressed=st.booleans(),
    opted_out=st.booleans(),
    bounced=st.booleans(),
    doubtful=st.booleans(),
    consent=st.sampled_from(["granted", "denied", "implied", "none"]),
    over_cap=st.booleans(),
    timezone=st.sampled_from(["", "Europe/Berlin", "Asia/Tokyo"]),
    country=st.sampled_from(["", "DE", "US"]),
    account_country=st.sampled_from(["", "FR", "US"]),
)


class TestReception:
    @given(st.lists(st.tuples(STANDINGS, st.integers(1, 1_000))))
    def test_adds_up(self, crowds: list[tuple[Standing, int]]) -> None:
        """Each contact is clear or has one obstacle, and all but those left out are enrolled."""
        found = reception(
            crowds, at=NIGHT_IN_BERLIN, timezone_default="UTC", jurisdiction_default="opt_in"
        )
        assert found.matched_count == sum(count for _, count in crowds)
        assert found.clear_count + sum(found.obstacles.values()) == found.matched_count
        kept = [o for o in Obstacle if o not in LEFT_OUT and o is not Obstacle.ENROLLED]
        assert found.enrolled_count == found.clear_count + sum(found.obstacles[o] for o in kept)
        assert 0 <= found.quiet_count <= found.enrolled_count


class TestObstacle:
    def test_counts_consent_where_the_law_asks_for_it(self) -> None:
        """Silence is enough in the United States, by their own or their account's country."""
        quiet = Standing(
            enrolled=False, addressed=True, suppressed=False, opted_out=False, bounced=False,
            doubtful=False, consent="none", over_cap=False, timezone="", country="",
            account_country="US",
        )  # fmt: skip
        assert obstacle(quiet, jurisdiction_default="opt_in") is None
        there = Standing(
            enrolled=False, addressed=True, suppressed=False, opted_out=False, bounced=False,
            doubtful=False, consent="none", over_cap=False, timezone="", country="DE",
            account_country="US",
        )  # fmt: skip
        assert obstacle(there, jurisdiction_default="opt_out") is Obstacle.NO_CONSENT
