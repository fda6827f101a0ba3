"""The strict reader of replies."""

import json

import pytest
from bench.model_asks import Label, Move, Proposal, Wish
from hypothesis import given, settings
from hypothesis import strategies as st

from bailiwick.models.faults import ModelInvalid
from bailiwick.models.reader import ERRORS_CHARACTERS_MAX, read_value

GOOD = '{"wish": "buy", "confidence_permille": 700}'
MOVE = (
    '{"action": "buy", "to": "a", "confidence": 0.5, "requires_approval": true, "evidence": ["x"]}'
)


class TestTheReader:
    @pytest.mark.parametrize(
        "text",
        [GOOD, f"\n {GOOD} \n", f"```json\n{GOOD}\n```", f"```\n{GOOD}\n```\n"],
    )
    def test_takes_a_reply_that_fits(self, text: str) -> None:
        """Plain JSON, with space around it, or in one code fence."""
        assert read_value(text, Label) == Label(wish=Wish.BUY, confidence_permille=700)

    def test_takes_whole_numbers_where_a_fraction_may_stand(self) -> None:
        """JSON has one kind of number: 1 is a confidence."""
        move = read_value(MOVE.replace("0.5", "1"), Move)
        assert move.confidence == 1.0

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("", "not one JSON value"),
            ("I think you should", "not one JSON value"),
            (GOOD + GOOD, "not one JSON value"),
            ("Here: " + GOOD, "not one JSON value"),
            ("\ufeff" + GOOD, "not one JSON value"),
            (f"```json\n{GOOD}\n```\nDone!", "not one JSON value"),
            (GOOD.replace("700", "NaN"), "NaN is no JSON number"),
            (GOOD.replace("700", "Infinity"), "Infinity is no JSON number"),
            (GOOD.replace("700", "-Infinity"), "-Infinity is no JSON number"),
            (GOOD.replace("700", "1e999"), "too large"),
            (GOOD.replace("}", ', "wish": "leave"}'), "the same key twice"),
            (GOOD.replace("700", "true"), "confidence_permille"),
            (GOOD.replace("700", '"700"'), "confidence_permille"),
            (GOOD.replace("700", "700.0"), "confidence_permille"),
            (GOOD.replace("700", "1001"), "less than or equal to 1000"),
            (GOOD.replace("buy", "win_the_deal"), "wish"),
            (GOOD.replace("buy", "BUY"), "wish"),
            (GOOD.replace("}", ', "extra": 1}'), "extra: Extra inputs are not permitted"),
            ('{"wish": "buy"}', "confidence_permille: Field required"),
            ("[]", "the whole"),
            ("null", "the whole"),
            ("[" * 100_000, "nested too deeply"),
            ("9" * 10_000, "not one JSON value"),
        ],
    )
    def test_refuses_a_reply_that_does_not(self, text: str, what: str) -> None:
        """Each way to miss the contract is refused, and the repair turn is told which it was."""
        with pytest.raises(ModelInvalid) as refused:
            read_value(text, Label)
        assert what in refused.value.errors
        assert refused.value.reply == text

    def test_refuses_extra_fields_and_twin_keys_at_any_depth(self) -> None:
        """The contract holds inside lists too."""
        whole = f'{{"objective": "o", "moves": [{MOVE}]}}'
        assert len(read_value(whole, Proposal).moves) == 1
        for bad in (
            whole.replace('"to"', '"x": 1, "to"'),
            whole.replace('"to"', '"to": "b", "to"'),
            whole.replace("0.5", "true"),
            whole.replace("true", '"yes"'),
        ):
            with pytest.raises(ModelInvalid):
                read_value(bad, Proposal)

    def test_bounds_what_the_repair_turn_is_told(self) -> None:
        """A thousand errors are not quoted back."""
        moves = ", ".join(["{}"] * 1_000)
        with pytest.raises(ModelInvalid) as refused:
            read_value(f'{{"objective": "o", "moves": [{moves}]}}', Proposal)
        assert len(refused.value.errors) <= ERRORS_CHARACTERS_MAX

    @settings(max_examples=500, derandomize=True)
    @given(
        text=st.one_of(
            st.text(max_size=80),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.text(max_size=5),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(
                        st.sampled_from(["wish", "confidence_permille", "x"]), inner, max_size=3
                    )
                ),
                max_leaves=8,
            ).map(json.dumps),
        )
    )
    def test_answers_or_refuses_whatever_comes(self, text: str) -> None:
        """Any text gives a value of the contract or ModelInvalid, never another fault."""
        try:
            value = read_value(text, Label)
        except ModelInvalid:
            return
        assert 0 <= value.confidence_permille <= 1000
