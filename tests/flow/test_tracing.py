"""One tree for each run, through decision and delivery, here and at a collector."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import Office, letter, office
from tests.observe.receiver import receiver

from bailiwick.domain.crm import Role
from bailiwick.domain.ids import RunId
from bailiwick.domain.span import Kept
from bailiwick.observe.tree import Branch, trees
from bailiwick.settings import TraceSettings

QUESTION = "Could you call me about the renewal? What does the plan cost?"


@pytest.fixture
def place(tmp_path: Path) -> Generator[Office]:
    with office(tmp_path) as found:
        yield found


def answer_a_letter(place: Office) -> RunId:
    place.receive(letter(QUESTION))
    place.sweep()
    (card,) = place.pending()
    place.app.inbox.approve(
        card.approval_id,
        person_id=place.person(Role.SUPERVISOR),
        shown_hash=card.payload_hash,
    )
    place.drain()
    place.app.observation.flush()
    return card.run_id


def names(branch: Branch) -> list[str]:
    return [branch.span.name, *(name for inner in branch.branches for name in names(inner))]


class TestRunTree:
    def test_holds_plan_delegated_runs_decision_and_delivery(self, place: Office) -> None:
        """From the plan to the mail server everything hangs on one span."""
        run_id = answer_a_letter(place)
        (tree,) = trees(place.app.observation.spans.of_run(run_id))
        found = names(tree)
        assert found[0] == "run"
        assert {"node", "ask", "judge", "dispatch", "decision", "deliver", "send"} <= set(found)
        assert found.count("run") == 4

    def test_puts_decision_and_delivery_under_the_run_that_asked(self, place: Office) -> None:
        """They happen later and are found where they belong."""
        run_id = answer_a_letter(place)
        spans = place.app.observation.spans.of_run(run_id)
        run = next(s for s in spans if s.name == "run" and s.run_id == run_id)
        for name in ("decision", "deliver"):
            (span,) = (s for s in spans if s.name == name)
            assert span.parent_id == run.span_id
            assert span.kept_by is Kept.APPROVAL

    def test_leaves_no_orphans(self, place: Office) -> None:
        """No part of a run loses its place."""
        answer_a_letter(place)
        assert place.app.observation.spans.orphans(cursor=None, size=50).items == ()

    def test_holds_no_word_of_the_customer(self, place: Office) -> None:
        """Neither names, addresses nor text reach a span."""
        run_id = answer_a_letter(place)
        told = repr(place.app.observation.spans.of_run(run_id)).lower()
        for word in ("dana", "whitfield", "acme", "renewal", "@"):
            assert word not in told


class TestOff:
    def test_keeps_nothing_and_names_no_place(self, tmp_path: Path) -> None:
        """Without tracing no span is made and a run stores no place."""
        with office(tmp_path) as place:
            place.app.settings = replace(place.app.settings, trace=TraceSettings(enabled=False))
            run_id = answer_a_letter(place)
            assert place.app.observation.spans.of_run(run_id) == ()
            with place.app.units.read() as unit:
                assert unit.runs.traceparent(run_id) == ""


class TestExport:
    def test_sends_the_same_tree_to_a_collector(self, tmp_path: Path) -> None:
        """What the own store keeps, a collector gets, with ids, GenAI names and our headers."""
        with receiver() as received, office(tmp_path) as place:
            headers = {"x-api-key": "lsv2_test", "Langsmith-Project": "bailiwick"}
            trace = TraceSettings(otlp_url=received.url, otlp_headers=headers)
            place.app.settings = replace(place.app.settings, trace=trace)
            run_id = answer_a_letter(place)
            stored = place.app.observation.spans.of_run(run_id)
            sent = {s.span_id.hex(): s for s in received.spans()}
            assert {s.span_id for s in stored} <= set(sent)
            for span in stored:
                assert sent[span.span_id].trace_id.hex() == span.trace_id
                assert sent[span.span_id].parent_span_id.hex() == span.parent_id
            assert {"invoke_agent crm_orchestrator", "invoke_agent reply"} <= {
                s.name for s in sent.values()
            }
            assert received.headers[0]["x-api-key"] == "lsv2_test"
            assert received.headers[0]["langsmith-project"] == "bailiwick"
            assert received.resource()["service.name"] == "bailiwick"
            assert not any(b"Dana" in body or b"@acme" in body for body in received.bodies)

    def test_that_a_collector_refuses_costs_spans_and_nothing_else(self, tmp_path: Path) -> None:
        """The mail goes out, the own store has the tree, the loss is counted."""
        with receiver(status=400) as received, office(tmp_path) as place:
            trace = TraceSettings(otlp_url=received.url)
            place.app.settings = replace(place.app.settings, trace=trace)
            run_id = answer_a_letter(place)
            assert len(place.mail.delivered) == 1
            assert place.app.observation.spans.of_run(run_id)
            assert place.app.observation.spans_dropped_count > 0
