"""Eight weeks of two campaigns in small: the bench `python -m bench.outreach simulation`."""

from pathlib import Path

from bench.outreach.simulation import Size, simulated


class TestEightWeeks:
    def test_keep_every_promise(self, tmp_path: Path) -> None:
        """A-CAMP-5: twelve recipients, clock changes, answers and crashes, judged from the wire."""
        found = simulated(tmp_path, Size(people=12, seed=11, pace=12, calm=3))
        assert found["violations_named"] == [], found
        assert found["without_an_end"] == 0, found
        mails, deaths, happened = found["mails"], found["deaths"], found["happened"]
        assert isinstance(mails, int)
        assert mails > 12
        assert deaths
        assert isinstance(happened, dict)
        assert happened["turns of two workers at once"]

    def test_move_nobody_for_a_full_mailbox(self, tmp_path: Path) -> None:
        """Windows and other limits move recipients: a few times for each touch, and not a swarm."""
        on_record = simulated(tmp_path, Size(people=8, seed=3, pace=12))["on_record"]
        assert isinstance(on_record, dict)
        begun, moved = on_record["begun"], on_record["moved"]
        assert isinstance(begun, int)
        assert isinstance(moved, int)
        assert 0 < moved < 4 * begun
