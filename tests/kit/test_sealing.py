"""Sealed bytes open with their key and their place only."""

import pytest

from bailiwick.kit.sealing import (
    UnableToOpenSealed,
    derived_key,
    new_key,
    opened,
    opened_text,
    sealed,
    sealed_text,
)

KEY = bytes(range(32))


class TestSealed:
    def test_opens_with_the_same_key_and_place(self) -> None:
        """What was sealed comes back whole, lone surrogates too."""
        assert opened(KEY, sealed(KEY, b"abc", about="a"), about="a") == b"abc"
        assert opened_text(KEY, sealed_text(KEY, "ü\ud800", about="a"), about="a") == "ü\ud800"

    def test_is_never_the_same_twice(self) -> None:
        """Equal texts cannot be told from their sealed form."""
        assert sealed(KEY, b"abc", about="a") != sealed(KEY, b"abc", about="a")

    def test_does_not_open_elsewhere(self) -> None:
        """Another key, another place, a changed byte and a cut end are all refused."""
        content = sealed(KEY, b"abc", about="a")
        changed = content[:-1] + bytes([content[-1] ^ 1])
        for key, found, about in (
            (new_key(), content, "a"),
            (KEY, content, "b"),
            (KEY, changed, "a"),
            (KEY, content[:-1], "a"),
            (KEY, b"", "a"),
        ):
            with pytest.raises(UnableToOpenSealed):
                opened(key, found, about=about)

    def test_text_that_is_no_base64_is_refused(self) -> None:
        """Damaged text is told, not guessed."""
        with pytest.raises(UnableToOpenSealed):
            opened_text(KEY, "ä", about="a")


class TestDerivedKey:
    def test_differs_by_purpose_and_salt(self) -> None:
        """One secret gives unrelated keys for unrelated purposes."""
        keys = {
            derived_key(b"s", purpose="a"),
            derived_key(b"s", purpose="b"),
            derived_key(b"s", purpose="a", salt=b"x"),
        }
        assert len(keys) == 3
        assert derived_key(b"s", purpose="a") in keys
