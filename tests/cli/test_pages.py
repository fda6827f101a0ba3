"""Long lists come in pages; values become plain JSON."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.stores import NOW

from bailiwick.cli.pages import UnableToPage, checked, sliced
from bailiwick.cli.wording import moment, percent
from bailiwick.domain.approval import Needs
from bailiwick.domain.crm import Role
from bailiwick.kit.plain import UnableToShow, plain


class TestPages:
    @given(st.lists(st.integers(), unique=True, max_size=30), st.integers(1, 7))
    def test_pages_follow_each_other(self, items: list[int], size: int) -> None:
        """Walking the cursors shows every item once and in order."""
        seen: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            page = sliced(items, key=str, cursor=cursor, size=size)
            seen.extend(page.items)
            assert len(page.items) <= size
            cursor = page.next_cursor
        assert seen == items

    def test_an_unknown_cursor_is_named(self) -> None:
        """A cursor from elsewhere does not silently start at the top."""
        with pytest.raises(UnableToPage, match="not in this list"):
            sliced(["a"], key=str, cursor="b", size=1)

    @pytest.mark.parametrize("size", [0, -1, 501])
    def test_a_page_has_a_bound(self, size: int) -> None:
        """Neither nothing nor everything is a page."""
        with pytest.raises(UnableToPage):
            checked(size)
        assert checked(500) == 500


class _Colour(StrEnum):
    RED = "red"


class TestPlain:
    def test_turns_records_into_json(self) -> None:
        """Fields, enums, instants, tuples and sets have one plain form."""
        assert plain(Needs(role=Role.ADMIN)) == {"role": "admin", "persons_count": 1}
        assert plain((NOW, _Colour.RED, None)) == [NOW.isoformat(), "red", None]
        assert plain({"a": frozenset({"y", "x"})}) == {"a": ["x", "y"]}

    def test_refuses_what_has_no_plain_form(self) -> None:
        """An object that nobody thought of is a bug, not an empty answer."""
        with pytest.raises(UnableToShow):
            plain(object())

    @pytest.mark.parametrize(
        ("permille", "words"), [(0, "0.00"), (600, "0.60"), (605, "0.605"), (1000, "1.00")]
    )
    def test_shows_a_permille_as_a_fraction(self, permille: int, words: str) -> None:
        """Confidence reads as in the articles."""
        assert percent(permille) == words

    def test_shows_an_instant_in_utc(self) -> None:
        """A time names its zone; no time is a dash."""
        assert moment(NOW) == "2026-11-20 09:00 UTC"
        assert moment(None) == "-"
