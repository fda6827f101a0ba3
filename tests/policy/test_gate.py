import copy
import dataclasses
import pickle

import pytest

from bailiwick.domain.approval import Needs
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import StepId
from bailiwick.policy.gate import pass_gate
from bailiwick.policy.permit import Permit
from bailiwick.policy.verdict import Allowed, Held, Refused, Verdict


def passed(verdict: Verdict) -> Permit | None:
    return pass_gate(verdict, step_id=StepId("run_1.0"), payload_hash="ab", effect_key="cd")


class TestGate:
    def test_gives_a_permit_for_what_is_allowed(self) -> None:
        """The permit names step, payload, rulebook and effect."""
        permit = passed(Allowed(rules=(), rulebook_hash="ef"))
        assert permit is not None
        assert (permit.step_id, permit.payload_hash) == ("run_1.0", "ab")
        assert (permit.rulebook_hash, permit.effect_key) == ("ef", "cd")

    @pytest.mark.parametrize(
        "verdict",
        [
            Held(rules=(), rulebook_hash="ef", needs=Needs(role=Role.APPROVER)),
            Refused(rules=(), rulebook_hash="ef"),
        ],
    )
    def test_gives_nothing_otherwise(self, verdict: Verdict) -> None:
        """Neither a held nor a refused step gets a permit."""
        assert passed(verdict) is None


class TestPermit:
    def test_cannot_be_made_by_hand(self) -> None:
        """A permit without the seal of the mint is a bug."""
        with pytest.raises(AssertionError, match="minted by the gate"):
            Permit(step_id="s", payload_hash="p", rulebook_hash="r", effect_key="e", seal=object())

    def test_cannot_be_altered_or_kept(self) -> None:
        """A minted permit is not copied, pickled, changed or made over to another payload."""
        permit = passed(Allowed(rules=(), rulebook_hash="ef"))
        assert permit is not None
        with pytest.raises(TypeError, match="lives for one call"):
            pickle.dumps(permit)
        with pytest.raises(TypeError, match="lives for one call"):
            copy.copy(permit)
        with pytest.raises(TypeError, match="lives for one call"):
            copy.deepcopy(permit)
        with pytest.raises((ValueError, TypeError), match="seal"):
            dataclasses.replace(permit, payload_hash="other")
        with pytest.raises(dataclasses.FrozenInstanceError):
            permit.payload_hash = "other"  # pyright: ignore[reportAttributeAccessIssue] - the point

    def test_is_not_logged_whole(self) -> None:
        """Its text form shows the step and neither payload nor key."""
        assert repr(passed(Allowed(rules=(), rulebook_hash="ef"))) == "Permit(step_id='run_1.0')"


class TestAPermit:
    def test_says_whether_a_person_approved(self) -> None:
        """Writers mark what nobody looked at; forgetting to say so marks it too."""
        allowed = Allowed(rules=(), rulebook_hash="x")
        alone = passed(allowed)
        seen = pass_gate(
            allowed, step_id=StepId("run_1.0"), payload_hash="ab", effect_key="cd", attended=True
        )
        assert alone is not None
        assert seen is not None
        assert (alone.attended, seen.attended) == (False, True)
