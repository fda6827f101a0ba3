"""What the gateway does about each fault of an endpoint."""

import pytest
from bench.model_asks import (
    CLASSIFY,
    INQUIRY,
    Stage,
    Wish,
)
from tests.models.gateway_bench import GOOD, Bench, faults

from bailiwick.domain.model_call import FallbackReason
from bailiwick.domain.provenance import Source
from bailiwick.models.scripted_body import ScriptedFault

F = FallbackReason


RETRIED = {
    ScriptedFault.HTTP_429: F.BUSY,
    ScriptedFault.HTTP_408: F.UNAVAILABLE,
    ScriptedFault.HTTP_409: F.UNAVAILABLE,
    ScriptedFault.HTTP_425: F.UNAVAILABLE,
    ScriptedFault.HTTP_500: F.UNAVAILABLE,
    ScriptedFault.HTTP_503: F.UNAVAILABLE,
    ScriptedFault.REFUSED: F.UNAVAILABLE,
    ScriptedFault.RESET: F.UNAVAILABLE,
    ScriptedFault.CUT_BODY: F.UNAVAILABLE,
    ScriptedFault.NO_RESOURCE: F.UNAVAILABLE,
    ScriptedFault.SLOW_FIRST_BYTE: F.TIMEOUT,
}


ONCE = {
    ScriptedFault.HTML_200: F.GARBLED,
    ScriptedFault.ERROR_200: F.GARBLED,
    ScriptedFault.NULL_CHOICES: F.GARBLED,
    ScriptedFault.NO_CHOICES: F.GARBLED,
    ScriptedFault.BLANK: F.BLANK,
    ScriptedFault.LENGTH: F.CUT,
    ScriptedFault.BAD_ENUM: F.INVALID,
    ScriptedFault.EXTRA_FIELD: F.INVALID,
    ScriptedFault.DUP_KEY: F.INVALID,
    ScriptedFault.NAN: F.INVALID,
}


FINAL = {
    ScriptedFault.HTTP_400: F.REJECTED,
    ScriptedFault.HTTP_422: F.REJECTED,
    ScriptedFault.HTTP_401: F.MISCONFIGURED,
    ScriptedFault.HTTP_403: F.MISCONFIGURED,
    ScriptedFault.HTTP_404: F.MISCONFIGURED,
    ScriptedFault.REDIRECT: F.MISCONFIGURED,
    ScriptedFault.HTTP_402: F.UNPAID,
    ScriptedFault.CONTENT_FILTER: F.DECLINED,
}


class TestAFault:
    @pytest.mark.parametrize(("fault", "reason"), [*RETRIED.items(), *ONCE.items()])
    def test_that_passes_lets_the_next_good_reply_be_used(
        self, stage: Stage, fault: ScriptedFault, reason: FallbackReason
    ) -> None:
        """One bad attempt, one good one: the model's value is used and both are in the story."""
        bench = Bench(stage, plan=faults(fault))
        answer = bench.classify()
        assert (answer.source, answer.value.wish) == (Source.MODEL, Wish.BUY)
        (call,) = stage.sink.calls
        assert (call.attempts, call.faults, call.reason) == (2, (reason,), None)
        assert call.reply == GOOD

    @pytest.mark.parametrize(("fault", "reason"), RETRIED.items())
    def test_that_stays_is_tried_three_times(
        self, stage: Stage, fault: ScriptedFault, reason: FallbackReason
    ) -> None:
        """Three attempts, then the fallback, with the fault's name."""
        bench = Bench(stage, plan=faults(fault, fault, fault))
        answer = bench.classify()
        assert (answer.source, answer.reason) == (Source.FALLBACK, reason)
        assert answer.value == CLASSIFY.fallback(INQUIRY)
        assert len(bench.endpoint.requests) == 3
        assert len(stage.waits) == 2

    @pytest.mark.parametrize(("fault", "reason"), ONCE.items())
    def test_of_content_is_tried_once_more(
        self, stage: Stage, fault: ScriptedFault, reason: FallbackReason
    ) -> None:
        """A reply that is bad twice is not bought a third time."""
        bench = Bench(stage, plan=faults(fault, fault))
        answer = bench.classify()
        assert (answer.source, answer.reason) == (Source.FALLBACK, reason)
        assert len(bench.endpoint.requests) == 2

    @pytest.mark.parametrize(("fault", "reason"), FINAL.items())
    def test_that_no_retry_can_mend_falls_back_at_once(
        self, stage: Stage, fault: ScriptedFault, reason: FallbackReason
    ) -> None:
        """One attempt, the fallback, no wait."""
        bench = Bench(stage, plan=faults(fault))
        answer = bench.classify()
        assert (answer.source, answer.reason) == (Source.FALLBACK, reason)
        assert (len(bench.endpoint.requests), stage.waits) == (1, [])

    def test_of_settings_keeps_the_model_off(self, stage: Stage) -> None:
        """After a 401 nothing more is sent."""
        bench = Bench(stage, plan=faults(ScriptedFault.HTTP_401))
        bench.classify()
        assert bench.classify().reason is F.ENDPOINT_OFF
        assert len(bench.endpoint.requests) == 1

    def test_of_ours_leaves_the_model_on(self, stage: Stage) -> None:
        """A request that was rejected says nothing about the next one."""
        bench = Bench(stage, plan=faults(ScriptedFault.HTTP_400))
        bench.classify()
        assert bench.classify().source is Source.MODEL

    def test_changes_the_next_attempt_as_it_should(self, stage: Stage) -> None:
        """Blank changes the last line, cut doubles the tokens, invalid quotes reply and errors."""
        plan = faults(ScriptedFault.BLANK, ScriptedFault.LENGTH)
        bench = Bench(stage, plan=plan)
        assert bench.classify().source is Source.MODEL
        first, nudged, doubled = bench.endpoint.requests
        assert nudged.messages[0] == first.messages[0]
        assert nudged.messages[1].content == (
            first.messages[1].content + "\n\nAnswer now, with the JSON object only."
        )
        assert (first.tokens_max, nudged.tokens_max, doubled.tokens_max) == (200, 200, 400)

    def test_of_contract_gets_one_repair_turn(self, stage: Stage) -> None:
        """The repair turn shows the reply and what was wrong with it."""
        bench = Bench(stage, plan=faults(ScriptedFault.EXTRA_FIELD))
        assert bench.classify().source is Source.MODEL
        first, repair = bench.endpoint.requests
        assert repair.messages[:2] == first.messages
        assert "a_field_nobody_asked_for" in repair.messages[2].content
        assert "a_field_nobody_asked_for: Extra inputs" in repair.messages[3].content

    def test_never_costs_more_than_three_attempts_in_all(self, stage: Stage) -> None:
        """Different faults in one Ask share the three attempts."""
        plan = faults(ScriptedFault.HTTP_500, ScriptedFault.BLANK, ScriptedFault.NAN)
        bench = Bench(stage, plan=plan)
        assert bench.classify().reason is F.INVALID
        assert len(bench.endpoint.requests) == 3
