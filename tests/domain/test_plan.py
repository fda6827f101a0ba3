"""The name of an effect: everything that makes it another effect goes in, and nothing else."""

from dataclasses import replace

import pytest

from bailiwick.domain.action import Action
from bailiwick.domain.ids import RunId, StepId, WorkspaceId
from bailiwick.domain.plan import Step, effect_key
from bailiwick.domain.provenance import Provenance, Source

HERE, RUN = WorkspaceId("wsp_here"), RunId("run_a")
STEP = Step(
    step_id=StepId("run_a.1"),
    action=Action.SEND_MESSAGE,
    args={"contact_id": "con_dana", "mail": {"subject": "Hello"}},
    provenance=Provenance(confidence_permille=900, reason="test", source=Source.RULE),
)


class TestEffectKey:
    def test_is_the_same_for_the_same_effect(self) -> None:
        """A retry, a restart and another process name it alike."""
        again = replace(STEP, args={"mail": {"subject": "Hello"}, "contact_id": "con_dana"})
        assert effect_key(HERE, again, RUN) == effect_key(HERE, STEP, RUN)

    def test_does_not_depend_on_why(self) -> None:
        """How sure the planner was, or in which words, makes no other effect."""
        surer = replace(STEP.provenance, confidence_permille=1000, reason="tried again")
        assert effect_key(HERE, replace(STEP, provenance=surer), RUN) == effect_key(HERE, STEP, RUN)

    def test_differs_by_workspace(self) -> None:
        """Two workspaces never share an effect, however alike their rows are."""
        assert effect_key(WorkspaceId("wsp_there"), STEP, RUN) != effect_key(HERE, STEP, RUN)

    def test_differs_by_run(self) -> None:
        """Another run is another effect."""
        assert effect_key(HERE, STEP, RunId("run_b")) != effect_key(HERE, STEP, RUN)

    @pytest.mark.parametrize(
        "other",
        [
            replace(STEP, step_id=StepId("run_a.2")),
            replace(STEP, action=Action.DO_NOTHING),
            replace(STEP, args={"contact_id": "con_dana", "mail": {"subject": "Hello!"}}),
            replace(STEP, args={"contact_id": "con_kim", "mail": {"subject": "Hello"}}),
        ],
    )
    def test_differs_by_step_action_and_arguments(self, other: Step) -> None:
        """Whatever changes what is done changes the name."""
        assert effect_key(HERE, other, RUN) != effect_key(HERE, STEP, RUN)
