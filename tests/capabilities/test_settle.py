from tests.fakes.bundles import BUNDLE

from bailiwick.capabilities.crm_orchestrator.proposal import Selection
from bailiwick.capabilities.crm_orchestrator.settle import narrowed, numbered, own_candidate, settle
from bailiwick.domain.action import Action
from bailiwick.domain.ids import RunId

RUN = RunId("run_1")
ENRICH = own_candidate(Action.ENRICH, BUNDLE)
COMPANY = own_candidate(Action.COMPANY_ENRICH, BUNDLE)
ASK = own_candidate(Action.ESCALATE_TO_PERSON, BUNDLE)
NONE: frozenset[Action] = frozenset()


def actions(selection: Selection) -> list[Action]:
    return [one.action for one in selection.candidates]


class TestALaterRound:
    def test_is_no_riskier_after_foreign_text(self) -> None:
        """After a question to a person no writing step may take its place."""
        before = numbered([ASK], RUN, round_count=0)
        proposed = Selection(candidates=(ENRICH,))
        assert actions(narrowed(proposed, before, NONE, tainted=True)) == []
        assert actions(narrowed(proposed, before, NONE, tainted=False)) == [Action.ENRICH]

    def test_is_no_longer_after_foreign_text(self) -> None:
        """One step does not become two; without foreign text it may."""
        before = numbered([ENRICH], RUN, round_count=0)
        proposed = Selection(candidates=(ENRICH, COMPANY))
        assert actions(narrowed(proposed, before, NONE, tainted=True)) == [Action.ENRICH]
        assert len(narrowed(proposed, before, NONE, tainted=False).candidates) == 2

    def test_never_holds_what_was_refused(self) -> None:
        """A refused action is left out, by the reader's side and the router's."""
        proposed = Selection(candidates=(ENRICH, COMPANY))
        refused = frozenset({Action.ENRICH})
        assert actions(narrowed(proposed, [], refused, tainted=False)) == [Action.COMPANY_ENRICH]
        settled = settle(Selection(), BUNDLE, refused=frozenset({Action.REPLY}))
        assert actions(settled) == [Action.DO_NOTHING]


class TestAFullPlan:
    def test_makes_room_for_the_router(self) -> None:
        """Five other steps do not push out what the router decided."""
        settled = settle(Selection(candidates=(ENRICH,) * 5), BUNDLE, refused=NONE)
        assert actions(settled)[-1] is Action.REPLY
        assert len(settled.candidates) == 5
