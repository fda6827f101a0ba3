"""The rank before anything was learned: published weights over what is known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bailiwick.domain.crm import Account, Contact
from bailiwick.domain.ids import AccountId, ContactId
from bailiwick.domain.score.lead import REQUIRED, Lead, features_of, has_enough
from bailiwick.domain.score.prior import PRIOR, prior_rank
from bailiwick.domain.score.told import Reason, clamped, strongest

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ADA = Lead(
    contact=Contact(
        contact_id=ContactId("con_1"), title="CEO", addresses=("ada@northwind.example",)
    ),
    account=Account(
        account_id=AccountId("acc_1"), name="N", domain="northwind.example", employees_count=120
    ),
    sent_count=2,
    received_count=1,
    last_inbound_at=NOW - timedelta(days=30),
    warmth_permille=600,
)


class TestThePriorRank:
    def test_has_the_forty_two_published_weights(self) -> None:
        """The set is versioned and says where it is from."""
        assert len(PRIOR.values) == 42
        assert (PRIOR.set_id, PRIOR.version) == ("lead_rank", 1)
        assert "capabilities 32" in PRIOR.origin

    def test_weighs_nothing_that_is_a_filter(self) -> None:
        """Who may not be contacted is left out elsewhere, and can be outvoted by nothing."""
        assert [PRIOR.values[name] for name in ("do_not_contact", "deletion", "bounced")] == [0] * 3

    def test_is_the_sum_of_its_reasons(self) -> None:
        """By hand: −0.5 + 1.4 × 1 is 0.9, and its logistic 0.711."""
        found = prior_rank({"authority": 1.0})
        assert found.rank == pytest.approx(0.7109, abs=1e-4)
        assert found.reasons == (Reason(column="authority", value="1.00", weight=1.4),)

    def test_takes_nothing_that_is_not_scaled(self) -> None:
        """A raw count would dominate, so it is a bug."""
        with pytest.raises(AssertionError, match="scaled"):
            prior_rank({"sent": 7.0})
        with pytest.raises(AssertionError, match="no weight"):
            prior_rank({"mood": 0.5})


class TestFeatures:
    def test_are_what_the_rows_say(self) -> None:
        """Title, size, correspondence and age, each between nothing and one."""
        found = features_of(ADA, now=NOW)
        assert found["authority"] == 1.0
        assert found["decision_maker"] == 1.0
        assert found["company_size"] == 0.35
        assert found["reply"] == 0.5
        assert found["recency"] == pytest.approx(0.5)
        assert found["temperature"] == 0.6
        assert all(0 <= value <= 1 for value in found.values())

    def test_leave_out_what_nobody_knows(self) -> None:
        """An unread title is unknown and not low; without most of what is needed, no rank."""
        bare = replace(
            ADA,
            contact=Contact(contact_id=ContactId("con_2"), title="Wizard of light"),
            account=None,
            sent_count=0,
            received_count=0,
            last_inbound_at=None,
        )
        assert features_of(bare, now=NOW) == {}
        assert not has_enough({})

    @pytest.mark.parametrize(("count", "enough"), [(2, False), (3, True)])
    def test_are_enough_when_at_least_half_are_known(self, count: int, *, enough: bool) -> None:
        """Of five that are needed three must be known."""
        assert has_enough(dict.fromkeys(REQUIRED[:count], 0.0)) is enough


class TestWhatIsTold:
    def test_is_never_certain(self) -> None:
        """Chances stay within 1 % and 99 %."""
        assert (clamped(0.0), clamped(0.5), clamped(1.0)) == (0.01, 0.5, 0.99)

    def test_is_five_reasons_at_most(self) -> None:
        """The strongest first, by size and not by sign; what moved nothing is no reason."""
        given = [Reason(column=f"c{at}", value="", weight=w) for at, w in enumerate((1, -3, 0, 2))]
        assert [one.column for one in strongest(given)] == ["c1", "c3", "c0"]
        assert len(strongest(given * 3)) == 5
