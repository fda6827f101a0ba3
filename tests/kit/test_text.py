"""Text made safe to compare and to show."""

import pytest

from bailiwick.kit.text import capped, folded, one_line, without_controls


class TestText:
    def test_is_one_line_without_anything_invisible(self) -> None:
        """Line breaks, bidirectional marks and zero-width characters cannot hide in a header."""
        assert one_line("Invoice\r\nBcc:\u202e x\u200by") == "Invoice Bcc: xy"

    @pytest.mark.parametrize("text", ["Zoë O’Brien", "渡辺", "-5 °C", "🙂"])
    def test_of_people_stays_as_it_is(self, text: str) -> None:
        """Accents, scripts, signs and emoji pass unchanged."""
        assert one_line(text) == text
        assert without_controls(text) == text

    def test_folds_look_alikes_of_width_and_case(self) -> None:
        """Full-width and upper case compare as plain text."""
        assert folded("\uff21\uff23\uff2d\uff25  Steel") == folded("acme steel")

    def test_is_cut_with_a_mark(self) -> None:
        """Cut text says so; short text is untouched."""
        assert capped("abcdef", 4) == "abc…"
        assert capped("abcd", 4) == "abcd"
