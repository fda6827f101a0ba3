import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bailiwick.domain.question.rows import Cell, Rows
from bailiwick.domain.question.summary import Chart, chart_of, numbers_in, summary, unfounded

ROWS = Rows(
    columns=("stage", "deals", "amount"),
    rows=(("Proposal", 28, 703_200.0), ("Discovery", 33, 1_129_200.5)),
)


def of(*rows: tuple[Cell, ...], cut: bool = False) -> Rows:
    return Rows(columns=tuple("abcdef"[: len(rows[0])]), rows=rows, cut=cut)


class TestTheCheck:
    @pytest.mark.parametrize(
        "said",
        [
            "Proposal has 28 deals of 703,200.", "There are 2 stages.", "61 deals in all.",
            "30.5 deals on average.", "Discovery is 54.1% of the deals.", "1,832,400.5 together.",
            "No numbers at all.",
        ],
    )  # fmt: skip
    def test_finds_what_the_rows_hold_or_come_to(self, said: str) -> None:
        """A cell, the count, a sum, a mean and a share are founded."""
        assert unfounded(said, ROWS) == ()

    @pytest.mark.parametrize(
        ("said", "wrong"),
        [
            ("Proposal has 29 deals.", 29), ("Proposal has 703,201.", 703_201),
            ("It fell by 12 percent.", 12), ("There are 3 stages.", 3), ("About -28.", -28),
            ("62 deals in all.", 62),
        ],
    )  # fmt: skip
    def test_tells_each_number_that_is_made_up(self, said: str, wrong: float) -> None:
        """A corrupted number is found, however near it is."""
        assert unfounded(said, ROWS) == (wrong,)

    def test_takes_the_questions_own_numbers_as_given(self) -> None:
        """What the question says may be said again."""
        assert unfounded("In 30 days: 28.", ROWS, given=("in 30 days",)) == ()

    def test_computes_nothing_over_rows_that_were_cut(self) -> None:
        """A sum of a part is no sum."""
        assert unfounded("61 in all.", Rows(columns=ROWS.columns, rows=ROWS.rows, cut=True)) == (
            61.0,
        )

    def test_does_not_take_dates_for_numbers(self) -> None:
        """A day is not three numbers."""
        assert numbers_in("on 2026-11-01 12:30:00 and 2026-09: 5") == (5.0,)

    @given(
        st.lists(st.integers(0, 10**6), min_size=1, max_size=6),
        st.integers(0, 10**6),
        st.integers(1, 10**6),
    )
    def test_never_passes_a_corrupted_summary(self, cells: list[int], at: int, change: int) -> None:
        """Changing any number of a true sentence to one that rows do not come to is noticed."""
        rows = of(*((cell,) for cell in cells))
        place = at % len(cells)
        told = list(cells)
        told[place] += change
        founded = {len(cells), sum(cells), sum(cells) / len(cells), *cells}
        founded |= {100 * one / sum(cells) for one in cells if sum(cells)}
        assume(all(abs(told[place] - one) > 0.01 for one in founded))
        sentence = "; ".join(map(str, told))
        assert told[place] in unfounded(sentence, rows)


class TestTheSummary:
    def test_says_one_row_whole_and_the_first_of_many(self) -> None:
        """One figure is said, several rows are counted and the first told."""
        assert summary("Deals", of((3,))) == "Deals: 3."
        assert summary("Sum", of(("EUR", 1500.5))) == "Sum: EUR, b 1,500.50."
        assert summary("Stages", ROWS) == (
            "Stages: 2 rows. Proposal, deals 28, amount 703,200; "
            "Discovery, deals 33, amount 1,129,200.50."
        )

    def test_falls_back_to_what_is_sure(self) -> None:
        """A sentence with an unfounded number is not said; the count of rows is."""
        assert summary("Deals", of((3,)), ending="") == "Deals: 3."
        text = of(("x" * 33 + " 12345678",))
        assert summary("Names", text) == "Names: 1 row."

    def test_says_that_nothing_was_found(self) -> None:
        """No rows are said to be none."""
        assert summary("Deals", Rows(columns=("a",), rows=())) == "Deals: nothing found."


class TestCharts:
    @pytest.mark.parametrize(
        ("rows", "chart"),
        [
            (of((3,)), Chart.FIGURE),
            (of(("2026-01", 3), ("2026-02", 4)), Chart.LINE),
            (of(("DE", 3), ("GB", 4)), Chart.BAR),
            (of(("DE", "x"), ("GB", "y")), Chart.TABLE),
            (of(("DE", 3), ("DE", 4)), Chart.TABLE),
        ],
    )
    def test_fit_the_rows(self, rows: Rows, chart: Chart) -> None:
        """Time is a line, groups are bars, names a table, one number a figure."""
        assert chart_of(rows) is chart
