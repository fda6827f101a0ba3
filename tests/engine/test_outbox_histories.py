from pathlib import Path

import pytest
from bench.reliability.simulation import simulated


class TestRandomHistories:
    def test_break_no_invariant(self, tmp_path: Path) -> None:
        """Deaths, doubts, opt-outs, halts and waits in any order lose and double nothing."""
        simulated(tmp_path, runs=12, steps=20)

    @pytest.mark.parametrize(("lie", "harm"), [("absent", "doubled"), ("present", "lost")])
    def test_show_harm_when_the_provider_lies(self, tmp_path: Path, lie: str, harm: str) -> None:
        """The same histories find the doubled or lost mail once look-ups lie: they can fail."""
        with pytest.raises(AssertionError, match=harm):
            simulated(tmp_path, runs=60, steps=20, lie=lie == "present")
