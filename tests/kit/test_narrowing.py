import pytest

from bailiwick.kit.narrowing import is_mapping, is_sequence, is_set

KINDS = {"mapping": is_mapping, "sequence": is_sequence, "set": is_set}


class TestNarrowing:
    @pytest.mark.parametrize(
        ("value", "name"),
        [({"a": 1}, "mapping"), ([1], "sequence"), ((1,), "sequence"), ({1}, "set"),
         (frozenset({1}), "set"), ("ab", ""), (b"ab", ""), (bytearray(b"ab"), ""), (1, "")],
    )  # fmt: skip
    def test_tells_containers_apart(self, value: object, name: str) -> None:
        """Each kind is known as itself and as nothing else; text is one value, not its letters."""
        assert "".join(kind for kind, holds in KINDS.items() if holds(value)) == name
