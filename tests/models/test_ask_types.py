# pyright: reportUnnecessaryTypeIgnoreComment=error
"""What the type checker refuses: an ignore below that is not needed fails the type check."""

from typing import Final

import pytest
from pydantic import BaseModel

from bailiwick.ports.model import Ask, Tier


class Facts(BaseModel):
    size: int


class Verdictish(BaseModel):
    good: bool


class Other(BaseModel):
    bad: bool


def _right(given: Facts) -> Verdictish:
    return Verdictish(good=given.size > 0)


def _wrong(given: Facts) -> Other:
    return Other(bad=given.size > 0)


class TestAnAsk:
    def test_without_a_fallback_has_no_type(self) -> None:
        """Forgetting the model-free twin does not type-check, and does not run either."""
        with pytest.raises(TypeError, match="fallback"):
            Ask(  # pyright: ignore[reportCallIssue] - the fact itself: no fallback, no Ask
                prompt="probe/x",
                output=Verdictish,
                tier=Tier.QUICK,
                tokens_max=1,
                wait_seconds_max=1,
            )

    def test_with_a_fallback_of_another_contract_has_no_type(self) -> None:
        """Annotated, an Ask whose fallback returns something else does not type-check."""
        wrong: Final[Ask[Facts, Verdictish]] = Ask(  # pyright: ignore[reportAssignmentType] - the fact
            prompt="probe/x",
            output=Verdictish,
            fallback=_wrong,
            tier=Tier.QUICK,
            tokens_max=1,
            wait_seconds_max=1,
        )
        assert wrong.fallback is not _right

    def test_with_its_fallback_has_one(self) -> None:
        """The same Ask with its twin type-checks."""
        right: Final[Ask[Facts, Verdictish]] = Ask(
            prompt="probe/x",
            output=Verdictish,
            fallback=_right,
            tier=Tier.QUICK,
            tokens_max=1,
            wait_seconds_max=1,
        )
        assert right.fallback(Facts(size=1)).good
        assert not right.thinking
