"""JSON is packed where that makes it smaller, and comes back as it was."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.kit.json_value import json_text
from bailiwick.kit.packing import UnableToUnpack, packed, unpacked

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda one: st.lists(one) | st.dictionaries(st.text(), one),
)
LONG = b'{"said": [' + b'"the same words", ' * 200 + b"0]}"


class TestPacked:
    @given(JSON)
    def test_comes_back_as_it_was(self, value: object) -> None:
        """Any JSON is the same after packing, and never larger."""
        body = json_text(value).encode()  # pyright: ignore[reportArgumentType] - JSON
        assert unpacked(packed(body)) == body
        assert len(packed(body)) <= len(body)

    def test_is_small_where_words_are_repeated(self) -> None:
        """A long text that repeats itself takes a tenth; a short one stays as it is."""
        assert len(packed(LONG)) < len(LONG) / 10
        assert packed(b'{"v":1}') == b'{"v":1}'


class TestUnpacked:
    def test_reads_what_was_never_packed(self) -> None:
        """A body of an earlier release is JSON itself."""
        assert unpacked(LONG) == LONG

    @pytest.mark.parametrize(
        "body", [packed(LONG)[:-3], packed(LONG) + b"x", b"x", b"xyz", b"x\x9c" + bytes(9)]
    )
    def test_refuses_what_is_malformed(self, body: bytes) -> None:
        """What is cut off, longer or no stream at all is refused."""
        with pytest.raises(UnableToUnpack):
            unpacked(body)

    def test_inflates_no_bomb(self) -> None:
        """A stream that would grow beyond the bound is refused; at the bound it is read."""
        bomb = zlib.compress(bytes(1_000))
        assert unpacked(bomb, bytes_max=1_000) == bytes(1_000)
        with pytest.raises(UnableToUnpack, match="999"):
            unpacked(bomb, bytes_max=999)
