"""A window as people write it: read, shown again, and refused with what fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.campaign.window import OFFICE_HOURS, Block, Window
from bailiwick.domain.campaign.window_text import UnableToReadWindow, window_of, window_text

BLOCKS = st.builds(
    Block, weekday=st.integers(0, 6), start=st.integers(0, 719), end=st.integers(720, 1_440)
)


class TestAnyWindow:
    @given(st.lists(BLOCKS, min_size=1, max_size=42))
    def test_is_read_back_from_its_text(self, blocks: list[Block]) -> None:
        """Each block comes back, midnight as 24:00."""
        found = window_of(window_text(Window(name="any", blocks=tuple(blocks))))
        assert sorted(found.blocks) == sorted(blocks)


class TestAText:
    def test_takes_a_run_of_days_and_any_case(self) -> None:
        """`Mon-Fri` is five blocks."""
        assert window_of("Mon-Fri  8:00-18:00").blocks == OFFICE_HOURS.blocks

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "such as mon-fri"),
            ("always", "such as mon-fri"),
            ("mon 9-17", "such as mon-fri"),
            ("fri-mon 09:00-17:00", "two parts"),
            ("mon 17:00-09:00", "is no block"),
            ("mon 09:00-25:00", "is no block"),
            (", ".join(["mon-sun 09:00-17:00"] * 7), "1 to 42"),
        ],
    )
    def test_that_is_none_is_refused_with_what_fits(self, text: str, said: str) -> None:
        """The part is named, with an example or the rule it breaks."""
        with pytest.raises(UnableToReadWindow, match=said):
            window_of(text)
