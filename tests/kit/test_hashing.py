"""The one canonical encoding."""

from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.kit.hashing import Canonical, canonical_bytes, digest

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)


class TestTheCanonicalEncoding:
    def test_does_not_depend_on_the_order_of_keys(self) -> None:
        """The same content is the same bytes."""
        assert canonical_bytes({"b": 1, "a": [1, 2]}) == canonical_bytes({"a": [1, 2], "b": 1})

    def test_is_compact_utf8(self) -> None:
        """No space, no escapes: what is hashed can be read."""
        assert canonical_bytes({"ä": "é"}) == '{"ä":"é"}'.encode()

    def test_takes_any_mapping_and_sequence(self) -> None:
        """Frozen values encode as plain ones do."""
        frozen = MappingProxyType({"a": (1, 2)})
        assert canonical_bytes(frozen) == canonical_bytes({"a": [1, 2]})

    @pytest.mark.parametrize("bad", [1.5, b"x", {1: "x"}, {"x": {2.0}}, object()])
    def test_refuses_what_has_no_one_form(self, bad: Canonical) -> None:
        """Floats, bytes, other keys and unknown types are a TypeError, never a guess."""
        with pytest.raises(TypeError):
            canonical_bytes(bad)

    def test_refuses_bottomless_nesting(self) -> None:
        """Depth is bounded."""
        value: Canonical = []
        for _ in range(40):
            value = [value]
        with pytest.raises(ValueError, match="32"):
            canonical_bytes(value)

    @given(one=VALUES, other=VALUES)
    def test_tells_different_values_apart(self, one: Canonical, other: Canonical) -> None:
        """Equal bytes mean equal values (True is not 1 here)."""
        if canonical_bytes(one) == canonical_bytes(other):
            assert one == other
            assert digest(one) == digest(other)
