"""What became of a touch, read from its run, its card and its effect."""

import pytest

from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.campaign.touch import Fate, Sight, read
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.run import RunStatus


class TestAMailThatWasHeldAgain:
    @pytest.mark.parametrize(
        ("card", "fate"),
        [
            (ApprovalStatus.REJECTED, Fate.REJECTED),
            (ApprovalStatus.EXPIRED, Fate.PUT_OFF),
            (ApprovalStatus.STALE, Fate.PUT_OFF),
            (ApprovalStatus.EXECUTED, Fate.PUT_OFF),
        ],
    )
    def test_is_rejected_by_a_person_only(self, card: ApprovalStatus, fate: Fate) -> None:
        """Withdrawn with its second card: a no is kept, all else is tried again."""
        sight = Sight(run=RunStatus.DONE, card=card, effect=EffectState.SUPPRESSED)
        assert read(sight) is fate

    def test_is_put_off_where_its_server_refused_it(self) -> None:
        """A mail that died was signed, whatever its card says."""
        sight = Sight(run=RunStatus.DONE, card=ApprovalStatus.EXECUTED, effect=EffectState.DEAD)
        assert read(sight) is Fate.PUT_OFF
