"""Eight weeks of two campaigns in small: the bench `python -m bench.outreach simulation`."""

from pathlib import Path

from bench.outreach.simulation import Size, simulated


class TestEightWeeks:
    def test_keep_every_promise(self, tmp_path: Path) -> None:
        """A-CAMP-5: twelve recipients, clock changes, answers and crashes, judged from the wire."""
        found = simulated(tmp_path, Size(people=12, seed=11, pace=12))
        assert found["violations_named"] == [], found
        assert found["without_an_end"] == 0, found
        mails, deaths = found["mails"], found["deaths"]
        assert isinstance(mails, int)
        assert mails > 12
        assert deaths
