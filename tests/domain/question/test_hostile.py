from bench.answers.hostile import BENIGN, HOSTILE, trial

MUTATIONS_COUNT = 350


class TestHostileStatements:
    def test_write_nothing_and_show_nobody_elses_rows(self) -> None:
        """Mutations of every attack leave the rows as they are, in time; the twins are answered."""
        found = trial(MUTATIONS_COUNT)
        assert found["writes"] == 0
        assert found["foreign_rows"] == 0
        assert found["too_slow"] == 0
        assert found["benign_answered"] == len(BENIGN)

    def test_are_enough(self) -> None:
        """There are many attacks, and twins of them that must be answered."""
        assert len(HOSTILE) >= 25
        assert len(BENIGN) >= 20
