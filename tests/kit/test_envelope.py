"""A sealed value opens for its own place and key, and for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.kit.envelope import KEY_BYTES, Envelope, UnableToOpenSeal, derived_key

ENVELOPE = Envelope(b"k" * KEY_BYTES)


class TestASeal:
    @given(st.binary(), st.lists(st.text(), min_size=1).map(tuple))
    def test_opens_for_its_place(self, plain: bytes, place: tuple[str, ...]) -> None:
        """What was sealed comes back, whatever it was."""
        assert ENVELOPE.open(ENVELOPE.seal(plain, *place), *place) == plain

    @given(
        st.lists(st.text(max_size=3), min_size=1).map(tuple),
        st.lists(st.text(max_size=3), min_size=1).map(tuple),
    )
    def test_opens_for_no_other_place(self, place: tuple[str, ...], other: tuple[str, ...]) -> None:
        """A value moved to another row is refused, also when the parts run together alike."""
        sealed = ENVELOPE.seal(b"secret", *place)
        if place != other:
            with pytest.raises(UnableToOpenSeal):
                ENVELOPE.open(sealed, *other)

    @given(st.data())
    def test_opens_after_no_change(self, data: st.DataObject) -> None:
        """Every changed byte and every cut is found."""
        sealed = ENVELOPE.seal(b"a secret of some length", "row")
        changed = bytearray(sealed)
        at = data.draw(st.integers(0, len(sealed) - 1))
        changed[at] ^= data.draw(st.integers(1, 255))
        for damaged in (bytes(changed), sealed[:at]):
            with pytest.raises(UnableToOpenSeal):
                ENVELOPE.open(damaged, "row")

    @given(st.binary(max_size=64))
    def test_is_never_replaced_by_plain_text(self, plain: bytes) -> None:
        """Bytes that nobody sealed are refused, not returned."""
        with pytest.raises(UnableToOpenSeal):
            ENVELOPE.open(plain, "row")

    def test_shows_nothing_and_never_repeats(self) -> None:
        """The plain bytes are not in it, and sealing twice gives two different values."""
        first, second = (ENVELOPE.seal(b"visible secret", "row") for _ in range(2))
        assert b"visible secret" not in first
        assert first != second

    def test_opens_under_no_other_key(self) -> None:
        """Another purpose is another key."""
        mail, hook = (Envelope(derived_key(b"s" * 32, purpose=p)) for p in ("mail", "hook"))
        with pytest.raises(UnableToOpenSeal):
            hook.open(mail.seal(b"secret", "row"), "row")
