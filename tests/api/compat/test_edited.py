from hypothesis import given
from hypothesis import strategies as st

from bailiwick.api.compat.edited import Unusable, edited_as_shown
from bailiwick.kit.json_value import Json, json_text

WHOLE = st.integers(min_value=-(10**17), max_value=10**17)
SCALARS = st.one_of(
    st.booleans(), WHOLE, st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=20)
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


class TestEditedAsShown:
    @given(st.dictionaries(st.text(max_size=8), VALUES, max_size=4))
    def test_gives_back_what_a_form_turned_into_text(self, shown: dict[str, Json]) -> None:
        """Every shown value, turned to text as browsers do, comes back with its value and type."""
        edited: dict[str, Json] = {
            name: value if isinstance(value, str) or value is None else json_text(value)
            for name, value in shown.items()
        }
        found = edited_as_shown(edited, shown)
        assert found == shown
        assert isinstance(found, dict)
        assert {n: type(v) for n, v in found.items()} == {n: type(v) for n, v in shown.items()}

    @given(st.dictionaries(st.text(max_size=8), VALUES, max_size=4))
    def test_keeps_values_of_the_shown_type(self, shown: dict[str, Json]) -> None:
        """What was sent with the right type is not touched."""
        assert edited_as_shown(shown, shown) == shown

    @given(st.text(max_size=20), st.one_of(st.booleans(), WHOLE))
    def test_never_loses_anything_of_a_text(self, text: str, shown: Json) -> None:
        """A text that is read as a number or a truth is exactly how that value is written."""
        found = edited_as_shown({"a": text}, {"a": shown})
        if not isinstance(found, Unusable):
            assert json_text(found["a"]) == text.strip()

    def test_refuses_what_would_be_guessed(self) -> None:
        """Padding zeros, exponents, half numbers, doubled keys and other types are refused."""
        losses: list[tuple[Json, Json]] = [
            ("007", 7),
            ("1e3", 1000),
            ("2.5", 2),
            ("yes", True),
            (1, True),
            (True, 1),
            ("nan", 1.5),
            ("0.1000000000000000055511151231257827", 1.5),
            ('{"a": 1, "a": 2}', {"a": 1}),
            ('{"a": 1}', [1]),
            ("[1", [1]),
            (None, [1]),
            (3, "text"),
            ("[" * 5_000, [1]),
        ]
        for sent, shown in losses:
            assert isinstance(edited_as_shown({"a": sent}, {"a": shown}), Unusable), (sent, shown)

    def test_refuses_other_names(self) -> None:
        """An edit neither adds nor drops an argument, and the message names it."""
        added = edited_as_shown({"a": 1, "b": 2}, {"a": 1})
        dropped = edited_as_shown({}, {"a": 1})
        assert isinstance(added, Unusable)
        assert isinstance(dropped, Unusable)
        assert "'b'" in added.reason
        assert "'a'" in dropped.reason
