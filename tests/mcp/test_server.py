import asyncio

import pytest
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import TextResourceContents
from tests.fakes.office import DANA, Office
from tests.mcp.guests import answer, complaint

from bailiwick.domain.crm import Role
from bailiwick.domain.record import RecordKind
from bailiwick.domain.right import Right
from bailiwick.mcp.door import PersonDoor
from bailiwick.mcp.server import TOOLS, build_server
from bailiwick.mcp.shapes import Proposed

READS = {
    "search_contacts", "get_contact_360", "get_pipeline_summary", "explain_decision",
    "explain_policy", "list_approvals", "get_run", "search_knowledge", "simulate_policy",
}  # fmt: skip
PROPOSALS = {"propose_email", "propose_stage_change", "propose_case", "request_run"}
LOOKS = {Right.READ, Right.AUDIT}


class TestTheToolList:
    def test_is_what_it_says(self, place: Office) -> None:
        """Exactly these tools are served, each with hints and the shape of its answer."""

        async def listed() -> dict[str, tuple[bool | None, str]]:
            server = build_server(PersonDoor(place.app, "rep@northwind.example"))
            async with Client(server) as client:
                tools = (await client.list_tools()).tools
            return {
                t.name: (
                    t.annotations and t.annotations.read_only_hint,
                    (t.output_schema or {})["title"],
                )
                for t in tools
            }

        found = asyncio.run(listed())
        assert set(found) == READS | PROPOSALS
        assert {name for name, (reads, _) in found.items() if reads} == READS
        assert {title for name, (_, title) in found.items() if name in PROPOSALS} == {"Proposed"}

    def test_holds_nothing_that_skips_a_verdict(self) -> None:
        """A tool either looks with a right to look, or proposes and answers with a verdict."""
        for tool in TOOLS:
            if tool.proposes:
                assert tool.right is Right.RUN
                assert tool.run.__annotations__["return"] is Proposed
            else:
                assert tool.right in LOOKS
        assert not any("approv" in tool.name for tool in TOOLS if tool.name != "list_approvals")
        assert Right.DECIDE not in {tool.right for tool in TOOLS}


class TestRights:
    @pytest.mark.parametrize("tool", [t for t in TOOLS if t.proposes], ids=lambda t: t.name)
    def test_let_no_viewer_propose(self, place: Office, tool: object) -> None:
        """Who may only look gets a refusal, on record, and nothing is stored."""
        given = {
            "propose_email": {"contact": DANA, "subject": "a", "text": "b", "reason": "c"},
            "propose_stage_change": {"opportunity_id": "opp_a", "stage": "proposal", "reason": "c"},
            "propose_case": {"contact": DANA, "title": "a", "reason": "c"},
            "request_run": {"capability": "crm_orchestrator", "contact_id": DANA},
        }
        name = getattr(tool, "name", "")
        told = answer(place, Role.VIEWER, name, **given[name])
        assert told["verdict"] == "refused"
        assert "run" in told["reason"]
        with place.app.units.read() as unit:
            records = unit.records.since(0, size=500)
        assert records[-1].kind is RecordKind.ACCESS_REFUSED
        assert place.pending() == ()

    def test_give_one_question_three_answers(self, place: Office) -> None:
        """A viewer, a rep and an approver ask the same and get what each may have."""
        given = {"contact": DANA, "subject": "a", "text": "b", "reason": "c"}
        assert answer(place, Role.VIEWER, "propose_email", **given)["verdict"] == "refused"
        held = answer(place, Role.REP, "propose_email", **given)
        assert held["verdict"] == "held"
        about = held["approval_id"]
        assert "right to audit" in complaint(place, Role.REP, "explain_decision", about=about)
        assert answer(place, Role.APPROVER, "explain_decision", about=about)["about"] == about


class TestResources:
    def test_show_contacts_and_runs(self, place: Office) -> None:
        """A resource tells what the tool tells; an id that is not there is an error."""

        async def read(uri: str) -> str:
            server = build_server(PersonDoor(place.app, "viewer@northwind.example"))
            async with Client(server) as client:
                (part,) = (await client.read_resource(uri)).contents
            assert isinstance(part, TextResourceContents)
            return part.text

        run = answer(place, Role.REP, "request_run", capability="crm_orchestrator", contact_id=DANA)
        assert "Dana Whitfield" in asyncio.run(read(f"crm://contact/{DANA}"))
        assert run["run_id"] in asyncio.run(read(f"bailiwick://run/{run['run_id']}"))
        for missing in ("crm://contact/con_none", "bailiwick://run/run_none"):
            with pytest.raises(ExceptionGroup) as broken:
                asyncio.run(read(missing))
            assert broken.group_contains(MCPError, match="there is no")


class TestSomethingUnforeseen:
    def test_tells_the_caller_nothing(
        self, place: Office, caplog: pytest.LogCaptureFixture
    ) -> None:
        """What broke is in the log by type and place; neither tells the exception's words."""
        place.app.__dict__["clock"] = None
        said = complaint(place, Role.VIEWER, "get_pipeline_summary")
        assert "something unforeseen" in said
        assert "AttributeError" not in said
        assert "get_pipeline_summary ended in AttributeError at" in caplog.text
        assert "now" not in caplog.text.partition("AttributeError")[2].partition("\n")[0].split()
