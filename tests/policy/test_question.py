import dataclasses

import pytest

from bailiwick.kit.hashing import Canonical, canonical_bytes
from bailiwick.policy import specimen
from bailiwick.policy.judge import REMEDIES, as_standing
from bailiwick.policy.question import (
    UnableToReadQuestion,
    question_from_args,
    question_to_args,
    standing_from_args,
    standing_to_args,
)

APPROVED = dataclasses.replace(
    specimen.clear_standing(),
    approval=as_standing(REMEDIES[-1]),
    concerns=frozenset({"legal", "complaint"}),
)


class TestStandingArgs:
    def test_come_back_as_they_were(self) -> None:
        """What is recorded is read back equal, with and without an approval."""
        for standing in (APPROVED, specimen.clear_standing()):
            assert standing_from_args(standing_to_args(standing)) == standing

    def test_are_canonical(self) -> None:
        """Sets are sorted, so that equal standings have equal bytes."""
        args = standing_to_args(APPROVED)
        assert args["concerns"] == ["complaint", "legal"]
        assert canonical_bytes(args)

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"risk": True}, "standing: risk is int, not bool"),
            ({"risk": 1.0}, "standing: risk is int, not float"),
            ({"halted": 0}, "standing: halted is bool, not int"),
            ({"purpose": None}, "standing: purpose is str, not NoneType"),
            ({"concerns": "legal"}, "standing: concerns is list of words, not str"),
            ({"concerns": [1]}, "standing: concerns is list of words"),
            ({"approval": "yes"}, "approval is a record or null, not str"),
            ({"approval": {}}, "standing: approval: .*missing facts \\['age_seconds'"),
            ({"mood": 1}, "unknown facts \\['mood'\\]"),
        ],
    )
    def test_are_read_strictly(self, changes: dict[str, Canonical], complaint: str) -> None:
        """Another type, a missing or an unknown fact is named, never guessed."""
        with pytest.raises(UnableToReadQuestion, match=complaint):
            standing_from_args({**standing_to_args(specimen.clear_standing()), **changes})

    def test_name_what_is_missing(self) -> None:
        """A standing recorded before a fact existed says which fact."""
        args = standing_to_args(specimen.clear_standing())
        del args["suppressed"]
        with pytest.raises(UnableToReadQuestion, match=r"missing facts \['suppressed'\]"):
            standing_from_args(args)


class TestQuestionArgs:
    def test_come_back_as_they_were(self) -> None:
        """A recorded question is read back equal."""
        question = specimen.clear_question()
        assert question_from_args(question_to_args(question)) == question

    @pytest.mark.parametrize(
        ("changes", "complaint"),
        [
            ({"action": "send_massage"}, "'send_massage' is not a valid Action"),
            ({"resource_kind": "Pet"}, "'Pet' is not a valid ResourceKind"),
            ({"resource_id": 7}, "resource_id is text, not int"),
            ({"standing": None}, "standing is a record, not NoneType"),
            ({"mood": "good"}, "missing or unknown fields: mood"),
        ],
    )
    def test_are_read_strictly(self, changes: dict[str, Canonical], complaint: str) -> None:
        """A question of another shape is named, never guessed."""
        with pytest.raises(UnableToReadQuestion, match=complaint):
            question_from_args({**question_to_args(specimen.clear_question()), **changes})
