from datetime import UTC, datetime

import pytest

from bailiwick.domain.proposed_fact import ProposedFact, facts_from_args, facts_to_args
from bailiwick.domain.provenance import Source, Trust
from bailiwick.kit.hashing import Canonical, canonical_bytes

FACT = ProposedFact(
    subject="con_1",
    field="phone",
    value="+442079460000",
    confidence_permille=850,
    source=Source.MAIL,
    method="signature",
    evidence=("message:msg_1#signature:0-5",),
    trust=Trust.UNVERIFIED,
    observed_at=datetime(2026, 7, 14, 10, 0, 0, 123456, tzinfo=UTC),
)


def changed(**fields: Canonical) -> dict[str, Canonical]:
    """The arguments of a step with one fact, some of its fields changed."""
    return {"facts": [{**FACT.to_args(), **fields}]}


MISSHAPEN: tuple[dict[str, Canonical], ...] = (
    {},
    {"facts": "x"},
    {"facts": [], "more": 1},
    {"facts": ["x"]},
    {"facts": [changed()]},
)


class TestProposedFacts:
    def test_come_back_as_they_went(self) -> None:
        """The canonical form holds everything, to the microsecond."""
        args = facts_to_args([FACT])
        assert canonical_bytes(args)
        assert facts_from_args(args) == (FACT,)

    @pytest.mark.parametrize(
        "args",
        [
            *MISSHAPEN,
            changed(more=1),
            changed(value=1),
            changed(confidence_permille=True),
            changed(confidence_permille="850"),
            changed(observed_at_us=None),
            changed(evidence="message:1"),
            changed(evidence=[1]),
        ],
    )
    def test_of_another_shape_are_refused(self, args: dict[str, Canonical]) -> None:
        """A missing, extra or wrongly typed field is a TypeError with its name."""
        with pytest.raises(TypeError, match=r"fact|facts"):
            facts_from_args(args)

    @pytest.mark.parametrize(
        "args",
        [
            changed(confidence_permille=1001),
            changed(confidence_permille=-1),
            changed(value="x" * 501),
            changed(source="rumour"),
            changed(trust="total"),
            {"facts": [FACT.to_args()] * 21},
        ],
    )
    def test_out_of_bounds_are_refused(self, args: dict[str, Canonical]) -> None:
        """A number, word or count outside its range is a ValueError."""
        with pytest.raises(ValueError, match=r"fact|facts|Source|Trust"):
            facts_from_args(args)
