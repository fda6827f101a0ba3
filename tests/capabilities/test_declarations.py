import subprocess
import sys
from pathlib import Path

import pytest
from tests.fakes.bundles import BUNDLE

from bailiwick.capabilities.campaign.asks import WRITE as TOUCH
from bailiwick.capabilities.crm_orchestrator.asks import PLAN
from bailiwick.capabilities.crm_orchestrator.proposal import PlanProposal
from bailiwick.capabilities.followup.asks import WRITE as FOLLOW_UP
from bailiwick.capabilities.outreach.asks import WRITE as OPEN
from bailiwick.capabilities.reply.asks import WRITE as ANSWER
from bailiwick.capabilities.second_reading.asks import LABEL, ReplyLabel
from bailiwick.control.load import load_graph_module, load_spec
from bailiwick.control.registry import CAPABILITIES
from bailiwick.domain.action import TERMS, Action
from bailiwick.domain.autonomy import Level
from bailiwick.domain.reading import Intent
from bailiwick.graph.letter import LetterText, LetterView, template_text
from bailiwick.models.prompts import PromptLibrary
from bailiwick.models.render import user_text
from bailiwick.models.schema import contract_schema

VIEW = LetterView(
    kind="reply",
    language="en",
    words_max=120,
    middle="Thank you.",
    intent="info_request",
    topics=("security",),
    questions_count=1,
    sayable=(),
)


class TestSpecs:
    @pytest.mark.parametrize("name", CAPABILITIES)
    def test_declare_themselves(self, name: str) -> None:
        """Each spec names itself, stays below its ceiling and declares known actions."""
        spec = load_spec(name)
        assert spec.name == name
        assert spec.level_max <= Level.L3
        assert spec.actions <= set(Action)
        assert spec.seconds_max in {20, 30, 60, 90, 120, 180}

    def test_reach_every_delegated_capability(self) -> None:
        """Each delegating action the orchestrator declares has a registered capability."""
        declared = load_spec("crm_orchestrator").actions
        delegates = {TERMS[a].capability for a in declared} - {None}
        by_others = {
            "crm_orchestrator",
            "campaign",
            "lead_scoring",
            "second_reading",
            "text_to_sql",
        }
        assert delegates == set(CAPABILITIES) - by_others

    def test_let_only_the_drafting_capabilities_send(self) -> None:
        """The orchestrator proposes no mail, enrichment neither."""
        senders = {n for n in CAPABILITIES if Action.SEND_MESSAGE in load_spec(n).actions}
        assert senders == {"reply", "outreach", "followup", "campaign"}

    def test_load_without_a_graph(self) -> None:
        """Listing what exists does not load LangGraph."""
        code = (
            "import sys\n"
            "from bailiwick.control.load import load_spec\n"
            "from bailiwick.control.registry import CAPABILITIES\n"
            "for name in CAPABILITIES: load_spec(name)\n"
            "sys.exit(any(m.startswith(('langgraph', 'langchain')) for m in sys.modules))\n"
        )
        done = subprocess.run([sys.executable, "-c", code], check=False, timeout=30)  # noqa: S603 - our own code
        assert done.returncode == 0

    @pytest.mark.parametrize("name", CAPABILITIES)
    def test_have_a_graph_that_compiles(self, name: str) -> None:
        """Each graph compiles; what may propose anything has it judged before it is dispatched."""
        graph = load_graph_module(name).build()
        graph.compile()
        assert bool(load_spec(name).actions) is ({"judge", "dispatch"} <= set(graph.nodes))


class TestPrompts:
    @pytest.mark.parametrize("ask", [ANSWER, OPEN, FOLLOW_UP, TOUCH], ids=lambda ask: ask.prompt)
    def test_of_letters_agree_with_their_questions(self, ask: object) -> None:
        """Front matter, hash, contract and input of each letter prompt fit together."""
        asked = {one.prompt: one for one in (ANSWER, OPEN, FOLLOW_UP, TOUCH)}
        letter = next(one for one in asked.values() if one is ask)
        prompt = PromptLibrary().for_ask(letter)
        assert prompt.schema == LetterText.__name__
        assert "Thank you." in user_text(VIEW, nonce="0" * 32)

    def test_of_the_plan_agrees_with_its_question(self) -> None:
        """The plan prompt loads, and the bundle renders without a float."""
        assert PromptLibrary().for_ask(PLAN).schema == PlanProposal.__name__
        assert '"route":"reply"' in user_text(BUNDLE, nonce="0" * 32)

    def test_name_every_action_that_may_be_planned(self) -> None:
        """The prompt's list is the declared list, but for what only rules may propose."""
        body = PromptLibrary().for_ask(PLAN).body
        named = {action for action in Action if f"`{action.value}`" in body}
        assert named == load_spec("crm_orchestrator").actions - {Action.SUPPRESS_CONTACT}

    def test_of_labels_names_each_label(self) -> None:
        """The prompt lists the ten labels of the contract, and its question waits 15 seconds."""
        body = PromptLibrary().for_ask(LABEL).body
        assert all(f"- `{intent.value}`: " in body for intent in Intent)
        assert LABEL.wait_seconds_max == 15

    def test_have_contracts_without_open_maps(self) -> None:
        """Strict modes take the schema: every property required, no other."""
        for output in (PlanProposal, LetterText, ReplyLabel):
            schema = contract_schema(output)
            assert schema["additionalProperties"] is False
            assert schema["required"]

    def test_have_a_model_free_answer_of_the_same_contract(self) -> None:
        """Each fallback fits its contract."""
        plan = PLAN.fallback(BUNDLE)
        assert PlanProposal.model_validate_json(plan.model_dump_json()) == plan
        assert template_text(VIEW).body == VIEW.middle

    def test_are_files(self) -> None:
        """No prompt text stands in code."""
        root = Path(__file__).parents[2] / "src" / "bailiwick" / "capabilities"
        assert len(list(root.glob("*/prompts/*.md"))) == 7
